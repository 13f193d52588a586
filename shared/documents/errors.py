"""What can go wrong while a document is made."""

from shared.core.errors import InvalidInput, Unavailable
from shared.core.text import N_


class AssetRefused(InvalidInput):
    """A document asked for something that is not one of the suite's own assets; nothing else is fetched."""

    type = "asset-refused"
    title = N_("The document refers to something outside it")

    def __init__(self, url: str) -> None:
        shown = url if len(url) <= 80 else f"{url[:79]}…"
        super().__init__(
            N_(
                "The document refers to “%(url)s”; only the suite's own assets are used in documents",
                url=shown,
            )
        )
        self.url = url


class LibrariesMissing(Unavailable):
    """The system libraries that draw text are not installed; the message names the packages."""

    type = "libraries-missing"


class RenderError(RuntimeError):
    """The renderer gave up on a document: a defect of ours or of WeasyPrint, with the worker's traceback."""
