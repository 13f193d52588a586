"""Files of courses as browsers ask for them: pictures of pages, whole documents, videos in ranges."""

from uuid import UUID

from flask import Blueprint, Response, request, send_file

from services.training.courses.models import CourseVersion
from services.training.materials.commands import draw_some
from services.training.materials.queries import get_material
from services.training.parts.rules import DocumentPart, VideoPart
from services.training.permissions import COURSES_EDIT, COURSES_READ
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.documents.pictures import WIDTHS, picture_path
from shared.files import get_file
from shared.web.context import current_uow, this_app
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code
from shared.web.uploads import file_store
from shared.web.uploads import send_file as send_kept_file

bp = Blueprint(
    "training_materials",
    __name__,
    url_prefix="/training/courses/<uuid:course_id>/versions/<int:version>/parts/<part_id>",
)


@bp.get("/pictures/<int:page>")
@guard(COURSES_READ)
def picture(course_id: UUID, version: int, part_id: str, page: int) -> Response:
    """One page of a document as a picture; one that was not drawn yet is drawn now, outside of this process."""
    part = _document(course_id, version, part_id)
    wanted = request.args.get("file") or part.pick(locale_code())[0]
    sha256 = next((one for one in (part.file_zh, part.file_en) if one and one.startswith(wanted)), "")
    pages = {part.file_zh: part.pages_zh, part.file_en: part.pages_en}.get(sha256, 0)
    if not sha256 or not 1 <= page <= pages:
        raise NotFound(N_("There is no such page"))
    width = request.args.get("width", WIDTHS[-1], int)
    width = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
    folder = this_app().settings.files_dir
    path = picture_path(folder, sha256, page, width)
    if not path.exists():
        draw_some(file_store(), folder, sha256, page, page)
    response = send_file(path, mimetype="image/webp", conditional=True, etag=f"{sha256}-{page}-{width}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/file")
@guard(COURSES_READ)
def document(course_id: UUID, version: int, part_id: str) -> Response:
    """The whole document, to be read with other means than ours."""
    part = _document(course_id, version, part_id)
    locale = request.args.get("language", locale_code())
    sha256, _ = part.pick(locale)
    if not sha256:
        raise NotFound(N_("There is no such file"))
    return send_kept_file(get_file(current_uow().session, sha256), name=f"{part.title.pick(locale)}.pdf")


@bp.get("/video")
@guard(COURSES_READ)
def video(course_id: UUID, version: int, part_id: str) -> Response:
    """The video, whole or in the ranges that a player asks for (RFC 9110, section 14)."""
    _, part = _material(course_id, version, part_id)
    if not isinstance(part, VideoPart) or not part.file:
        raise NotFound(N_("There is no such file"))
    stored = get_file(current_uow().session, part.file)
    return send_kept_file(stored, name=part.title.pick(locale_code()), inline=True)


def _document(course_id: UUID, version: int, part_id: str) -> DocumentPart:
    _, part = _material(course_id, version, part_id)
    if not isinstance(part, DocumentPart):
        raise NotFound(N_("There is no such part of this course"))
    return part


def _material(course_id: UUID, version: int, part_id: str) -> tuple[CourseVersion, DocumentPart | VideoPart]:
    session = current_uow().session
    return get_material(session, course_id, version, part_id, drafts=allows(COURSES_EDIT))
