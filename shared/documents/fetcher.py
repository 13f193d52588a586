"""What a document may load: the suite's own assets under `asset:`, pictures that came with the request, nothing else.

Only the worker imports this module, because it imports WeasyPrint.
"""

import base64
import binascii
import re
from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse

from shared.documents.errors import AssetRefused

ASSETS = Path(__file__).parent
_ASSET = re.compile(r"asset:(fonts/[A-Za-z0-9_-]+\.ttf)")
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=]+)")
_FIRST_BYTES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
MAX_PICTURE_CHARACTERS = 4_000_000  # About 3 MB of picture: a scanned signature or stamp, not a photo album.


class AssetFetcher(URLFetcher):
    """WeasyPrint's way to every resource. A refusal ends the rendering: no page has a silent gap.

    Inside an SVG WeasyPrint goes on all the same, so whoever renders looks at `refused` too.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.refused: list[str] = []
        self.pictures: dict[str, tuple[str, bytes]] = {}  # By name: media type and content, for `picture:`.

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset or inline picture at `url`. Raises AssetRefused for everything else."""
        try:
            return self._find(url)
        except AssetRefused:
            self.refused.append(url)
            raise

    def _find(self, url: str) -> URLFetcherResponse:
        if url.startswith("picture:") and (given := self.pictures.get(url.removeprefix("picture:"))):
            return URLFetcherResponse(url, given[1], {"Content-Type": given[0]})
        if asset := _ASSET.fullmatch(url):
            path = ASSETS / asset[1]
            if not path.is_file():
                raise AssetRefused(url)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
        if len(url) <= MAX_PICTURE_CHARACTERS and (picture := _PICTURE.fullmatch(url)):
            return URLFetcherResponse(
                url, _picture(url, picture[1], picture[2]), {"Content-Type": f"image/{picture[1]}"}
            )
        raise AssetRefused(url)


def _picture(url: str, kind: str, encoded: str) -> bytes:
    """Return the decoded bytes if they begin as `kind` does: WeasyPrint would try others, such as SVG."""
    try:
        body = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise AssetRefused(url) from error
    if not body.startswith(_FIRST_BYTES[kind]):
        raise AssetRefused(url)
    return body
