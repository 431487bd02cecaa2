"""The msc class of a study: rules in the order in which they are asked, the first that holds decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from mscminer.core.documents import StudyFields
from mscminer.core.vocabulary import MscClass
from mscminer.extract.given import CODE, FEEDER, GIVING, Given, given_words
from mscminer.extract.title_conditions import TITLES
from mscminer.extract.view import Item, View, Zone

Verdict = tuple[MscClass, bool, tuple[Item, ...]]
"""The class, whether names (not only descriptions) say so, and the mentions that it rests on."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the class of a study is judged by.

    Args:
        kinds: what each intervention gives, by its number.
        products: the mentions of products that the text asserts of the study.
        cultured: whether "adipose-derived stromal cells" are grown here.
    """

    view: View
    study: StudyFields
    kinds: dict[int, Given]
    products: Sequence[Item]
    cultured: bool

    @cached_property
    def cells(self) -> list[Item]:
        """The mentions of MSCs."""
        return [item for item in self.products if item.value == "cells" or (item.value == "asc" and self.cultured)]

    @cached_property
    def values(self) -> frozenset[Given]:
        """What the interventions give."""
        return frozenset(self.kinds.values())

    @property
    def only_lab(self) -> bool:
        """Whether cells are only collected or measured."""
        return bool(self.values) and self.values <= {Given.LAB, Given.CONTROL}

    @cached_property
    def only_drugs(self) -> bool:
        """Whether everything given is an ordinary drug, device or procedure of another kind."""
        return _only_drugs(self.study, self.kinds)


def classify(case: Case) -> Verdict:
    """The first rule that holds, from what interventions are called to what keywords hint at."""
    return next((verdict for rule in _RULES if (verdict := rule(case)) is not None), (MscClass.NONE, True, ()))


def _only_observed(case: Case) -> Verdict | None:
    if case.study.study_type == "OBSERVATIONAL" and not _treated(case.view, case.products):
        return MscClass.NONE, False, ()
    return None


def _only_examined(case: Case) -> Verdict | None:
    return (MscClass.NONE, True, ()) if _only_examines(case.view, case.study) else None


def _only_given_before(case: Case) -> Verdict | None:
    """Whether the titles are of something else that is done after the cells, and nothing here gives them."""
    titled = [item for item in case.cells if item.section in TITLES]
    if not titled or not case.kinds or any(item.owner for item in case.products):
        return None
    text = case.view.joined.text
    after = all(_AFTERWARDS.search(text[max(item.sentence[0], item.start - 60) : item.start]) for item in titled)
    follows = _FOLLOW_UP.search(" ".join(case.view.document.text(name) for name in TITLES))
    return (MscClass.NONE, True, ()) if after and not follows else None


_AFTERWARDS = re.compile(r"\b(?:after|following|post|since|who\shad)[\s-](?:[\w-]+\s){0,5}$", re.IGNORECASE)


def _derivative_in_title(case: Case) -> Verdict | None:
    if not _is_titled_derivative(case.products, case.cells):
        return None
    derived = tuple(item for item in case.products if item.value == "derivative")
    named = [item for item in case.view.of("PRODUCT") if item.value in ("cells", "asc", "generic")]
    if not any(_names_msc(case.view, item, named) for item in derived):
        return None
    return MscClass.DERIVATIVE, True, derived[:4]


def _cells_as_intervention(case: Case) -> Verdict | None:
    if Given.CELLS not in case.values:
        return None
    return MscClass.CELLS, True, _of_kind(case.products, case.kinds, Given.CELLS, case.cells)


def _cells_in_title(case: Case) -> Verdict | None:
    titled = [item for item in case.cells if item.section in TITLES]
    if titled and (Given.UNCULTURED in case.values or _is_therapeutic(case.view)):
        return MscClass.CELLS, True, tuple(titled[:4])
    return None


def _derivative_of_msc(case: Case) -> Verdict | None:
    derived = [item for item in case.products if item.value == "derivative" and _names_msc(case.view, item, case.cells)]
    if derived and (Given.DERIVATIVE in case.values or any(item.section in TITLES for item in derived)):
        return MscClass.DERIVATIVE, True, tuple(derived[:4])
    return None


def _cells_in_arm(case: Case) -> Verdict | None:
    armed = [item for item in case.cells if item.owner.startswith("arm") and _arm_gets(case.view, item, case.values)]
    if armed and not case.only_lab and not case.only_drugs:
        return MscClass.CELLS, True, tuple(armed[:4])
    return None


def _mixture_called_mesenchymal(case: Case) -> Verdict | None:
    called = [item for item in case.cells if item.section.startswith("condition") or _is_name_of_mixture(case, item)]
    if called and Given.UNCULTURED in case.values:
        return MscClass.CELLS, True, tuple(called[:4])
    return None


def _mixture(case: Case) -> Verdict | None:
    mixed = [item for item in case.products if item.value in ("uncultured", "asc")]
    if Given.UNCULTURED in case.values or (not case.only_lab and _applied(case.view, mixed)):
        return MscClass.UNCULTURED, True, tuple(mixed[:4])
    return None


def _told_in_prose(case: Case) -> Verdict | None:
    if case.only_lab or case.only_drugs or _only_feeds(case.view, case.cells):
        return None
    told = list(_told_as_given(case.view, (item for item in case.cells if item.zone is not Zone.CORE)))
    cellular = not case.values or case.values & {Given.GENERIC, Given.OTHER} or _names_cells(case)
    if not cellular and not _arm_gives_cells(case.view, case.products):
        told = [item for item in told if _names_product(case.view, case.study, item)]
    return (MscClass.CELLS, False, tuple(told[:4])) if told else None


def _names_cells(case: Case) -> bool:
    """Whether an intervention is called cells of a kind that no lexicon knows: "cardiogenic cells"."""
    unknown = (one.name for one in case.study.interventions if case.kinds[one.number] is Given.NONE)
    return any(_CELLS_NAME.search(name) for name in unknown)


_CELLS_NAME = re.compile(r"(?<!blood)(?<!\bT)(?<!\bB)(?<!\bNK)\scells$", re.IGNORECASE)


def _defined_in_prose(case: Case) -> Verdict | None:
    """ "QX-77 is a suspension of mesenchymal stem cells": what a name of the sponsor's own stands for."""
    coded = [one.name for one in case.study.interventions if CODE.search(one.name) and len(one.name) > 3]
    told = [item for item in case.cells if not item.owner and _is_defined(case.view, item, coded)]
    return (MscClass.CELLS, False, tuple(told[:4])) if told and not case.only_lab else None


def _is_defined(view: View, item: Item, names: Sequence[str]) -> bool:
    before = view.joined.text[item.sentence[0] : item.start]
    return any(name in before for name in names) and _MADE_OF.search(before) is not None


_MADE_OF = re.compile(
    r"\b(?:(?:is|are)\s(?:an?\s)?(?:\w+\s)?(?:suspension|product|preparation|population)s?\s(?:of|made\sof)|consists?\sof|composed\sof|comprises)\s(?:[\w-]+\s){0,4}$",
    re.IGNORECASE,
)


def _hinted_in_keyword(case: Case) -> Verdict | None:
    hinted = [item for item in case.cells if item.section.startswith("keyword")]
    if not hinted:
        return None
    follows = not case.values and _FOLLOW_UP.search(" ".join(case.view.document.text(name) for name in TITLES))
    coded = _has_code(case.study, case.kinds) and _speaks_of_cells(case.study, case.view)
    if follows or Given.GENERIC in case.values or coded:
        return MscClass.CELLS, False, tuple(hinted[:2])
    return None


_RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    _only_observed,
    _only_examined,
    _only_given_before,
    _derivative_in_title,
    _cells_as_intervention,
    _cells_in_title,
    _derivative_of_msc,
    _cells_in_arm,
    _mixture_called_mesenchymal,
    _mixture,
    _told_in_prose,
    _defined_in_prose,
    _hinted_in_keyword,
)


_ENDOGENOUS = re.compile(r"\bendogenous\s(?:[\w-]+\s){0,3}?(?:mesench|MSC|stem)", re.IGNORECASE)


def _only_examines(view: View, study: StudyFields) -> bool:
    """Whether nothing but tests is done, or a title is of cells that the patient has already."""
    tests = bool(study.interventions) and all(one.type == "DIAGNOSTIC_TEST" for one in study.interventions)
    return tests or any(_ENDOGENOUS.search(view.document.text(name)) for name in TITLES)


_OF_CELLS = re.compile(r"\s?(?:\(\w+\)\s)?concentrat", re.IGNORECASE)
_MIXTURE = re.compile(r"regenerative|vascular|fraction|concentrate|mononuclear|\bfat\b", re.IGNORECASE)
"""Words of a mixture inside a mesenchymal name: "mesenchymal adipose-derived regenerative cells"."""


_NOT_THERAPEUTIC = re.compile(
    r"\bin\svitro\b(?!\s(?:expan|cultur))|\bcounts?\b|\bmobili[sz]ation\b|\bmicrobiom|\balterations?\b|\bexpansion\b|\bvalidation\b|\bresponses?\sto\b|\bxenograft|\bisolat|\bcharacteri[sz]|\bdysfunctions?\sof\b|\bproperties\sof\b|\bbank(?:ing)?\b|\bcollect|\bproduction\b"
    r"|\beffects?\s(?:of|in)\s(?:(?!mesench|MSC|\bstem|stromal|marrow|adipose|\bfat\b|SVF|\bcells?\b).){0,90}\b(?:on|in)\s(?:[\w-]+\s){0,4}(?:mesench|MSC|stem\scells|stromal\scells)|\beffects?\s(?:on|in)\s(?:[\w-]+\s){0,3}(?:mesench|MSC)|\bcomparing\b.{0,40}\bcell\scounts",
    re.IGNORECASE,
)


def _is_therapeutic(view: View) -> bool:
    titles = " ".join(view.document.text(name) for name in TITLES)
    return bool(
        GIVING.search(titles)
        or re.search(
            r"\bfor\b|\busing\b|\bin\spatients|reconstruct|regenerat|repair|safety|efficacy|\beffects?\sof|\bheal|follow-?\s?up",
            titles,
            re.IGNORECASE,
        )
    ) and not (_NOT_THERAPEUTIC.search(titles))


def _is_titled_derivative(products: Sequence[Item], cells: Sequence[Item]) -> bool:
    """Whether the title is of vesicles or a secretome, and neither title nor any intervention's name is of cells."""
    titled = any(item.value == "derivative" and item.section in TITLES for item in products)
    return titled and not any(item.section in TITLES or item.section.endswith(".name") for item in cells)


_DEFINES = re.compile(r"\bingredients?\b|\bis\s(?:an?|the)\b|\bcompos|\bconsist|\bcontain|\bmade\sof\b", re.IGNORECASE)


def _arm_gets(view: View, item: Item, values: frozenset[Given]) -> bool:
    """Whether an arm that names the cells gets them: its label does, or it gives them or says what is given."""
    if item.section.endswith("label") or Given.GENERIC in values or given_words(view, [item]):
        return True
    return _DEFINES.search(view.sentence(item)) is not None and not FEEDER.search(view.sentence(item))


_OURS = re.compile(
    r"\b(?:will\s(?:be|receive)|patients\s(?:receive|are|were)|implantation\sof|drug\s(?:product|substance)|purpose|aim|objective|is\sto\s(?:evaluate|assess))\b",
    re.IGNORECASE,
)


def _names_product(view: View, study: StudyFields, item: Item) -> bool:
    """Whether the sentence on the cells names one of the interventions, or says what patients will get."""
    sentence = view.sentence(item)
    names = [one.name for one in study.interventions if len(one.name) > 2]
    return any(name.lower() in sentence.lower() for name in names) or bool(_OURS.search(sentence))


def _arm_gives_cells(view: View, products: Sequence[Item]) -> bool:
    """Whether an arm is given stem cells whose kind only the summary tells."""
    return any(item.value == "generic" and item.owner.startswith("arm") for item in _told_as_given(view, products))


_FORM = re.compile(r"^\s?(?:\(\w+\)\s)?,?\s?(?:in\s(?:the\s)?form\sof|i\.e\.,?|called|known\sas)\s", re.IGNORECASE)


def _is_name_of_mixture(case: Case, item: Item) -> bool:
    """Whether a mixture is called mesenchymal: "mesenchymal regenerative cells", "mesenchymal cell concentrate"."""
    if _MIXTURE.search(case.view.words(item)) or _is_form_of(case.view, item):
        return True
    return _OF_CELLS.match(case.view.joined.text, item.end, min(item.sentence[1], item.end + 30)) is not None


def _is_form_of(view: View, item: Item) -> bool:
    """ "Mesenchymal stem cells in the form of the concentrate": the text's own name for a mixture."""
    after = view.joined.text[item.end : min(item.sentence[1], item.end + 60)]
    return _FORM.match(after) is not None and any(
        other.value == "uncultured" and item.end < other.start < item.end + 60 for other in view.of("PRODUCT")
    )


def _only_feeds(view: View, cells: Sequence[Item]) -> bool:
    """Whether arms and interventions know the cells only as a feeder layer on which others are grown."""
    core = [item for item in cells if item.owner]
    return bool(core) and all(FEEDER.search(view.sentence(item)) for item in core)


def _names_msc(view: View, item: Item, cells: Sequence[Item]) -> bool:
    return bool(cells) or _MSC_WORD.search(view.words(item)) is not None


_MSC_WORD = re.compile(r"\bmesen|MSC|\bstem", re.IGNORECASE)


def _applied(view: View, mixed: Sequence[Item]) -> bool:
    """Whether a title or arm puts an uncultured mixture to use."""
    return any(
        (item.section in TITLES and _is_therapeutic(view))
        or (item.owner.startswith("arm") and item.value == "uncultured" and bool(given_words(view, [item])))
        for item in mixed
    )


_ANIMAL = re.compile(r"\banimals?\b|\b(?:nude\s)?mice\b|\brats\b|\bin\svitro\b(?!\s(?:expan|cultur))", re.IGNORECASE)


def _told_as_given(view: View, items: Iterable[Item]) -> Iterator[Item]:
    """The mentions in sentences that give the cells to people; each sentence is read once."""

    @cache
    def gives(sentence: tuple[int, int]) -> bool:
        words = view.joined.text[slice(*sentence)]
        return bool(GIVING.search(words)) and not FEEDER.search(words) and not _ANIMAL.search(words)

    return (
        item
        for item in items
        if not item.section.startswith(("keyword", "primary", "condition")) and gives(item.sentence)
    )


def _only_drugs(study: StudyFields, kinds: dict[int, Given]) -> bool:
    """Whether everything given is an ordinary drug, device or procedure of another kind."""
    real = [one for one in study.interventions if kinds[one.number] not in (Given.CONTROL, Given.LAB)]
    plain = [
        one
        for one in real
        if kinds[one.number] is Given.NONE
        and one.type in ("DRUG", "BEHAVIORAL", "DEVICE", "RADIATION", "DIETARY_SUPPLEMENT", "DIAGNOSTIC_TEST")
        and not CODE.search(one.name)
    ]
    other = [
        one
        for one in real
        if kinds[one.number] is Given.OTHER and not re.search(r"stem|cord blood", one.name, re.IGNORECASE)
    ]
    return bool(real) and len(plain) + len(other) == len(real)


def _speaks_of_cells(study: StudyFields, view: View) -> bool:
    texts = [view.document.text(name) for name in TITLES]
    texts += [f"{one.name} {one.description}" for one in (*study.interventions,)]
    texts += [f"{arm.label} {arm.description}" for arm in study.arms]
    return re.search(r"\bcells?\b|transplant|\bstem\b|\bInj\.|cel\b|stem\b", " ".join(texts)) is not None


def _has_code(study: StudyFields, kinds: dict[int, Given]) -> bool:
    return any(
        kinds[one.number] is Given.NONE
        and one.type in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT", "DRUG", "OTHER")
        and CODE.search(one.name)
        for one in study.interventions
    )


def _of_kind(products: Sequence[Item], kinds: dict[int, Given], kind: Given, cells: Sequence[Item]) -> tuple[Item, ...]:
    owners = {f"intervention.{number}" for number, given in kinds.items() if given is kind}
    return tuple(item for item in cells if item.owner in owners)[:4] or tuple(cells[:2])


_TREATED = re.compile(
    r"\b(?:treated|received?|treatment|therapy|infus\w+|inject\w+|transplant\w+|implant\w+|given|administ\w+|underwent|graft\w*|follow-?\s?up|dose|(?:marrow|cell)\sconcentration|application|arthroscop\w+|lipogems)\b",
    re.IGNORECASE,
)


_IN_VITRO = re.compile(
    r"\bexplants?\b|\bin\svitro\b|\bex\svivo\son\b|\bassays?\b|\bblood\ssamples?\b|\bpre-?clinical\s(?:models?|study)\b|\bprimary\s(?:cultured\s)?cells\b",
    re.IGNORECASE,
)


_FOLLOW_UP = re.compile(
    r"follow[\s-]?up|long[\s-]term|participated|who\s(?:have\s)?(?:received|completed|were\streated)", re.IGNORECASE
)


_LAB_ONLY = re.compile(
    r"\bisolat|\bharvest|\bcollect|\bbank|\bsampl|\bcharacteri[sz]|\bmechanism|\bdamage\son|\bresponse\sto\b|\bbiops|\bbiomarker|\blevels?\sof|\bexpress|\bdiscard|\bprofil|\bin\svitro|\bculture[sd]?\b|\bspecific\stissue|\bplatform",
    re.IGNORECASE,
)


def _treated(view: View, products: Sequence[Item]) -> bool:
    """Whether people of an observational study were given the cells: a title, an arm or an intervention says so."""
    wanted = [item for item in products if item.value in ("cells", "asc", "uncultured", "derivative")]
    titles = " ".join(view.document.text(name) for name in TITLES)
    if _IN_VITRO.search(titles + " " + " ".join(view.sentence(item) for item in wanted if item.owner)):
        return False
    if any(
        item.owner.startswith("intervention") or (item.owner and _TREATED.search(view.sentence(item)))
        for item in wanted
    ):
        applied = any(item.owner.startswith("arm") and _TREATED.search(view.sentence(item)) for item in wanted)
        return not _NOT_THERAPEUTIC.search(titles) and (applied or not _LAB_ONLY.search(titles))
    follows = _FOLLOW_UP.search(titles)
    if follows and any(item.section in TITLES or item.section.startswith("keyword") for item in wanted):
        return True
    told = [item for item in wanted if item.section in (*TITLES, "brief_summary")]
    told = [item for item in told if not FEEDER.search(view.sentence(item))]
    aims = titles + view.document.text("brief_summary")[:400]
    return any(_TREATED.search(view.sentence(item)) for item in told) and not (
        _LAB_ONLY.search(aims) or _NOT_THERAPEUTIC.search(titles)
    )
