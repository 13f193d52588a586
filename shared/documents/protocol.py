"""What the pool and its worker processes say to each other: one request, one reply."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RenderRequest:
    """One document to draw. `html` is a complete page; the rest goes into the PDF's own metadata."""

    html: str
    title: str
    language: str
    author: str | None = None
    subject: str | None = None
    keywords: tuple[str, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF, as the data from which the page was made (PDF/A-3, associated file "Data")."""

    name: str
    description: str
    data: bytes


@dataclass(frozen=True)
class PrintedCode:
    """A QR code of `text` on the page: its left and top edge and its width with the quiet zone, in millimetres."""

    text: str
    left: float
    top: float
    size: float


@dataclass(frozen=True)
class Sheet:
    """One page that becomes a document of its own. `body` is what stands inside its `<section>`, trusted HTML."""

    body: str
    title: str
    language: str
    subject: str | None = None
    created: datetime | None = None
    attachment: Attachment | None = None
    code: PrintedCode | None = None


@dataclass(frozen=True)
class SheetForm:
    """What many sheets have in common, drawn once and laid under each of them.

    `style` is the CSS of the sheets' own bodies, `background` a complete HTML page of the same size (`width`
    and `height`, in millimetres), `pictures` what it may show, by the name that follows `picture:` in an address.
    """

    style: str
    background: str
    author: str
    width: float
    height: float
    pictures: tuple[tuple[str, str, bytes], ...] = ()  # (name, media type, content)


@dataclass(frozen=True)
class SheetsRequest:
    """Many sheets of one form."""

    form: SheetForm
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class RenderedMany:
    """The PDFs, in the order of the sheets."""

    pdfs: tuple[bytes, ...]


@dataclass(frozen=True)
class Rendered:
    """The PDF."""

    pdf: bytes


@dataclass(frozen=True)
class Refused:
    """The document refers to `url`, which is not an asset of the suite."""

    url: str


@dataclass(frozen=True)
class NoLibraries:
    """The system libraries are not there; `missing` is their names or the loader's words."""

    missing: str


@dataclass(frozen=True)
class Failed:
    """Anything else, with the traceback as text."""

    traceback: str


Request = RenderRequest | SheetsRequest
Reply = Rendered | RenderedMany | Refused | NoLibraries | Failed
