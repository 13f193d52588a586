"""How text becomes terms that either engine's full-text index takes as they are. Pure.

Chinese is not written with spaces, and an index of trigrams finds no word of two characters. So each character
of a Chinese run begins one term: itself with the one after it, or itself alone at the end of the run. A word of two
or more characters is then a phrase of such terms, and a single character is the beginning of a term. Words of other
scripts are one term each, in small letters, without accents, English endings taken off (Porter 1980, step 1).
Terms are written with ASCII letters and digits alone: no parser of an engine splits or reads them in its own way, and
nothing that somebody typed ever reaches an engine's query language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

MAX_QUERY = 100
_MAX_PHRASES = 8
_MAX_WORD = 40
# Passages overlap by more than the longest phrase that can be asked for.
PASSAGE = 1_000
_OVERLAP = MAX_QUERY
_SNIPPET_BEFORE, _SNIPPET_AFTER = 40, 120
_ENDINGS = re.compile(r"(?:at|bl|iz)\Z")
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True)
class Term:
    """One term and where it stands in the text: characters `start` up to `end`."""

    code: str
    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """Terms that follow one another; with `open_end` the last is only the beginning of one."""

    codes: tuple[str, ...]
    open_end: bool = False


@dataclass(frozen=True)
class Segment:
    """A piece of text that is shown; `hit` when it is what was looked for."""

    text: str
    hit: bool


def terms_of(text: str) -> list[Term]:
    """Return the terms of a text in their order."""
    return [term for run in _runs(text) for term in _run_terms(run)]


def index_text(text: str) -> str:
    """Return what is written into the index for a text: its terms with spaces between them."""
    return " ".join(term.code for term in terms_of(text))


def phrases_of(query: str) -> tuple[Phrase, ...]:
    """Return what a query looks for: each piece between spaces is a phrase, and all must be found.

    Whatever is typed gives a valid answer; a query without a letter or digit gives no phrase at all.
    """
    found: dict[Phrase, None] = {}
    for piece in query[:MAX_QUERY].split():
        runs = list(_runs(piece))
        terms = [term for run in runs for term in _run_terms(run)]
        if not terms:
            continue
        is_han, last = runs[-1][0], runs[-1][1]
        if is_han and len(last) > 1:
            terms.pop()  # In a text the run may go on; its end is asked for only where it ends.
        found[Phrase(tuple(term.code for term in terms), is_han and len(last) == 1)] = None
    return tuple(found)[:_MAX_PHRASES]


def highlight(text: str, phrases: Sequence[Phrase]) -> tuple[Segment, ...]:
    """Return the whole text in segments, with what the phrases find marked."""
    return tuple(_segments(text, 0, len(text), _hits(text, phrases)))


def snippet(text: str, phrases: Sequence[Phrase]) -> tuple[Segment, ...]:
    """Return the part of a text around the first thing found in it, on one line, marked."""
    flat = " ".join(text.split())
    hits = _hits(flat, phrases)
    first = hits[0][0] if hits else 0
    start, end = max(first - _SNIPPET_BEFORE, 0), min(first + _SNIPPET_AFTER, len(flat))
    before = (Segment("…", hit=False),) if start else ()
    after = (Segment("…", hit=False),) if end < len(flat) else ()
    return (*before, *_segments(flat, start, end, hits), *after)


def passages_of(text: str) -> list[str]:
    """Cut a text into passages of about 1,000 characters, at paragraphs where it can be done."""
    passages: list[str] = []
    held = ""
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        stripped = paragraph.strip()
        if held and len(held) + len(stripped) > PASSAGE:
            passages.append(held)
            held = ""
        held = f"{held}\n\n{stripped}" if held and stripped else held or stripped
        while len(held) > PASSAGE:
            passages.append(held[:PASSAGE])
            held = held[PASSAGE - _OVERLAP :]
    return [*passages, held] if held else passages


def plain_text(markdown: str) -> str:
    """Return Markdown without its marks, so that emphasis does not part a word from itself."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", markdown)
    text = re.sub(r"(?m)^[ \t]{0,3}(?:#{1,6}|[-*+>])[ \t]+", "", text)
    return re.sub(r"[*_`~]{1,3}", "", text)


def stem(word: str) -> str:
    """Take plural, -ed and -ing off an English word in small letters (Porter 1980, step 1)."""
    if word.endswith("sses") or (word.endswith("ies") and len(word) > 4):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest):
            word = _mended(rest)
            break
    if word.endswith("y") and len(word) > 3 and _VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 4 else word


def _mended(rest: str) -> str:
    """Put back or take away what -ed and -ing had changed: stopp(ed) is stop, creat(ed) create."""
    if _ENDINGS.search(rest):
        return rest + "e"
    if rest[-1] == rest[-2] and rest[-1] not in "aeiouylsz":
        return rest[:-1]
    return rest


@lru_cache(maxsize=20_000)
def _folded(char: str) -> tuple[str, ...]:
    """Return what a character counts as: full-width as half-width, small, without accents."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one))
    return tuple(plain.casefold())


@lru_cache(maxsize=20_000)
def _is_han(char: str) -> bool:
    """Say whether it is written without spaces: Han characters and Japanese syllables (Unicode blocks)."""
    code = ord(char)
    return (
        0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF or 0x3041 <= code <= 0x30FF or char in "〇々〆"
    )


_Run = tuple[bool, list[tuple[str, int]]]


def _runs(text: str) -> Iterator[_Run]:
    """Yield the runs of a text: whether it is Chinese, and its characters, folded, with their places."""
    held: list[tuple[str, int]] = []
    held_han = False
    for place, char in enumerate(text):
        folded = _folded(char)
        if not folded and unicodedata.combining(char):
            continue  # An accent of its own belongs to the letter before it.
        if not folded:
            folded = (" ",)
        for one in folded:
            han = _is_han(one)
            if held and (han is not held_han or not (han or one.isalnum())):
                yield held_han, held
                held = []
            if han or one.isalnum():
                held_han = han
                held.append((one, place))
    if held:
        yield held_han, held


def _run_terms(run: _Run) -> Iterator[Term]:
    is_han, chars = run
    if not is_han:
        word = "".join(char for char, _ in chars)
        yield Term(_word_code(word), chars[0][1], chars[-1][1] + 1)
        return
    for (char, place), (following, end) in pairwise(chars):
        yield Term(f"c{ord(char):05x}{ord(following):05x}", place, end + 1)
    char, place = chars[-1]
    yield Term(f"c{ord(char):05x}", place, place + 1)


def _word_code(word: str) -> str:
    if word.isascii():
        return f"w{stem(word)[:_MAX_WORD]}"
    return f"x{word.encode().hex()[: 2 * _MAX_WORD]}"


def _hits(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Return where the phrases stand in a text, in order and not overlapping."""
    terms = terms_of(text)
    found = [
        (terms[first].start, _end(terms[first + len(phrase.codes) - 1], phrase))
        for phrase in phrases
        for first in range(len(terms) - len(phrase.codes) + 1)
        if _matches(terms, first, phrase)
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _matches(terms: Sequence[Term], first: int, phrase: Phrase) -> bool:
    *leading, last = phrase.codes
    code = terms[first + len(leading)].code
    if not (code.startswith(last) if phrase.open_end else code == last):
        return False
    return all(terms[first + place].code == wanted for place, wanted in enumerate(leading))


def _end(term: Term, phrase: Phrase) -> int:
    """Return where a hit ends: of an open term only its first character was asked for."""
    return term.start + 1 if phrase.open_end else term.end


def _segments(text: str, start: int, end: int, hits: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    place = start
    for hit_start, hit_end in hits:
        left, right = max(hit_start, start), min(hit_end, end)
        if left >= right:
            continue
        if left > place:
            yield Segment(text[place:left], hit=False)
        yield Segment(text[left:right], hit=True)
        place = right
    if place < end:
        yield Segment(text[place:end], hit=False)
