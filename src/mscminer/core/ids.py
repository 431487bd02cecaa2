"""Registration numbers of clinical trial registries in any text.

The forms are those of the registries of the WHO network (ICTRP) and ClinicalTrials.gov.  Each has an example and a
counter-example, which the tests run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class RegistryId:
    """A registration number found in a text.

    Args:
        start: offset of its first character in the text.
        end: offset after its last character.
        id: the normalised number (``NCT01234567``, ``2011-006270-13``, ``ChiCTR-TRC-11001813``).
        registry: its registry's short name (``NCT``, ``EudraCT``, ``ChiCTR``).
    """

    start: int
    end: int
    id: str
    registry: str


@dataclass(frozen=True, kw_only=True)
class NumberForm:
    """How a registry writes its numbers.

    Args:
        hint: lower-case characters without which no number of this form is in a text ("" if there are none).
        pattern: what the number looks like.
        normalise: the number in its normal form, or "" if it only looks like one.
        context: what must stand in the 80 characters before it (unless it is all there is), for ambiguous forms.
        example: words of which `pattern` finds one number.
        counter_example: words of which it finds none.
    """

    registry: str
    hint: str
    pattern: re.Pattern[str]
    normalise: Callable[[re.Match[str]], str]
    example: str
    counter_example: str
    context: re.Pattern[str] | None = None

    @cached_property
    def hint_begins(self) -> bool:
        """Whether every number begins with the hint."""
        return self.pattern.pattern.startswith((_START + self.hint, _START + self.hint.upper()))


_CONTEXT_LENGTH: Final = 80
_SPACE: Final = r"[ \t\r\n\f\v\u00a0\u2000-\u200b\u202f\u3000]"
_DASH: Final = r"[-\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
_BREAK: Final = rf"(?:[\u00ad\u200b\u2060]|[ \t]*{_DASH}?[ \t]*\r?\n[ \t]*)?"
"""What may stand between two digits of one number: an invisible mark, or the end of a line."""
_START: Final = r"(?<![A-Za-z0-9])"
_END: Final = r"(?:(?![A-Za-z0-9])|(?=https?:|www\.))"
_MARK: Final = rf"(?:{_SPACE}|{_DASH}|[:#.()\[\]_/=])"
_GAP: Final = (
    rf"{_MARK}{{0,2}}[,;]?{_MARK}{{0,4}}(?:(?:nos?|nr|num|numbers?|ids?|identifiers?|registration|registry|register|reg|trial|study)"
    rf"{_MARK}{{1,4}}){{0,3}}"
)
"""What may stand between a registry's name and the digits: ``NCT No. 01234567``, ``(ISRCTN) 53388093``."""


def _digits(fewest: int, most: int | None = None) -> str:
    """Pattern of so many digits, which the end of a line may divide."""
    return rf"[0-9](?:{_BREAK}[0-9]){{{fewest - 1},{(most or fewest) - 1}}}"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def _plain(text: str) -> str:
    """Only the letters and digits."""
    return "".join(character for character in text if character.isascii() and character.isalnum())


def _with_prefix(prefix: str) -> Callable[[re.Match[str]], str]:
    return lambda match: prefix + _plain(match[1])


def _form(registry: str, prefix: str, digits: str, example: str, counter_example: str) -> NumberForm:
    """The usual form: a name, perhaps a gap, and a number of digits."""
    return NumberForm(
        registry=registry,
        hint=prefix.lower(),
        pattern=_compiled(rf"{_START}{prefix}{_GAP}({digits}){_END}"),
        normalise=_with_prefix(prefix),
        example=example,
        counter_example=counter_example,
    )


def _eu_number(match: re.Match[str]) -> str:
    return f"{match[1]}-{_plain(match[2])}-{match[3]}"


def _ctis_number(match: re.Match[str]) -> str:
    # The fourth group counts resubmissions of one trial, so it is no part of its identity.
    return f"{_eu_number(match)}-00"


def _chictr_old(match: re.Match[str]) -> str:
    return f"ChiCTR-{match[1].upper()}-{_plain(match[2])}"


def _jrct(match: re.Match[str]) -> str:
    return f"jRCT{match[1].lower()}{_plain(match[2])}"


def _irct(match: re.Match[str]) -> str:
    return f"IRCT{_plain(match[1])}N{match[2]}"


def _slashed(prefix: str) -> Callable[[re.Match[str]], str]:
    return lambda match: "/".join([prefix, *match.groups()])


def _rebec(match: re.Match[str]) -> str:
    body = match[1].lower()
    return f"RBR-{body}" if re.search(r"[0-9]", body) or not re.search(r"[aeiou]", body) else ""


def _ntr(match: re.Match[str]) -> str:
    return f"NTR{int(match[1])}" if int(match[1]) else ""


_EU_CENTURY: Final = (
    r"20(?:(?<![A-Za-z0-9]20)(?<![0-9][-\u2010-\u2013]20)|(?<=eudract20)|(?<=eudra-ct20)|(?<=euctr20)|(?<=ctis20)"
    r"|(?<=eu-ct20))"
)
"""The first two digits and what may stand before them; to begin with digits makes Python look for those alone."""
_EU_DASH: Final = rf"{_SPACE}?{_DASH}{_SPACE}?"
_EU_RIGHT: Final = rf"(?![A-Za-z0-9])(?!{_DASH}[0-9])"
_DUTCH: Final = _compiled(r"netherlands?|dutch|nederland|trialregister|\bNTR\b|trial\s+regist")

NUMBER_FORMS: Final[tuple[NumberForm, ...]] = (
    _form("NCT", "NCT", rf"{_digits(8)}|[0-9]{{4}} [0-9]{{4}}", "(NCT No. 01234567)", "grant NCT 4619792013"),
    NumberForm(
        registry="EudraCT",
        hint="20",
        pattern=_compiled(rf"({_EU_CENTURY}[0-2][0-9]){_EU_DASH}([0-4]{_digits(5)}){_EU_DASH}([0-9]{{2}}){_EU_RIGHT}"),
        normalise=_eu_number,
        example="EudraCT 2011-006270-13",
        counter_example="2011-06270-13",
    ),
    NumberForm(
        registry="CTIS",
        hint="20",
        pattern=_compiled(
            rf"({_EU_CENTURY}[2-9][0-9]){_EU_DASH}(5{_digits(5)}){_EU_DASH}([0-9]{{2}})(?:{_EU_DASH}[0-9]{{2}})?{_EU_RIGHT}"
        ),
        normalise=_ctis_number,
        example="EU CT number 2022-501234-12-00",
        counter_example="2022-501234-123",
    ),
    _form("ISRCTN", "ISRCTN", _digits(8), "trial number (ISRCTN) 53388093", "ISRCTN1234567"),
    NumberForm(
        registry="ChiCTR",
        hint="chictr",
        pattern=_compiled(rf"{_START}ChiCTR{_MARK}{{0,3}}([A-Z]{{2,6}}){_MARK}{{0,3}}({_digits(8)}){_END}"),
        normalise=_chictr_old,
        example="ChiCTR-TRC-11001813",
        counter_example="ChiCTR-TRC-1100181",
    ),
    _form("ChiCTR", "ChiCTR", rf"[12]{_digits(9)}", "chictr2000012345", "ChiCTR20000123"),
    _form("ITMCTR", "ITMCTR", rf"[12]{_digits(9)}", "ITMCTR2021000123", "ITMCTR2021"),
    NumberForm(
        registry="UMIN",
        hint="umin",
        pattern=_compiled(rf"{_START}(?:JPRN{_MARK}{{0,2}})?UMIN(?:{_DASH}?CTR)?{_GAP}({_digits(9)}){_END}"),
        normalise=_with_prefix("UMIN"),
        example="JPRN-UMIN000012345",
        counter_example="UMIN00000356",
    ),
    NumberForm(
        registry="UMIN",
        hint="c000",
        pattern=_compiled(rf"{_START}(?:JPRN{_MARK}{{0,2}}|UMIN(?:{_DASH}?CTR)?{_GAP})(C000[0-9]{{6}}){_END}"),
        normalise=lambda match: match[1].upper(),
        example="UMIN-CTR number C000000123",
        counter_example="catalogue number C000000123",
    ),
    NumberForm(
        registry="jRCT",
        hint="jrct",
        pattern=_compiled(
            rf"{_START}(?:JPRN{_MARK}{{0,2}})?jRCT{_GAP}(?:jRCT)?([abcs](?={_digits(9)}{_END})|(?={_digits(10)}{_END}))"
            rf"({_digits(9, 10)}){_END}"
        ),
        normalise=_jrct,
        example="registered as jRCTs031190123",
        counter_example="jRCT03119012",
    ),
    NumberForm(
        registry="JapicCTI",
        hint="japic",
        pattern=_compiled(rf"{_START}(?:JPRN{_MARK}{{0,2}})?JapicCTI{_GAP}({_digits(6)}){_END}"),
        normalise=_with_prefix("JapicCTI-"),
        example="JAPICCTI-050121",
        counter_example="JapicCTI-50121",
    ),
    NumberForm(
        registry="JMACCT",
        hint="jma",
        pattern=_compiled(rf"{_START}(?:JPRN{_MARK}{{0,2}})?JMA{_MARK}{{0,2}}IIA{_MARK}{{0,2}}([0-9]{{5}}){_END}"),
        normalise=_with_prefix("JMA-IIA"),
        example="JMA-IIA00123",
        counter_example="JMA-IIA0012",
    ),
    NumberForm(
        registry="CTRI",
        hint="ctri",
        pattern=_compiled(
            rf"{_START}CTRI{_SPACE}?[-/:]{_SPACE}?(20[0-9]{{2}}){_SPACE}?[-/]{_SPACE}?([0-9]{{2,3}}){_SPACE}?[-/]{_SPACE}?"
            rf"([0-9]{{6}}){_END}"
        ),
        normalise=_slashed("CTRI"),
        example="CTRI/2012/03/002506",
        counter_example="REF/2012/03/002506",
    ),
    NumberForm(
        registry="IRCT",
        hint="irct",
        pattern=_compiled(rf"{_START}IRCT{_GAP}({_digits(9, 15)}){_MARK}?N{_MARK}?([0-9]{{1,3}}){_END}"),
        normalise=_irct,
        example="IRCT20200413047063N3",
        counter_example="IRCT20200413047063",
    ),
    _form("KCT", "KCT", _digits(7), "KCT0002344", "KCT00023445"),
    _form(
        "ACTRN",
        "ACTRN",
        rf"12[0-9](?: ?{_BREAK}[0-9]){{11}}",
        "ACTRN12612000516886",
        "ACTRN1261200051688",
    ),
    NumberForm(
        registry="NTR",
        hint="ntr",
        pattern=_compiled(rf"{_START}NTR(?![,;]){_GAP}([0-9]{{3,5}}){_END}(?![.][0-9])"),
        normalise=_ntr,
        example="trialregister.nl, NTR 1369",
        counter_example="the p75NTR 120 receptor",
    ),
    NumberForm(
        registry="NL",
        hint="nl",
        pattern=_compiled(rf"{_START}NL{_DASH}?{_SPACE}?([0-9]{{4,5}}){_END}(?![.][0-9])"),
        normalise=_with_prefix("NL"),
        context=_DUTCH,
        example="Netherlands Trial Register NL7654",
        counter_example="ethics dossier NL12345.018.12",
    ),
    NumberForm(
        registry="OMON",
        hint="omon",
        pattern=_compiled(rf"{_START}NL{_DASH}?OMON{_MARK}?([0-9]{{4,6}}){_END}"),
        normalise=_with_prefix("NL-OMON"),
        example="NL-OMON49124",
        counter_example="NL-OMON491",
    ),
    _form("DRKS", "DRKS", _digits(8), "DRKS 00003801", "DRKS0003801"),
    _form("PACTR", "PACTR", _digits(15, 16), "PACTR201105000291301", "PACTR2011050002913"),
    _form("TCTR", "TCTR", _digits(11), "TCTR20140127001", "TCTR2014012700"),
    NumberForm(
        registry="ReBec",
        hint="rbr",
        pattern=_compiled(rf"{_START}RBR{_SPACE}?{_DASH}{_SPACE}?([0-9A-Z]{{5,8}}){_END}"),
        normalise=_rebec,
        example="RBR-46ZQR8",
        counter_example="RBR-related",
    ),
    NumberForm(
        registry="SLCTR",
        hint="slctr",
        pattern=_compiled(rf"{_START}SLCTR{_SPACE}?[-/:]?{_SPACE}?(20[0-9]{{2}})[-/]([0-9]{{3}}){_END}"),
        normalise=_slashed("SLCTR"),
        example="SLCTR/2012/001",
        counter_example="SLCTR/2012/1",
    ),
    _form("LBCTR", "LBCTR", rf"20{_digits(8)}", "LBCTR2019030193", "LBCTR201903019"),
    _form("RPCEC", "RPCEC", _digits(8), "RPCEC00000123", "RPCEC0000123"),
    NumberForm(
        registry="REPEC",
        hint="per",
        # In capitals only: "per-100-50" is arithmetic.
        pattern=re.compile(rf"{_START}PER{_DASH}([0-9]{{3}}){_DASH}([0-9]{{2}}){_END}(?!{_DASH}[0-9])", re.ASCII),
        normalise=lambda match: f"PER-{match[1]}-{match[2]}",
        example="PER-012-15",
        counter_example="per-012-15",
    ),
    NumberForm(
        registry="HKUCTR",
        hint="hkuctr",
        pattern=_compiled(rf"{_START}HKUCTR{_GAP}([0-9]{{2,5}}){_END}"),
        normalise=_with_prefix("HKUCTR-"),
        example="HKUCTR-2345",
        counter_example="HKUCTR",
    ),
    NumberForm(
        registry="PHRR",
        hint="phrr",
        pattern=_compiled(rf"{_START}PHRR{_GAP}([0-9]{{6}}){_DASH}([0-9]{{6}}){_END}"),
        normalise=lambda match: f"PHRR{match[1]}-{match[2]}",
        example="PHRR160115-001098",
        counter_example="PHRR160115",
    ),
    _form("SNCTP", "SNCTP", _digits(9), "SNCTP000001234", "SNCTP00001234"),
)
"""Every form that is looked for."""

_MAX_AROUND: Final = 60
_AROUND: Final = _compiled(
    rf"(?:{_MARK}|[,;]|eudract|eudra|euctr|eu|ctis|ct|jprn|clinicaltrials\.gov|trial|study|registry|register|registration"
    rf"|numbers?|no|nr|ids?|identifiers?|{'|'.join(sorted({form.registry.lower() for form in NUMBER_FORMS}))})*"
    rf"(?:(?<=-)[a-z]{{2}})?"
)
"""What may stand round a number in a field that holds nothing else (``EudraCT Number: 2005-003674-14``)."""


def find_registry_ids(text: str) -> tuple[RegistryId, ...]:
    """Registration numbers in `text`, in order of their place, without overlaps.

    They are found however they are written: ``NCT 01234567``, ``nct-01234567``, ``NCT No. 01234567``, divided by the
    end of a line; not inside longer tokens and not with another number of digits.
    """
    found = sorted(_candidates(text), key=lambda ident: (ident.start, -ident.end))
    kept: list[RegistryId] = []
    for ident in found:
        if not kept or ident.start >= kept[-1].end:
            kept.append(ident)
    return tuple(kept)


_BREAKING: Final = ("\n", "\u00ad", "\u200b", "\u2060")
"""One of these stands wherever a number is divided."""
_BESIDE_BREAKS: Final = b" \t\r\n-"
_ZEROS: Final = bytes(ord("0" if chr(code).isdecimal() else " ") for code in range(128)).ljust(256)
_SHORTEST: Final = frozenset({"ReBec", "HKUCTR"})
_SHORT: Final = _SHORTEST | {"ACTRN", "NTR", "REPEC"}
_BY_DIGITS: Final = (
    (b"0000", NUMBER_FORMS),
    (b"000", tuple(form for form in NUMBER_FORMS if form.registry in _SHORT)),
    (b"", tuple(form for form in NUMBER_FORMS if form.registry in _SHORTEST)),
)
"""Every number has four digits in a row but those of five registries, and three but those of two."""


def _candidates(text: str) -> Iterator[RegistryId]:
    lowered = text.lower()
    for form in _forms_by_digits(text):
        if form.hint not in lowered or (form.hint_begins and not _begins_a_word(form.hint, lowered)):
            continue
        for match in form.pattern.finditer(text):
            ident = form.normalise(match) if _fits(form, text, match) else ""
            if ident:
                yield RegistryId(start=match.start(), end=match.end(), id=ident, registry=form.registry)


def _forms_by_digits(text: str) -> tuple[NumberForm, ...]:
    """The forms for which the text has enough digits in a row; as bytes it tells that most quickly."""
    if any(mark in text for mark in _BREAKING):
        digits = text.encode("ascii", "ignore").translate(_ZEROS, _BESIDE_BREAKS)
    else:
        digits = text.encode("ascii", "replace").translate(_ZEROS)
    return next(forms for fewest, forms in _BY_DIGITS if fewest in digits)


def _begins_a_word(hint: str, lowered: str) -> bool:
    """Whether the hint stands somewhere behind no letter and no digit, which is told more quickly than by pattern."""
    place = lowered.find(hint)
    while place > 0 and (before := lowered[place - 1]).isascii() and before.isalnum():
        place = lowered.find(hint, place + 1)
    return place >= 0


def _fits(form: NumberForm, text: str, match: re.Match[str]) -> bool:
    if form.context is None or match[0] == text.strip():
        return True
    before = text[max(0, match.start() - _CONTEXT_LENGTH) : match.start()]
    return form.context.search(before) is not None


def normalise_registry_id(text: str) -> str | None:
    """The normal form if `text` holds one registration number and nothing else of meaning, else None.

    ``EudraCT Number: 2005-003674-14`` is one; a sentence with a number in it is not.
    """
    found = find_registry_ids(text)
    if len({ident.id for ident in found}) != 1:
        return None
    rest, at = [], 0
    for ident in found:
        rest.append(text[at : ident.start])
        at = ident.end
    rest.append(text[at:])
    return found[0].id if all(len(part) <= _MAX_AROUND and _AROUND.fullmatch(part) for part in rest) else None
