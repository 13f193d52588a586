"""Questions as QTI 2.1 (IMS Global, "Question & Test Interoperability", final of 2012). Pure.

What is understood: choiceInteraction (single, multiple; the choices `true` and `false` make a true_false),
orderInteraction, textEntryInteraction of base type float or integer (a number) or string (a short text), one
interaction an item; match_correct and map_response, an absolute tolerance, MAXSCORE for the points, and
modalFeedback as the explanation. Both languages stand in one item, each in an element with its xml:lang; what has
no language is in the item's. The item's `label` is its topic. Anything else is refused, named, never guessed.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from xml.etree import ElementTree as Xml

from services.training.questions.rules import NOTHING, QuestionBody, QuestionKind
from shared.core.text import LocalizedText

ITEM = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
MAX_ITEMS = 1_000
MAX_UNPACKED = 40 * 2**20
CHOICE, ORDER, ENTRY = "choiceInteraction", "orderInteraction", "textEntryInteraction"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ZH_EN = (("zh", "zh-CN"), ("en", "en"))


def write_package(items: Sequence[tuple[str, str, QuestionBody]]) -> bytes:
    """Return a content package of (code, topic code, question); the same questions give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        names = [f"items/{code}.xml" for code, _, _ in items]
        _add(package, "imsmanifest.xml", _manifest(names))
        for (code, topic, body), name in zip(items, names, strict=True):
            _add(package, name, write_item(code, topic, body))
    return out.getvalue()


def write_item(code: str, topic_code: str, body: QuestionBody) -> bytes:
    """Return one item as a file."""
    language = "zh-CN" if body.text.zh else "en"
    root = Xml.Element(
        "assessmentItem",
        {
            "xmlns": ITEM,
            "identifier": f"q-{code}",
            "title": (body.text.zh or body.text.en)[:120],
            "label": topic_code,
            "adaptive": "false",
            "timeDependent": "false",
            LANG: language,
        },
    )
    _write_declarations(root, body)
    _write_body(Xml.SubElement(root, "itemBody"), body)
    _write_processing(root, body)
    if body.explanation != NOTHING:
        shown = {"outcomeIdentifier": "SCORE", "identifier": "EXPLANATION", "showHide": "hide"}
        _write_text(Xml.SubElement(root, "modalFeedback", shown), body.explanation)
    return _bytes(root)


def _write_declarations(root: Xml.Element, body: QuestionBody) -> None:
    kinds = {
        QuestionKind.MULTIPLE: ("multiple", "identifier"),
        QuestionKind.ORDERING: ("ordered", "identifier"),
        QuestionKind.NUMERIC: ("single", "float"),
        QuestionKind.SHORT_TEXT: ("single", "string"),
    }
    cardinality, base = kinds.get(body.kind, ("single", "identifier"))
    declared = {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": base}
    response = Xml.SubElement(root, "responseDeclaration", declared)
    correct = Xml.SubElement(response, "correctResponse")
    for value in _correct_values(body):
        Xml.SubElement(correct, "value").text = value
    entries = _map_entries(body)
    if entries:
        mapping = Xml.SubElement(response, "mapping", {"lowerBound": "0", "defaultValue": "0"})
        for key, value in entries.items():
            Xml.SubElement(mapping, "mapEntry", {"mapKey": key, "mappedValue": value})
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    Xml.SubElement(root, "outcomeDeclaration", score)
    most = Xml.SubElement(root, "outcomeDeclaration", {**score, "identifier": "MAXSCORE"})
    Xml.SubElement(Xml.SubElement(most, "defaultValue"), "value").text = str(body.points)


def _correct_values(body: QuestionBody) -> list[str]:
    match body.kind:
        case QuestionKind.TRUE_FALSE:
            return ["true" if body.right == (0,) else "false"]
        case QuestionKind.ORDERING:
            return [_letter(place) for place in range(len(body.options))]
        case QuestionKind.NUMERIC:
            return [format(body.value or Decimal(0), "f")]
        case QuestionKind.SHORT_TEXT:
            return [body.accepted[0]]
        case _:
            return [_letter(place) for place in body.right]


def _map_entries(body: QuestionBody) -> Mapping[str, str]:
    if body.kind is QuestionKind.SHORT_TEXT:
        return {text: str(body.points) for text in body.accepted}
    if body.kind is QuestionKind.MULTIPLE and body.partial:
        share = f"{body.points / len(body.right):.6f}"
        return {
            _letter(place): share if place in body.right else f"-{share}"
            for place in range(len(body.options))
        }
    return {}


def _write_body(place: Xml.Element, body: QuestionBody) -> None:
    response = {"responseIdentifier": "RESPONSE"}
    if body.kind in (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT):
        _write_text(Xml.SubElement(place, "p"), body.text)
        line = Xml.SubElement(place, "p")
        Xml.SubElement(line, ENTRY, response)
        if body.unit != NOTHING:
            _write_text(Xml.SubElement(line, "span", {"class": "unit"}), body.unit)
        return
    if body.kind is QuestionKind.ORDERING:
        asked = Xml.SubElement(place, ORDER, {**response, "shuffle": "true"})
    else:
        most = "0" if body.kind is QuestionKind.MULTIPLE else "1"
        mixed = "false" if body.kind is QuestionKind.TRUE_FALSE else "true"
        asked = Xml.SubElement(place, CHOICE, {**response, "shuffle": mixed, "maxChoices": most})
    _write_text(Xml.SubElement(asked, "prompt"), body.text)
    options = {_letter(number): option for number, option in enumerate(body.options)}
    if body.kind is QuestionKind.TRUE_FALSE:
        options = {"true": LocalizedText(zh="正确", en="True"), "false": LocalizedText(zh="错误", en="False")}
    for name, option in options.items():
        _write_text(Xml.SubElement(asked, "simpleChoice", {"identifier": name}), option)


def _write_processing(root: Xml.Element, body: QuestionBody) -> None:
    if body.kind is QuestionKind.NUMERIC and body.tolerance:
        processing = Xml.SubElement(root, "responseProcessing")
        condition = Xml.SubElement(Xml.SubElement(processing, "responseCondition"), "responseIf")
        tolerance = format(body.tolerance, "f")
        how = {"toleranceMode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
        equal = Xml.SubElement(condition, "equal", how)
        Xml.SubElement(equal, "variable", {"identifier": "RESPONSE"})
        Xml.SubElement(equal, "correct", {"identifier": "RESPONSE"})
        value = Xml.SubElement(condition, "setOutcomeValue", {"identifier": "SCORE"})
        Xml.SubElement(value, "variable", {"identifier": "MAXSCORE"})
        return
    template = "map_response" if _map_entries(body) else "match_correct"
    Xml.SubElement(root, "responseProcessing", {"template": TEMPLATES + template})


def _write_text(element: Xml.Element, text: LocalizedText) -> None:
    for locale, language in _ZH_EN:
        if getattr(text, locale):
            Xml.SubElement(element, "span", {LANG: language}).text = getattr(text, locale)


def _manifest(names: Sequence[str]) -> bytes:
    root = Xml.Element("manifest", {"xmlns": PACKAGE, "identifier": "question-bank"})
    Xml.SubElement(root, "organizations")
    resources = Xml.SubElement(root, "resources")
    for number, name in enumerate(names, start=1):
        known = {"identifier": f"item-{number}", "type": "imsqti_item_xmlv2p1", "href": name}
        resource = Xml.SubElement(resources, "resource", known)
        Xml.SubElement(resource, "file", {"href": name})
    return _bytes(root)


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    package.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _bytes(root: Xml.Element) -> bytes:
    Xml.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode").encode()


def _letter(place: int) -> str:
    return chr(ord("A") + place)
