"""Reading QTI 2.1 items and packages (what is understood: see rules.py)."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from services.training.qti.rules import CHOICE, ENTRY, LANG, MAX_ITEMS, MAX_UNPACKED, ORDER
from services.training.questions.rules import NOTHING, QuestionBody, QuestionKind
from shared.core.errors import InvalidInput, TooLarge
from shared.core.text import N_, LocalizedText, Message

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class Item:
    """One item as read: its question, or why it cannot be taken."""

    name: str
    code: str
    topic_code: str
    body: QuestionBody | None
    problem: Message | None = None


class _NotUnderstoodError(Exception):
    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def read_files(data: bytes, name: str) -> list[Item]:
    """Return the items of a content package (zip) or of one item file.

    Raises InvalidInput for what is neither, TooLarge for a package that would explode or holds too many items.
    """
    if not data.startswith(b"PK\x03\x04"):
        return [read_item(data, name)]
    found = []
    for path, content in _entries(data):
        if path.endswith(".xml") and not path.endswith("imsmanifest.xml"):
            found.append(read_item(content, path))
    if not found:
        raise InvalidInput(N_("There are no items in this package"))
    return found


def read_item(data: bytes, name: str) -> Item:
    """Read one item; what is not understood is said in its `problem`."""
    code = topic = ""
    try:
        root = _parse(data)
        if _local(root) != "assessmentItem":
            raise _NotUnderstoodError(N_("This is not an assessmentItem of QTI 2.1"))
        code, topic = _as_code(root.get("identifier", "")), root.get("label", "").strip()
        return Item(name, code, topic, _Reader(root).body())
    except _NotUnderstoodError as error:
        return Item(name, code, topic, None, error.message)


class _Reader:
    """Reads one item; every method says what it does not understand by _NotUnderstoodError."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._language = "en" if root.get(LANG, "en").lower().startswith("en") else "zh"
        self._responses = _all(root, "responseDeclaration")

    def body(self) -> QuestionBody:
        """Return the item's question."""
        place = _first(self._root, "itemBody")
        if place is None or len(self._responses) != 1:
            raise _NotUnderstoodError(N_("Only items with one response are understood"))
        asked = [one for one in place.iter() if _local(one).endswith("Interaction")]
        if len(asked) != 1:
            raise _NotUnderstoodError(N_("Only items with one interaction are understood"))
        kind = _local(asked[0])
        if kind == CHOICE:
            return self._choice(place, asked[0])
        if kind == ORDER:
            return self._order(place, asked[0])
        if kind == ENTRY:
            return self._entry(place)
        raise _NotUnderstoodError(N_("The interaction %(name)s is not understood", name=kind))

    def _common(self, place: Element) -> dict[str, Any]:
        feedback = _first(self._root, "modalFeedback")
        return {
            "text": self._text(place, skip=("simpleChoice",)),
            "explanation": NOTHING if feedback is None else self._text(feedback),
            "points": self._points(),
        }

    def _choice(self, place: Element, asked: Element) -> QuestionBody:
        choices = _all(asked, "simpleChoice")
        names = [one.get("identifier", "") for one in choices]
        right = tuple(sorted(self._place_of(one, names) for one in self._correct()))
        if names == ["true", "false"]:
            return QuestionBody(QuestionKind.TRUE_FALSE, right=right, **self._common(place))
        is_multiple = self._responses[0].get("cardinality") == "multiple"
        return QuestionBody(
            QuestionKind.MULTIPLE if is_multiple else QuestionKind.SINGLE,
            options=tuple(self._text(one) for one in choices),
            right=right,
            partial=is_multiple and self._is_mapped(),
            **self._common(place),
        )

    def _order(self, place: Element, asked: Element) -> QuestionBody:
        choices = {one.get("identifier", ""): one for one in _all(asked, "simpleChoice")}
        correct = self._correct()
        if sorted(correct) != sorted(choices):
            raise _NotUnderstoodError(N_("The right order does not name every choice once"))
        options = tuple(self._text(choices[one]) for one in correct)
        return QuestionBody(QuestionKind.ORDERING, options=options, **self._common(place))

    def _entry(self, place: Element) -> QuestionBody:
        units = [one for one in place.iter() if one.get("class") == "unit"]
        for one in units:
            one.tag = "unit"  # So that it is not taken for a part of the question.
        common = self._common(place)
        if self._responses[0].get("baseType") in ("float", "integer"):
            unit = self._text(units[0]) if units else NOTHING
            value = _decimal(next(iter(self._correct()), ""))
            return QuestionBody(
                QuestionKind.NUMERIC, value=value, tolerance=self._tolerance(), unit=unit, **common
            )
        accepted = list(dict.fromkeys([*self._correct(), *self._mapped()]))
        return QuestionBody(QuestionKind.SHORT_TEXT, accepted=tuple(accepted), **common)

    def _text(self, element: Element, skip: Sequence[str] = ()) -> LocalizedText:
        found: dict[str, list[str]] = {"zh": [], "en": []}
        self._collect(element, self._language, found, (*skip, "unit"))
        zh, en = (re.sub(r"[ \t\r\n]+", " ", "".join(found[one])).strip() for one in ("zh", "en"))
        return LocalizedText(zh=zh, en=en)

    def _collect(
        self, element: Element, language: str, found: dict[str, list[str]], skip: Sequence[str]
    ) -> None:
        said = element.get(LANG)
        if said is not None:
            language = "en" if said.lower().startswith("en") else "zh"
        if _local(element) in ("img", "object", "math", "table"):
            raise _NotUnderstoodError(N_("Pictures, formulas and tables in a question are not understood"))
        found[language].append(element.text or "")
        for child in element:
            if _local(child) not in skip:
                self._collect(child, language, found, skip)
            found[language].append(
                " " + (child.tail or "") if _local(child) in ("p", "div") else child.tail or ""
            )

    def _correct(self) -> list[str]:
        correct = _first(self._responses[0], "correctResponse")
        return [] if correct is None else [(one.text or "").strip() for one in _all(correct, "value")]

    def _mapped(self) -> list[str]:
        mapping = _first(self._responses[0], "mapping")
        entries = [] if mapping is None else _all(mapping, "mapEntry")
        return [one.get("mapKey", "") for one in entries if _decimal(one.get("mappedValue", "0")) > 0]

    def _is_mapped(self) -> bool:
        processing = _first(self._root, "responseProcessing")
        return processing is not None and (
            processing.get("template", "").endswith("map_response")
            or any(_local(one) == "mapResponse" for one in processing.iter())
        )

    def _points(self) -> int:
        for one in _all(self._root, "outcomeDeclaration"):
            value = next((part for part in one.iter() if _local(part) == "value"), None)
            if one.get("identifier") == "MAXSCORE" and value is not None:
                points = _decimal(value.text or "")
                if points != int(points):
                    raise _NotUnderstoodError(N_("The points of an item are a whole number"))
                return int(points)
        return 1

    def _tolerance(self) -> Decimal:
        equal = next((one for one in self._root.iter() if _local(one) == "equal"), None)
        if equal is None or equal.get("toleranceMode", "exact") == "exact":
            return Decimal(0)
        given = [_decimal(one) for one in equal.get("tolerance", "").split()]
        if equal.get("toleranceMode") != "absolute" or not given or len(set(given)) > 1:
            raise _NotUnderstoodError(N_("Only an absolute tolerance, the same both ways, is understood"))
        return given[0]

    def _place_of(self, name: str, names: Sequence[str]) -> int:
        if name not in names:
            raise _NotUnderstoodError(N_("The right answer is not one of the options"))
        return names.index(name)


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            files = [one for one in package.infolist() if not one.is_dir()]
            if len(files) > 2 * MAX_ITEMS or sum(one.file_size for one in files) > MAX_UNPACKED:
                raise TooLarge(N_("The package holds more than %(most)s items", most=MAX_ITEMS))
            if any(one.flag_bits & 1 for one in files):
                raise InvalidInput(N_("The file is protected by a password; save it without one"))
            for one in sorted(files, key=lambda each: each.filename):
                yield one.filename, package.read(one)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise InvalidInput(N_("This package is damaged and cannot be read")) from error


def _parse(data: bytes) -> Element:
    try:
        # No document type, no entities, nothing fetched from anywhere.
        root: Element = SafeXml.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _NotUnderstoodError(
            N_("The XML declares entities or a document type; that is not taken")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise _NotUnderstoodError(N_("This is not well-formed XML")) from error
    return root


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise _NotUnderstoodError(N_("This is not a number")) from error
    if not number.is_finite():
        raise _NotUnderstoodError(N_("This is not a number"))
    return number


def _as_code(identifier: str) -> str:
    """Return our code within an identifier of somebody's making, or "" when there is none to be had."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", identifier.strip().removeprefix("q-").lower()).strip("-")
    found = _NAME.fullmatch(plain[:60])
    return found[0] if found else ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element if _local(one) == name]


def _first(element: Element, name: str) -> Element | None:
    return next((one for one in element if _local(one) == name), None)
