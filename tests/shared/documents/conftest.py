"""A pool of one warm process for the tests of documents, and stand-ins for WeasyPrint that misbehave."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.documents import PdfPool


@pytest.fixture(scope="session")
def pool() -> Iterator[PdfPool]:
    """A pool that the tests of a run share, so that the fonts are read once."""
    pool = PdfPool(workers=1)
    yield pool
    pool.close()


@pytest.fixture
def broken_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PdfPool]]:
    """Make a pool whose workers import a `weasyprint` that consists of the given code."""
    pools: list[PdfPool] = []

    def make(code: str, **options: float) -> PdfPool:
        (tmp_path / "weasyprint.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        pools.append(PdfPool(workers=1, **options))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
