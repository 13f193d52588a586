"""QR codes as inline SVG (ISO/IEC 18004), for pages and for PDF."""

import segno

QUIET_ZONE = 4  # Modules of white on each side, as the standard asks.


def qr_svg(text: str, *, title: str, size_mm: float = 30.0) -> str:
    """Return a QR code of `text` as an inline `<svg>` with `title` as its spoken name, `size_mm` wide.

    Error correction is at least level M (15 %). There is no script, style or id in it: colours are
    presentation attributes, so it passes `style-src 'self'`, may stand twice on a page, and WeasyPrint
    draws it.
    Raises ValueError when the text does not fit (about 2,300 bytes).
    """
    code = segno.make_qr(text, error="m")
    modules = code.symbol_size(border=QUIET_ZONE)[0]
    svg = code.svg_inline(
        border=QUIET_ZONE,
        scale=size_mm / modules,
        unit="mm",
        dark="#000",
        light="#fff",
        title=title,
        svgclass=None,
        lineclass=None,
    )
    return svg.replace("<svg ", '<svg role="img" shape-rendering="crispEdges" ', 1)
