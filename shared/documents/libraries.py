"""The system libraries that WeasyPrint loads, and one clear sentence when they are missing."""

import ctypes
import ctypes.util

from shared.core.text import N_, Message

DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

# What the loader knows each one by: Linux and macOS file names, then the name for `find_library`.
LIBRARIES: tuple[tuple[str, ...], ...] = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "gobject-2.0"),
    ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "pango-1.0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib", "pangoft2-1.0"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "harfbuzz"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "harfbuzz-subset"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib", "fontconfig"),
)


def check_libraries() -> Message | None:
    """Return None if documents can be drawn here, else a message naming what is missing and the packages.

    Takes a few milliseconds and starts no process, so that it can be asked when the suite starts.
    """
    missing = [names[0] for names in LIBRARIES if not _loads(names)]
    return missing_message(", ".join(missing)) if missing else None


def missing_message(missing: str) -> Message:
    """Return the sentence for `missing` (a list of library names, or what the loader said)."""
    return N_(
        "PDF documents cannot be made: system libraries are missing (%(missing)s). "
        "On Debian or Ubuntu: apt-get install %(packages)s",
        missing=missing,
        packages=" ".join(DEBIAN_PACKAGES),
    )


def _loads(names: tuple[str, ...]) -> bool:
    *files, short = names
    return any(_opens(name) for name in files) or _opens(ctypes.util.find_library(short) or "")


def _opens(name: str) -> bool:
    if not name:  # CDLL("") would open this very program.
        return False
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
