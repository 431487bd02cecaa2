"""The spaCy components: sentences, abbreviations, mentions.  Each finds with a pure function and only then writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    return Abbreviations()


class Abbreviations:
    """Short forms that the text itself defines in brackets (Schwartz and Hearst's rule, scispaCy's code)."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.set(SHORT_FORMS, dict(find_short_forms(doc)))
        return doc


def find_short_forms(doc: Doc) -> Iterator[tuple[str, str]]:
    """(short form, long form), each short form once: that of its first definition."""
    seen: set[str] = set()
    for match in _BRACKET.finditer(doc.text):
        short = doc.char_span(match.start("short"), match.end("short"), alignment_mode="expand")
        if short is None or short.start < 2 or match["short"] in seen:
            continue
        words = min(len(match["short"]) + 5, 2 * len(match["short"])) + 1
        opening = doc.char_span(match.start(), match.start() + 1, alignment_mode="expand")
        before = doc[max(0, opening.start - words) : opening.start]
        if not before:
            continue
        long_form = _expansion(before, short)
        if long_form is not None and "\n" not in long_form.text:
            seen.add(match["short"])
            yield match["short"], long_form.text


def _expansion(before: Span, short: Span) -> Span | None:
    _, long_form = find_abbreviation(before, short)
    return long_form


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
        found = find_mentions(self.lexicon, doc.text, doc._.get(SHORT_FORMS))
        doc._.set(FOUND, tuple(found))
        spans = (_token_span(doc, item) for item in found)
        doc.spans["mscminer"] = [span for span in spans if span is not None]
        return doc


def _token_span(doc: Doc, item: Found) -> Span | None:
    return doc.char_span(item.start, item.end, label=item.label, span_id=item.rule, alignment_mode="expand")


def find_mentions(lexicon: Lexicon, text: str, short_forms: dict[str, str]) -> list[Found]:
    """Lexicon entries and the short forms that stand for one; acronyms that mean something else are dropped."""
    found = lexicon.find(text)
    banned = {short for short, long_form in short_forms.items() if not _SPELT_OUT.search(long_form)}
    spelt_out = _SPELT_OUT.search(text) is not None
    extra = list(_defined(lexicon, text, short_forms))
    places = {(item.start, item.end) for item in extra}
    kept = [item for item in found if not _foreign(item, text, banned, spelt_out)]
    kept = [item for item in kept if item.rule not in _PRODUCT_ACRONYMS or (item.start, item.end) not in places]
    kept = [item for item in kept if not _contradicted(lexicon, item, text, short_forms)]
    products = list(longest([item for item in kept if item.label == "PRODUCT"] + extra))
    return sorted([item for item in kept if item.label != "PRODUCT"] + products)


def _foreign(item: Found, text: str, banned: set[str], spelt_out: bool) -> bool:
    """Whether an acronym ("MSC") stands for something else here, or for nothing that is ever named."""
    if item.rule not in _PRODUCT_ACRONYMS:
        return False
    words = text[item.start : item.end]
    return not spelt_out or words.rstrip("s") in banned or words in banned


_TISSUE_ACRONYM = re.compile(r"tissue\.\w+\.acronym|tissue\.cord_blood|tissue\.placenta")


def _contradicted(lexicon: Lexicon, item: Found, text: str, short_forms: dict[str, str]) -> bool:
    """Whether a tissue read from an acronym is not that of the words it stands for ("amniotic ... (hAMSC)")."""
    if not _TISSUE_ACRONYM.match(item.rule):
        return False
    words = text[item.start : item.end]
    adipose = item.rule == "tissue.adipose.acronym"
    if adipose and words.strip("-") in ("A", "hA") and "amnio" in text.lower():
        return "dipo" not in text
    low = text[max(0, item.start - 12) : item.end + 12]
    for short, long_form in short_forms.items():
        if short in low and words.strip("-s") in short:
            values = {other.value for other in lexicon.find(long_form) if other.label == "TISSUE"}
            return item.value not in values if values else adipose
    return False


def _defined(lexicon: Lexicon, text: str, short_forms: dict[str, str]) -> Iterator[Found]:
    for short, long_form in short_forms.items():
        products = [item for item in lexicon.find(long_form) if item.label == "PRODUCT"]
        if not products or len(short) < 2:
            continue
        wanted = ("derivative",) if any(item.value == "derivative" for item in products) else ("cells", "asc")
        best = max(products, key=lambda item: (item.value in wanted, item.end - item.start))
        for match in re.finditer(rf"(?<![\w-]){re.escape(short)}s?(?![\w])", text):
            yield replace(best, start=match.start(), end=match.end(), rule=best.rule)


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
