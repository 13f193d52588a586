import base64

import pytest

from shared.documents import AssetRefused
from shared.documents.fetcher import MAX_PICTURE_CHARACTERS, AssetFetcher

PNG = b"\x89PNG\r\n\x1a\n and so on"


def data_url(kind: str, body: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(body).decode()}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/a.png",
        "https://example.com/a.png",
        "HTTPS://example.com/a.png",
        "ftp://example.com/a.png",
        "file:///etc/passwd",
        "asset:../../pyproject.toml",
        "asset:fonts/../pool.py",
        "asset:fonts/%2e%2e/pool.py",
        "asset:pool.py",
        "asset:fonts/OFL.txt",
        "asset:fonts/Missing.ttf",
        "asset:/etc/passwd",
        "fonts/NotoSansSC_400Regular.ttf",
        "gopher://x",
        "",
        "data:text/css,p{}",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,====",
    ],
)
def test_the_fetcher_refuses_what_is_not_an_asset(url: str) -> None:
    with pytest.raises(AssetRefused):
        AssetFetcher()(url)


def test_the_fetcher_serves_the_fonts() -> None:
    response = AssetFetcher()("asset:fonts/NotoSansSC_700Bold.ttf")

    assert response.read(4) == b"\x00\x01\x00\x00"
    assert response.content_type == "font/ttf"


def test_the_fetcher_serves_a_small_inline_picture() -> None:
    assert AssetFetcher()(data_url("png", PNG)).read() == PNG


def test_the_fetcher_refuses_an_inline_picture_that_is_something_else() -> None:
    with pytest.raises(AssetRefused):
        AssetFetcher()(data_url("png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))


def test_the_fetcher_refuses_an_inline_picture_that_is_too_large() -> None:
    with pytest.raises(AssetRefused):
        AssetFetcher()(data_url("png", PNG + bytes(MAX_PICTURE_CHARACTERS)))


def test_a_refusal_says_which_address_and_does_not_repeat_a_long_one() -> None:
    with pytest.raises(AssetRefused, match="https://example") as caught:
        AssetFetcher()("https://example.com/" + "a" * 500)

    assert len(str(caught.value)) < 200
