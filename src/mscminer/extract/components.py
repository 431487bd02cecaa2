"""The spaCy components: sentences, abbreviations, mentions.  Each finds with a pure function and only then writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scispacy.abbreviation import find_abbreviation
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

import mscminer.extract.tokenizer  # noqa: F401  (registers the tokenizer)
from mscminer.extract.lexicon import Found, Lexicon, load_lexicon, longest
from mscminer.extract.text import JoinedText

JOINED = "mscminer_joined"
FOUND = "mscminer_found"
SHORT_FORMS = "mscminer_short_forms"
for _name, _default in ((JOINED, None), (FOUND, ()), (SHORT_FORMS, {})):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)

_BRACKET = re.compile(r"\(\s*(?P<short>[A-Za-z][\w/+&-]{1,12}(?:\s[\w/+&-]{1,8})?)\s*[),;]")
_FAR = 600
_SPACE = re.compile(r"\s")
_PRODUCT_ACRONYMS = ("product.cells.acronym", "product.cells.acronym_more", "product.asc.acronym")
_SPELT_OUT = re.compile(
    r"m[ea]n?s[aeo]n?e?[cq][hu]*[yi]?m|strom|stem|progenitor|precursor|multipotent|decidua|shed\b", re.IGNORECASE
)


@Language.factory("mscminer_sentences")  # type: ignore[untyped-decorator]
def create_sentences(nlp: Language, name: str) -> Sentences:
    return Sentences()


class Sentences:
    """Marks sentence starts; boundaries come from the characters, not from a parser."""

    def __call__(self, doc: Doc) -> Doc:
        joined = joined_of(doc)
        if len(doc) == 0:
            return doc
        begins = np.fromiter((start for start, _ in joined.sentences), dtype=np.uint64)
        starts = np.isin(doc.to_array(IDX), begins)
        starts[0] = True
        doc.from_array([SENT_START], np.where(starts, 1, -1).astype(np.int64).astype(np.uint64).reshape(-1, 1))
        return doc


@Language.factory("mscminer_abbreviations")  # type: ignore[untyped-decorator]
def create_abbreviations(nlp: Language, name: str) -> Abbreviations:
    return Abbreviations(nlp)


class Abbreviations:
    """Short forms that the text itself defines in brackets (Schwartz and Hearst's rule, scispaCy's code)."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        doc._.set(SHORT_FORMS, self.find(doc.text))
        return doc

    def find(self, text: str) -> dict[str, str]:
        """Long form by short form."""
        return dict(find_short_forms(text, self._nlp.make_doc))


def find_short_forms(text: str, tokenize: Callable[[str], Doc]) -> Iterator[tuple[str, str]]:
    """(short form, long form), each short form once: that of its first definition.

    Only the words before a bracket are cut into tokens; tokens never reach over white space, so they are those of the
    whole text.
    """
    seen: set[str] = set()
    for match in _BRACKET.finditer(text):
        if match["short"] in seen:
            continue
        words = min(len(match["short"]) + 5, 2 * len(match["short"])) + 1
        begin = _start_of_words(text, match.start(), words + 2)
        if not _letters_in_order(match["short"], text[begin : match.start()]):
            continue
        long_form = _long_form(tokenize(text[begin : _end_of_word(text, match.end())]), match, begin, words)
        if long_form is not None and "\n" not in long_form:
            seen.add(match["short"])
            yield match["short"], long_form


def _long_form(doc: Doc, match: re.Match[str], begin: int, words: int) -> str | None:
    """The long form in a stretch of text that starts at `begin`, from at most so many tokens before the bracket."""
    short = doc.char_span(match.start("short") - begin, match.end("short") - begin, alignment_mode="expand")
    if short is None or short.start < 2:
        return None
    opening = doc.char_span(match.start() - begin, match.start() - begin + 1, alignment_mode="expand")
    before = doc[max(0, opening.start - words) : opening.start]
    if not before:
        return None
    _, long_form = find_abbreviation(before, short)
    return None if long_form is None else str(long_form.text)


def _start_of_words(text: str, end: int, number: int) -> int:
    """Where the `number`-th word before `end` starts, words being what white space parts; 0 if it is far away."""
    first = max(0, end - _FAR)
    parts = text[first:end].rsplit(None, number)
    if len(parts) <= number:
        return 0
    begin = first + len(parts[0])
    return begin + next(place for place, character in enumerate(text[begin:end]) if not character.isspace())


def _end_of_word(text: str, start: int) -> int:
    found = _SPACE.search(text, start)
    return found.start() if found else len(text)


def _letters_in_order(short: str, before: str) -> bool:
    """Whether the letters of a short form stand before it in this order, without which nothing defines it."""
    if not (short.isascii() and before.isascii()):
        return True
    low, place = before.lower(), len(before)
    for character in reversed(short.lower()):
        if character.isalnum():
            place = low.rfind(character, 0, place)
            if place < 0:
                return False
    return True


@Language.factory("mscminer_mentions")  # type: ignore[untyped-decorator]
def create_mentions(nlp: Language, name: str) -> Mentions:
    return Mentions()


class Mentions:
    """Finds the lexicon entries; the lexicon is part of the model and loaded with it."""

    def __init__(self) -> None:
        self.lexicon = Lexicon(entries=())

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> Mentions:
        self.lexicon = load_lexicon(Path(path))
        return self

    def __call__(self, doc: Doc) -> Doc:
        found = self.find(doc.text, doc._.get(SHORT_FORMS))
        doc._.set(FOUND, tuple(found))
        spans = (_token_span(doc, item) for item in found)
        doc.spans["mscminer"] = [span for span in spans if span is not None]
        return doc

    def find(self, text: str, short_forms: dict[str, str], *, routes: bool = True) -> list[Found]:
        """The mentions of a text with its own short forms.

        Args:
            routes: whether routes are looked for.
        """
        return find_mentions(self.lexicon if routes else self.lexicon.without_routes, text, short_forms)


def _token_span(doc: Doc, item: Found) -> Span | None:
    return doc.char_span(item.start, item.end, label=item.label, span_id=item.rule, alignment_mode="expand")


def find_mentions(lexicon: Lexicon, text: str, short_forms: dict[str, str]) -> list[Found]:
    """Lexicon entries and the short forms that stand for one; acronyms that mean something else are dropped."""
    found = lexicon.find(text)
    meanings = {short: lexicon.find(long_form) for short, long_form in short_forms.items()}
    banned = {short for short, long_form in short_forms.items() if not _SPELT_OUT.search(long_form)}
    spelt_out = _SPELT_OUT.search(text) is not None
    extra = list(_defined(meanings, text))
    places = {(item.start, item.end) for item in extra}
    kept = [item for item in found if not _foreign(item, text, banned, spelt_out)]
    kept = [item for item in kept if item.rule not in _PRODUCT_ACRONYMS or (item.start, item.end) not in places]
    kept = [item for item in kept if not _contradicted(meanings, item, text)]
    kept += _defined_routes(meanings, text, {(item.start, item.end) for item in kept})
    products = list(longest([item for item in kept if item.label == "PRODUCT"] + extra))
    return sorted([item for item in kept if item.label != "PRODUCT"] + products)


def _foreign(item: Found, text: str, banned: set[str], spelt_out: bool) -> bool:
    """Whether an acronym ("MSC") stands for something else here, or for nothing that is ever named."""
    if item.rule not in _PRODUCT_ACRONYMS:
        return False
    words = text[item.start : item.end]
    named = spelt_out or _UNMISTAKABLE.fullmatch(words) is not None or _is_told(text, item.start)
    return not named or words.rstrip("s") in banned or words in banned


_UNMISTAKABLE = re.compile(r"(?:(?:allo|auto|hu?)-?)?(?:UCB?|BM|AD|AT|WJ|CB|DP)-?MSCs?|MSC-NTF|MSC-?TRAIL")
"""Short forms of MSCs that need not be spelt out: nothing else is called so."""
_TELLING = re.compile(
    r"\b(?:bone[\s-]marrow|umbilical[\s-]cord|cord[\s-]tissue|cord[\s-]blood|adipose(?:\s(?:tissue|fat))?|wharton\S{0,2}\sjelly"
    r"|placenta(?:l)?|dental\spulp|allogene?ic|autologous)(?:[\s-]derived)?[\s-]$",
    re.IGNORECASE,
)


def _is_told(text: str, start: int) -> bool:
    """Whether the words before a short form say whence or whose its cells are: "bone marrow MSC"."""
    return _TELLING.search(text, max(0, start - _BEFORE_SHORT), start) is not None


_BEFORE_SHORT = 40


_TISSUE_ACRONYM = re.compile(r"tissue\.\w+\.acronym|tissue\.adipose\.letter|tissue\.cord_blood|tissue\.placenta")


def _contradicted(meanings: dict[str, list[Found]], item: Found, text: str) -> bool:
    """Whether a tissue read from an acronym is not that of the words it stands for ("amniotic ... (hAMSC)")."""
    if not _TISSUE_ACRONYM.match(item.rule):
        return False
    words = text[item.start : item.end]
    adipose = item.rule in ("tissue.adipose.acronym", "tissue.adipose.letter")
    if adipose and words.strip("-") in ("A", "hA") and "amnio" in text.lower():
        return "dipo" not in text
    low = text[max(0, item.start - 12) : item.end + 12]
    for short, meaning in meanings.items():
        if short in low and words.strip("-s") in short:
            values = {other.value for other in meaning if other.label == "TISSUE"}
            return item.value not in values if values else adipose
    return False


def _defined(meanings: dict[str, list[Found]], text: str) -> Iterator[Found]:
    for short, meaning in meanings.items():
        products = [item for item in meaning if item.label == "PRODUCT"]
        if not products or len(short) < 2:
            continue
        wanted = ("derivative",) if any(item.value == "derivative" for item in products) else ("cells", "asc")
        best = max(products, key=lambda item: (item.value in wanted, item.end - item.start))
        for match in re.finditer(rf"(?<![\w-]){re.escape(short)}s?(?![\w])", text):
            yield replace(best, start=match.start(), end=match.end(), rule=best.rule)


_ROUTE_SHORT = re.compile(r"I[ACMT]|SC|ID")


def _defined_routes(meanings: dict[str, list[Found]], text: str, places: set[tuple[int, int]]) -> Iterator[Found]:
    """Short forms of routes that the text defines itself: "intrathecally (IT)"."""
    for short, meaning in meanings.items():
        routes = [item for item in meaning if item.label == "ROUTE"]
        if len({item.value for item in routes}) != 1 or not _ROUTE_SHORT.fullmatch(short):
            continue
        for match in re.finditer(rf"(?<![\w-]){short}(?![\w-]*\w)", text):
            if match.span() not in places:
                yield replace(routes[0], start=match.start(), end=match.end())


def joined_of(doc: Doc) -> JoinedText:
    """The sections behind a doc, or the whole text as one section for docs made elsewhere."""
    joined: JoinedText | None = doc._.get(JOINED)
    if joined is None:
        joined = JoinedText(text=doc.text, parts=(("text", 0, len(doc.text)),))
        doc._.set(JOINED, joined)
    return joined


def spans_of(doc: Doc) -> list[Span]:
    """The mentions as non-overlapping token spans, for display."""
    spans: list[Span] = filter_spans(list(doc.spans.get("mscminer", [])))
    return spans
