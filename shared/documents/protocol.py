"""What the pool and its worker processes say to each other: one `RenderRequest`, one reply."""

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


Reply = Rendered | Refused | NoLibraries | Failed
