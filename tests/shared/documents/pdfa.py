"""What can be said about a PDF/A-3u without a validator: the parts of ISO 19005-3 that a file of ours could break."""

import io
import json
from typing import Any

import pikepdf

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def pdfa_problems(pdf: bytes) -> list[str]:
    """Return what is wrong with a file that says it is PDF/A-3u; an empty list is good news."""
    problems = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            if (metadata.get(f"{PDFA}part"), metadata.get(f"{PDFA}conformance")) != ("3", "U"):
                problems.append("the metadata does not say PDF/A-3u")
            if metadata.get("dc:title") != str(document.docinfo.get("/Title")):
                problems.append("the titles of metadata and information differ")
        root: Any = document.Root
        intent = root.OutputIntents[0]
        if intent.S != "/GTS_PDFA1" or b"acsp" not in intent.DestOutputProfile.read_bytes()[:64]:
            problems.append("no output intent with a colour profile")
        if "/ID" not in document.trailer or document.is_encrypted:
            problems.append("no identifier, or encrypted")
        for name in ("/JavaScript", "/OpenAction", "/AA"):
            if name in root or name in root.get("/Names", {}):
                problems.append(f"{name} is there")
        if root.get("/AcroForm", {}).get("/NeedAppearances"):
            problems.append("a form asks for appearances")
        problems += [problem for one in document.objects for problem in _object_problems(one)]
        if not root.get("/MarkInfo", {}).get("/Marked") or "/Lang" not in root:
            problems.append("not tagged, or without a language")
    return problems


def _object_problems(one: Any) -> list[str]:
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return []
    problems = []
    if one.get("/Type") == "/Font":
        problems += _font_problems(one)
    if one.get("/Subtype") == "/Image" and one.get("/Interpolate"):
        problems.append("a picture asks to be interpolated")
    if one.get("/Subtype") == "/Image" and one.get("/ColorSpace") == "/DeviceCMYK":
        problems.append("a picture in ink colours")
    if one.get("/Subtype") == "/Widget" and not int(one.get("/F", 0)) & 4:
        problems.append("an annotation that is not printed")
    if isinstance(one, pikepdf.Stream) and any(str(key) in ("/F", "/LZWDecode") for key in one):
        problems.append("a stream that is elsewhere")
    return problems


def _font_problems(font: Any) -> list[str]:
    if font.Subtype == "/Type0":
        return [] if "/ToUnicode" in font else [f"{font.BaseFont}: no way back to Unicode"]
    descriptor = font.FontDescriptor
    embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    problems = [] if embedded else [f"{font.BaseFont} is not embedded"]
    if font.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        problems.append(f"{font.BaseFont}: no glyph map")
    return problems


def attached_json(pdf: bytes) -> dict[str, Any]:
    """Return the one associated file, after checking that it is attached as ISO 19005-3, 6.8 says."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (file,) = list(document.Root.AF)
        assert file.AFRelationship == "/Data"
        assert file.UF == file.F
        body = file.EF.F
        assert body.Type == "/EmbeddedFile"
        assert body.Subtype == "/application/json"
        assert "/ModDate" in body.Params
        assert list(document.attachments) == [str(file.UF)]
        found: dict[str, Any] = json.loads(body.read_bytes())
        return found
