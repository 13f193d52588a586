from collections.abc import Callable

import pytest

from shared.core.errors import Unavailable
from shared.documents import LibrariesMissing, PdfPool, check_libraries, libraries, render_pdf

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def test_nothing_is_said_where_the_libraries_are_installed() -> None:
    assert check_libraries() is None


def test_a_missing_library_is_named_with_the_packages_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "LIBRARIES", (("libnosuch.so.0", "nosuch"), libraries.LIBRARIES[0]))

    message = str(check_libraries())

    assert "libnosuch.so.0" in message
    assert "gobject" not in message
    assert PACKAGES in message


def test_a_document_without_the_libraries_is_one_typed_error_that_names_the_packages(
    broken_pool: Callable[..., PdfPool],
) -> None:
    pool = broken_pool("raise OSError(\"cannot load library 'libpango-1.0-0'\")")

    with pytest.raises(LibrariesMissing, match=PACKAGES) as caught:
        render_pdf("<p>x", title="t", language="en", pool=pool)

    assert isinstance(caught.value, Unavailable)
    assert "libpango-1.0-0'" in str(caught.value)
    assert "Traceback" not in str(caught.value)
