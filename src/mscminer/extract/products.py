"""What is given to whom: the kind of every intervention and arm, and the msc class of the study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from mscminer.core.documents import Arm, Intervention, StudyFields
from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.view import Item, View, Zone


class Given(StrEnum):
    """What an intervention or an arm gives."""

    CELLS = "cells"
    DERIVATIVE = "derivative"
    UNCULTURED = "uncultured"
    GENERIC = "generic"
    """Stem cells or a cell therapy, kind not named here."""
    OTHER = "other"
    """Other cells."""
    CONTROL = "control"
    LAB = "lab"
    """Cells are collected or measured, not given."""
    NONE = "none"


_CONTROL_NAME = re.compile(
    r"\bplacebos?\b|\bsham\b|\bsaline\b|^\s*controls?\b|\bstandard\s(?:of\s)?(?:care|treat|therap)|\bconventional\s(?:treat|therap)"
    r"|\bno\s(?:treatment|intervention)|\bvehicle\b|\bplasmalyte|\bsuspension\smedi|\bobservation\b",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"\bor\b|/|\+|\bplus\b|\band\b|\bvs\b|\bversus\b|\bwith\b|&|,|\bconventional|\bstandard|\bsaline|\bto\b",
    re.IGNORECASE,
)
_NEGATED_NAME = re.compile(
    r"\s*(?:(?:no|without)\b(?!\s*\d)|non[\s-]+(?:\w+[\s-]+){0,2}?(?:treat|interven|mes|\w{0,3}MSC|stem|cell|strom|transplant)\w*)",
    re.IGNORECASE,
)
_LAB_NAME = re.compile(
    r"\b(?:isolat|collect|harvest|bank|biops|sampl|quantif|measur|analy[sz]|assay|in\svitro|cryopres|storage|storing|characteri[sz]|extract|level|blood\sdraw|laborator"
    r"|determin|evaluat|examin|express|detect|procure|assess|questionnaire|registry|puncture|differentiation\smark)\w*|\baspirat(?:e|ion)\s*$",
    re.IGNORECASE,
)
_GIVING = re.compile(
    r"\b(?:inject|infus|transplant|implant|administ|therap|treat|graft|receiv|given|deliver|transfus|instill|inhal|appl(?:ied|ication)|dose|dosage|re-?infus|engraft|transfer|autotransplant|sheet|scaffold|seeded|spray|drops?)\w*",
    re.IGNORECASE,
)
_CULTURE = re.compile(
    r"\bcultur|\bexpan(?:d|sion)|\bpassag|\bex[\s-]?vivo|\bin\svitro|\bproliferat|\bGMP|\bmanufactur", re.IGNORECASE
)
_AFTER_DERIVATIVE = re.compile(
    r"^[\s)-]*(?:\(\w[\w\s-]{0,12}\)\s*)?(?:[\s-]*derived)?[\s-]*(?:(?:small|large|human|purified|cells?|culture|nano|trophic|allogeneic|free|soluble|bioactive|cocktail|of)[\s-]){0,2}?(?:exosom|exos?\b|extracellular\svesic|vesicl|EVs?\b|secretom|culture[\s-]derived|signall?ing\smolecul|conditioned|micro-?vesic|supernatant|mitochond|lysate|extracellular\smatri|-?CM\b|cell-free|paracrine|(?:pleio)?tropic\sfactor|trophic\sfactor)",
    re.IGNORECASE,
)
_NAMED_DERIVATIVE = re.compile(r"-\s?(?:exos?|EVs?|CM|sEVs?)$|^exosome", re.IGNORECASE)
_BEFORE_DERIVATIVE = re.compile(
    r"(?:exosom\w*|vesicles?|EVs|secretome|medium|media|mitochondri\w*|lysate|supernatant|factors)\)?,?\s(?:\(\w+\)\s)?(?:[\w-]+\s){0,3}?(?:derived|from|of|secreted|isolated|obtained|produced|released|originat\w+|harvested|by)\s?(?:[\w-]+[\s-]+){0,6}\(?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Products:
    """What the study gives.

    Args:
        msc: the class of the study.
        interventions: what each intervention gives, by its number.
        arms: numbers of the arms that get an MSC product (or a derivative, or an uncultured one).
        control_arms: numbers of the arms that do not.
        given: numbers of the interventions that are the product.
        evidence: the mentions that the class rests on.
        sure: whether names (not only descriptions) say so.
    """

    msc: MscClass
    interventions: dict[int, Given]
    arms: tuple[int, ...]
    control_arms: tuple[int, ...]
    given: tuple[int, ...]
    evidence: tuple[Item, ...]
    sure: bool

    def excludes(self, item: Item) -> bool:
        """Whether a mention belongs to a control arm or to an intervention that is not the product."""
        return self.excludes_owner(item.owner)

    def excludes_owner(self, owner: str) -> bool:
        """Whether an arm (``arm.2``) is a control, or an intervention is not the product."""
        kind, _, number = owner.partition(".")
        if kind == "arm":
            return int(number) in self.control_arms
        if kind == "intervention":
            return bool(self.given) and int(number) not in self.given
        return False


def mark_derivatives(view: View) -> View:
    """Turn "mesenchymal stem cell" into a derivative where the words are of its exosomes."""
    text = view.joined.text
    items = []
    for item in view.items:
        if item.label == "PRODUCT" and item.value in ("cells", "asc", "generic"):
            after = text[item.end : item.end + 60]
            before = text[max(item.sentence[0], item.start - 90) : item.start]
            inside = _NAMED_DERIVATIVE.search(view.words(item))
            if inside or _AFTER_DERIVATIVE.search(after) or _BEFORE_DERIVATIVE.search(before):
                item = replace(item, value="derivative")
        items.append(item)
    return replace(view, items=tuple(items))


_RANK = ("cells", "asc", "derivative", "uncultured", "generic", "other")


def _best(items: Iterable[Item]) -> str | None:
    values = {item.value for item in items if item.label == "PRODUCT" and item.usable}
    return next((value for value in _RANK if value in values), None)


def find_products(view: View) -> Products:
    """Classify interventions, arms and the study."""
    study = view.document.study
    if study is None:
        return _without_arms(view)
    products = [item for item in view.items if item.label == "PRODUCT" and item.usable]
    cultured = _is_cultured(view, products)
    named = any(item.value in ("cells", "asc") and item.section.endswith(".name") for item in products)
    kinds = {one.number: _kind(view, one, products, cultured, named) for one in study.interventions}
    msc, sure, evidence = _class(view, study, kinds, products, cultured)
    given = _given(study, kinds, msc)
    arms = _arms(view, study, kinds, given, products, msc)
    controls = tuple(arm.number for arm in study.arms if arm.number not in arms)
    return Products(
        msc=msc, interventions=kinds, arms=arms, control_arms=controls, given=given, evidence=evidence, sure=sure
    )


def _is_cultured(view: View, products: Sequence[Item]) -> bool:
    """Whether "adipose-derived stromal cells" are grown here: unless SVF is at hand and culture is never spoken of."""
    svf = any(
        item.value == "uncultured"
        and "svf" in item.rule
        and (item.zone is Zone.CORE or item.section.startswith("keyword"))
        for item in products
    )
    named = any(item.value == "cells" and item.section in _TITLES for item in products)
    return not svf or named or _CULTURE.search(view.joined.text) is not None


def _kind(view: View, one: Intervention, products: Sequence[Item], cultured: bool, named: bool) -> Given:
    owner = f"intervention.{one.number}"
    mine = [item for item in products if item.owner == owner]
    name = [item for item in mine if item.section == f"{owner}.name"]
    names = name + [item for item in mine if ".other_name." in item.section]
    best = _best(names)
    if _CONTROL_NAME.search(one.name) and (_best(name) in (None, "other", "generic") or not _BESIDES.search(one.name)):
        return Given.CONTROL
    if _NEGATED_NAME.match(one.name):
        return Given.CONTROL
    plain_drug = named and best is None and one.type in ("DRUG", "RADIATION", "DEVICE") and not _CODE.search(one.name)
    if best in (None, "generic") and not plain_drug:
        described = _best([item for item in mine if not _FEEDER.search(view.sentence(item))])
        best = described if described not in (None, "other") else best
    lab = _LAB_NAME.search(one.name) and not _GIVING.search(one.name + " " + one.description)
    lab = lab or one.type == "DIAGNOSTIC_TEST"
    if best is not None and lab:
        return Given.LAB
    if best == "asc":
        return Given.CELLS if cultured else Given.UNCULTURED
    return Given(best) if best else Given.NONE


def _class(
    view: View, study: StudyFields, kinds: dict[int, Given], products: Sequence[Item], cultured: bool
) -> tuple[MscClass, bool, tuple[Item, ...]]:
    """The first rule that holds, from what interventions are called to what keywords hint at."""
    values = set(kinds.values())
    cells = [item for item in products if item.value == "cells" or (item.value == "asc" and cultured)]
    if study.study_type == "OBSERVATIONAL" and not _treated(view, products):
        return MscClass.NONE, False, ()
    if _only_examines(view, study):
        return MscClass.NONE, True, ()
    if _is_titled_derivative(products, cells):
        return MscClass.DERIVATIVE, True, tuple(item for item in products if item.value == "derivative")[:4]
    if Given.CELLS in values:
        return MscClass.CELLS, True, _of_kind(products, kinds, Given.CELLS, cells)
    titled = [item for item in cells if item.section in _TITLES]
    only_lab = bool(values) and values <= {Given.LAB, Given.CONTROL}
    if titled and (Given.UNCULTURED in values or _is_therapeutic(view)):
        return MscClass.CELLS, True, tuple(titled[:4])
    derived = [item for item in products if item.value == "derivative" and _names_msc(view, item, cells)]
    if derived and (Given.DERIVATIVE in values or any(item.section in _TITLES for item in derived)):
        return MscClass.DERIVATIVE, True, tuple(derived[:4])
    armed = [item for item in cells if item.owner.startswith("arm") and _arm_gets(view, item, values)]
    if armed and not only_lab and not _only_drugs(study, kinds):
        return MscClass.CELLS, True, tuple(armed[:4])
    called = [item for item in cells if _MIXTURE.search(view.words(item)) or _is_form_of(view, item)]
    if called and Given.UNCULTURED in values:
        return MscClass.CELLS, True, tuple(called[:4])
    mixed = [item for item in products if item.value in ("uncultured", "asc")]
    if Given.UNCULTURED in values or (not only_lab and _applied(view, mixed)):
        return MscClass.UNCULTURED, True, tuple(mixed[:4])
    told = list(_told_as_given(view, (item for item in cells if item.zone is not Zone.CORE)))
    named = values & {Given.GENERIC, Given.OTHER} or not values or _arm_gives_cells(view, products)
    told = [item for item in told if named or _names_product(view, study, item)] if not _only_feeds(view, cells) else []
    if told and not only_lab and not _only_drugs(study, kinds):
        return MscClass.CELLS, False, tuple(told[:4])
    hinted = [item for item in cells if item.section.startswith("keyword")]
    if hinted and not values and _FOLLOW_UP.search(" ".join(view.document.text(name) for name in _TITLES)):
        return MscClass.CELLS, False, tuple(hinted[:2])
    if hinted and (Given.GENERIC in values or (_has_code(study, kinds) and _speaks_of_cells(study, view))):
        return MscClass.CELLS, False, tuple(hinted[:2])
    return MscClass.NONE, True, ()


def _only_examines(view: View, study: StudyFields) -> bool:
    """Whether nothing but tests is done, or a title is of cells that the patient has already."""
    tests = bool(study.interventions) and all(one.type == "DIAGNOSTIC_TEST" for one in study.interventions)
    return tests or any(_ENDOGENOUS.search(view.document.text(name)) for name in _TITLES)


_ENDOGENOUS = re.compile(r"\bendogenous\s(?:[\w-]+\s){0,3}?(?:mesench|MSC|stem)", re.IGNORECASE)
_TITLES = ("title", "official_title")
_MIXTURE = re.compile(r"regenerative|vascular|fraction|concentrate|mononuclear|\bfat\b", re.IGNORECASE)
"""Words of a mixture inside a mesenchymal name: "mesenchymal adipose-derived regenerative cells"."""
_NOT_THERAPEUTIC = re.compile(
    r"\bcounts?\b|\bmobili[sz]ation\b|\bmicrobiom|\balterations?\b|\bexpansion\b|\bvalidation\b|\bresponses?\sto\b|\bxenograft|\bisolat|\bcharacteri[sz]|\bdysfunctions?\sof\b|\bproperties\sof\b|\bbank(?:ing)?\b|\bcollect|\bproduction\b"
    r"|\beffects?\s(?:of|in)\s(?:(?!mesench|MSC|\bstem|stromal|marrow|adipose|\bfat\b|SVF|\bcells?\b).){0,90}\b(?:on|in)\s(?:[\w-]+\s){0,4}(?:mesench|MSC|stem\scells|stromal\scells)|\beffects?\s(?:on|in)\s(?:[\w-]+\s){0,3}(?:mesench|MSC)|\bcomparing\b.{0,40}\bcell\scounts",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b[A-Z]{1,6}[A-Za-z]{0,8}-?\d{1,4}\w*|\b[A-Z]{2,6}-[A-Z0-9]{2,}|®|™|cel\b|\(R\)|\bCell[A-Z]|[a-z]Cell\b|CELYVIR|stem\b",
    re.ASCII,
)
_FEEDER = re.compile(
    r"\bfeeder|\breprogram|\b(?:recruit(?:s|ing)?|attracts?|stimulates?|mobili[sz]es?|directs?|releases?|(?:recruitment|migration|proliferation)\sof)\s(?:[\w-]+\s){0,4}?(?:mesench|MSC|stem\scells)|\bmarkers?\b|\bstain|\bimmunohisto|\bflow\scytom|\bco-?cultur|\bexpan\w+\s(?:\w+\s){0,4}?(?:on|with|using)\b|\bexpansion\sof\s(?:umbilical\s)?cord\sblood",
    re.IGNORECASE,
)


def _is_therapeutic(view: View) -> bool:
    titles = " ".join(view.document.text(name) for name in _TITLES)
    return bool(
        _GIVING.search(titles)
        or re.search(
            r"\bfor\b|\busing\b|\bin\spatients|reconstruct|regenerat|repair|safety|efficacy|\beffects?\sof|\bheal|follow-?\s?up",
            titles,
            re.IGNORECASE,
        )
    ) and not (_NOT_THERAPEUTIC.search(titles))


def _is_titled_derivative(products: Sequence[Item], cells: Sequence[Item]) -> bool:
    """Whether the title is of vesicles or a secretome, and neither title nor any intervention's name is of cells."""
    titled = any(item.value == "derivative" and item.section in _TITLES for item in products)
    return titled and not any(item.section in _TITLES or item.section.endswith(".name") for item in cells)


_DEFINES = re.compile(r"\bingredients?\b|\bis\s(?:an?|the)\b|\bcompos|\bconsist|\bcontain|\bmade\sof\b", re.IGNORECASE)


def _arm_gets(view: View, item: Item, values: set[Given]) -> bool:
    """Whether an arm that names the cells gets them: its label does, or it gives them or says what is given."""
    if item.section.endswith("label") or Given.GENERIC in values or _given_words(view, [item]):
        return True
    return _DEFINES.search(view.sentence(item)) is not None and not _FEEDER.search(view.sentence(item))


def _names_product(view: View, study: StudyFields, item: Item) -> bool:
    """Whether the sentence on the cells names one of the interventions, or says what patients will get."""
    sentence = view.sentence(item)
    names = [one.name for one in study.interventions if len(one.name) > 2]
    return any(name.lower() in sentence.lower() for name in names) or bool(_OURS.search(sentence))


_OURS = re.compile(
    r"\b(?:will\s(?:be|receive)|patients\s(?:receive|are|were)|implantation\sof|drug\s(?:product|substance)|purpose|aim|objective|is\sto\s(?:evaluate|assess))\b",
    re.IGNORECASE,
)


def _arm_gives_cells(view: View, products: Sequence[Item]) -> bool:
    """Whether an arm is given stem cells whose kind only the summary tells."""
    return any(item.value == "generic" and item.owner.startswith("arm") for item in _told_as_given(view, products))


_FORM = re.compile(r"^\s?(?:\(\w+\)\s)?,?\s?(?:in\s(?:the\s)?form\sof|i\.e\.,?|called|known\sas)\s", re.IGNORECASE)


def _is_form_of(view: View, item: Item) -> bool:
    """ "Mesenchymal stem cells in the form of the concentrate": the text's own name for a mixture."""
    after = view.joined.text[item.end : min(item.sentence[1], item.end + 60)]
    return _FORM.match(after) is not None and any(
        other.value == "uncultured" and item.end < other.start < item.end + 60 for other in view.of("PRODUCT")
    )


def _only_feeds(view: View, cells: Sequence[Item]) -> bool:
    """Whether arms and interventions know the cells only as a feeder layer on which others are grown."""
    core = [item for item in cells if item.owner]
    return bool(core) and all(_FEEDER.search(view.sentence(item)) for item in core)


def _names_msc(view: View, item: Item, cells: Sequence[Item]) -> bool:
    return bool(cells) or "mes" in view.words(item).lower() or "MSC" in view.words(item) or "stem" in view.words(item)


def _applied(view: View, mixed: Sequence[Item]) -> bool:
    """Whether a title or arm puts an uncultured mixture to use."""
    return any(
        (item.section in _TITLES and _is_therapeutic(view))
        or (item.owner.startswith("arm") and item.value == "uncultured" and bool(_given_words(view, [item])))
        for item in mixed
    )


def _told_as_given(view: View, items: Iterable[Item]) -> Iterator[Item]:
    """The mentions in sentences that give the cells to people; each sentence is read once."""

    @cache
    def gives(sentence: tuple[int, int]) -> bool:
        words = view.joined.text[slice(*sentence)]
        return bool(_GIVING.search(words)) and not _FEEDER.search(words) and not _ANIMAL.search(words)

    return (
        item
        for item in items
        if not item.section.startswith(("keyword", "primary", "condition")) and gives(item.sentence)
    )


_ANIMAL = re.compile(r"\banimals?\b|\b(?:nude\s)?mice\b|\brats\b|\bin\svitro\b(?!\s(?:expan|cultur))", re.IGNORECASE)


def _only_drugs(study: StudyFields, kinds: dict[int, Given]) -> bool:
    """Whether everything given is an ordinary drug, device or procedure of another kind."""
    real = [one for one in study.interventions if kinds[one.number] not in (Given.CONTROL, Given.LAB)]
    plain = [
        one
        for one in real
        if kinds[one.number] is Given.NONE
        and one.type in ("DRUG", "BEHAVIORAL", "DEVICE", "RADIATION", "DIETARY_SUPPLEMENT", "DIAGNOSTIC_TEST")
        and not _CODE.search(one.name)
    ]
    other = [
        one
        for one in real
        if kinds[one.number] is Given.OTHER and not re.search(r"stem|cord blood", one.name, re.IGNORECASE)
    ]
    return bool(real) and len(plain) + len(other) == len(real)


def _speaks_of_cells(study: StudyFields, view: View) -> bool:
    texts = [view.document.text(name) for name in _TITLES]
    texts += [f"{one.name} {one.description}" for one in (*study.interventions,)]
    texts += [f"{arm.label} {arm.description}" for arm in study.arms]
    return re.search(r"\bcells?\b|transplant|\bstem\b|\bInj\.|cel\b|stem\b", " ".join(texts)) is not None


def _has_code(study: StudyFields, kinds: dict[int, Given]) -> bool:
    return any(
        kinds[one.number] is Given.NONE
        and one.type in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT", "DRUG", "OTHER")
        and _CODE.search(one.name)
        for one in study.interventions
    )


def _of_kind(products: Sequence[Item], kinds: dict[int, Given], kind: Given, cells: Sequence[Item]) -> tuple[Item, ...]:
    owners = {f"intervention.{number}" for number, given in kinds.items() if given is kind}
    return tuple(item for item in cells if item.owner in owners)[:4] or tuple(cells[:2])


def _given_words(view: View, items: Sequence[Item]) -> list[Item]:
    """Those whose sentence speaks of giving; each sentence is looked at once."""
    sentences = dict.fromkeys(item.sentence for item in items)
    giving = {place for place in sentences if _GIVING.search(view.joined.text[slice(*place)])}
    return [item for item in items if item.sentence in giving]


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


def _treated(view: View, products: Sequence[Item]) -> bool:
    """Whether people of an observational study were given the cells: a title, an arm or an intervention says so."""
    wanted = [item for item in products if item.value in ("cells", "asc", "uncultured", "derivative")]
    titles = " ".join(view.document.text(name) for name in _TITLES)
    if _IN_VITRO.search(titles + " " + " ".join(view.sentence(item) for item in wanted if item.owner)):
        return False
    if any(
        item.owner.startswith("intervention") or (item.owner and _TREATED.search(view.sentence(item)))
        for item in wanted
    ):
        applied = any(item.owner.startswith("arm") and _TREATED.search(view.sentence(item)) for item in wanted)
        return not _NOT_THERAPEUTIC.search(titles) and (applied or not _LAB_ONLY.search(titles))
    follows = _FOLLOW_UP.search(titles)
    if follows and any(item.section in _TITLES or item.section.startswith("keyword") for item in wanted):
        return True
    told = [item for item in wanted if item.section in (*_TITLES, "brief_summary")]
    told = [item for item in told if not _FEEDER.search(view.sentence(item))]
    aims = titles + view.document.text("brief_summary")[:400]
    return any(_TREATED.search(view.sentence(item)) for item in told) and not (
        _LAB_ONLY.search(aims) or _NOT_THERAPEUTIC.search(titles)
    )


_LAB_ONLY = re.compile(
    r"\bisolat|\bharvest|\bcollect|\bbank|\bsampl|\bcharacteri[sz]|\bmechanism|\bdamage\son|\bresponse\sto\b|\bbiops|\bbiomarker|\blevels?\sof|\bexpress|\bdiscard|\bprofil|\bin\svitro|\bculture[sd]?\b|\bspecific\stissue|\bplatform",
    re.IGNORECASE,
)


def _given(study: StudyFields, kinds: dict[int, Given], msc: MscClass) -> tuple[int, ...]:
    wanted = {
        MscClass.CELLS: (Given.CELLS,),
        MscClass.DERIVATIVE: (Given.DERIVATIVE,),
        MscClass.UNCULTURED: (Given.UNCULTURED,),
        MscClass.NONE: (),
    }[msc]
    direct = tuple(number for number, kind in kinds.items() if kind in wanted)
    if direct or msc is MscClass.NONE:
        return direct
    second = tuple(
        number for number, kind in kinds.items() if kind in (Given.GENERIC, Given.UNCULTURED, Given.DERIVATIVE)
    )
    if second:
        return second
    biological = tuple(
        one.number for one in study.interventions if one.type in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT")
    )
    return biological or tuple(number for number, kind in kinds.items() if kind not in (Given.CONTROL, Given.LAB))


def _arms(
    view: View,
    study: StudyFields,
    kinds: dict[int, Given],
    given: Sequence[int],
    products: Sequence[Item],
    msc: MscClass,
) -> tuple[int, ...]:
    if msc is MscClass.NONE:
        return ()
    labels = {arm.label: arm.number for arm in study.arms}
    linked: set[int] = set()
    for one in study.interventions:
        if one.number in given:
            linked.update(labels[label] for label in one.arm_labels if label in labels)
            linked.update(arm.number for arm in study.arms if any(_is_named(one, name) for name in arm.interventions))
    if not any(kinds[number] in (Given.CELLS, Given.DERIVATIVE, Given.UNCULTURED) for number in given):
        speaking = {
            arm.number for arm in study.arms if _mentions(arm, products) or _gets_mentioned(study, arm, products)
        }
        linked = linked & speaking or linked
    linked |= {
        arm.number for arm in study.arms if _labelled(arm, products, msc) or _described(view, arm, products, msc)
    }
    linked -= {arm.number for arm in study.arms if _is_control(view, arm, products)}
    if msc is MscClass.CELLS:
        others = {arm.number for arm in study.arms if _gets_other_cells(arm, products)}
        linked = linked - others or linked
    silent = {arm.number for arm in study.arms if _silent(study, arm, products, given)}
    if linked - silent:
        linked -= silent
    if not linked:
        linked = {arm.number for arm in study.arms if not _is_control(view, arm, products) and _mentions(arm, products)}
    if not linked and len(study.arms) == 1:
        linked = {study.arms[0].number}
    return tuple(sorted(linked))


def _is_named(one: Intervention, name: str) -> bool:
    """Whether an arm's "Drug: QX-77" is this intervention, not "Drug: Placebo of QX-77"."""
    return name == one.name or name.endswith(f": {one.name}")


def _gets_mentioned(study: StudyFields, arm: Arm, products: Sequence[Item]) -> bool:
    owners = {f"intervention.{one.number}" for one in study.interventions if arm.label in one.arm_labels}
    return any(
        item.owner in owners and item.value in ("cells", "asc", "generic", "derivative", "uncultured")
        for item in products
    )


def _gets_other_cells(arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm is named after mononuclear or other cells, and MSCs stand nowhere in it."""
    mine = {item.value for item in products if item.owner == f"arm.{arm.number}"}
    label = {item.value for item in products if item.section == f"arm.{arm.number}.label"}
    return bool(label & {"uncultured", "other"}) and not mine & {"cells", "asc"}


def _labelled(arm: Arm, products: Sequence[Item], msc: MscClass) -> bool:
    """Whether an arm's label (or the start of its description) names the product."""
    wanted = {
        MscClass.CELLS: ("cells", "asc"),
        MscClass.UNCULTURED: ("uncultured",),
        MscClass.DERIVATIVE: ("derivative",),
    }[msc]
    return any(item.section == f"arm.{arm.number}.label" and item.value in wanted for item in products)


_THUS = re.compile(
    r"\b(?:receiv|inject|infus|implant|given|administ|deposit|deliver|\+|plus)\w*\b(?![^.]*\b(?:devoid|free|without)\b)",
    re.IGNORECASE,
)


def _described(view: View, arm: Arm, products: Sequence[Item], msc: MscClass) -> bool:
    """Whether an arm's description says that it gets the cells, though no intervention is linked to it."""
    section = f"arm.{arm.number}.description"
    return msc is MscClass.CELLS and any(
        item.section == section
        and item.value == "cells"
        and _THUS.search(view.sentence(item))
        and "placebo" not in view.sentence(item).lower()
        for item in products
    )


def _mentions(arm: Arm, products: Sequence[Item]) -> bool:
    return any(
        item.owner == f"arm.{arm.number}" and item.value in ("cells", "asc", "generic", "derivative", "uncultured")
        for item in products
    )


_ONLY = re.compile(
    r"\bplacebo\b|\bsham\b|\bcontrols?\b|\bonly\b|\balone\b|\bwithout\b|^\s*no\b|\bnot\b|\bstandard\b|\bconventional\b|\bcurrent\smedic|\busual\b|\buntreated\b|\bhistor|\bconserv|-\s*$",
    re.IGNORECASE,
)
_PLAIN_LABEL = re.compile(
    r"\b(?:cohort|group|arm|dose|phase|stage|level|part|period|patients?|adult|p[a]?ediatric|experimental|treatment|intervention|active|study|test)\b|^\s*\w{1,3}\s*$",
    re.IGNORECASE,
)


def _is_control(view: View, arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm goes without the product, by its type, or by a label that says so and names no product."""
    wanted = ("cells", "asc", "uncultured", "derivative", "generic")
    if arm.type in ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION"):
        return not _is_mistyped(arm, products)
    labelled = [item for item in products if item.section == f"arm.{arm.number}.label" and item.value in wanted]
    described = [item for item in products if item.section == f"arm.{arm.number}.description" and item.value in wanted]
    if not labelled and not described and _goes_without(view, arm):
        return True
    if _NEGATED_NAME.match(arm.label) or (
        not labelled
        and not _all_given(arm, described)
        and re.search(r"\bplacebo\b|\bsham\b|\bcontrols?\b", arm.label, re.IGNORECASE)
        and "/" not in arm.label
    ):
        return True
    bare = re.search(r"\b(?:only|alone|without)\b", arm.label, re.IGNORECASE)
    # "Without calcified cartilage" says nothing of cells that the description gives.
    offset = bare is not None and bare.group().lower() == "without" and _all_given(arm, described)
    if not labelled and bare and not offset and not re.search(r"-\s?treated\b", arm.label, re.IGNORECASE):
        return True
    return (
        not labelled
        and not described
        and _ONLY.search(arm.label) is not None
        and not re.search(r"\bdose\b|\+|\bplus\b", arm.label, re.IGNORECASE)
    )


def _is_mistyped(arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm that is typed as a control is named after the cells, and nothing in its name is of a control."""
    named = any(item.section == f"arm.{arm.number}.label" and item.value in ("cells", "asc") for item in products)
    return named and not (_ONLY.search(arm.label) or _NEGATED_NAME.search(arm.label))


def _goes_without(view: View, arm: Arm) -> bool:
    """Whether an arm names the product only to say that it is not given: "scaffold without MSC"."""
    mine = [item for item in view.of("PRODUCT") if item.owner == f"arm.{arm.number}" and item.value in ("cells", "asc")]
    return bool(mine) and all(item.assertion is Assertion.NEGATED for item in mine)


def _all_given(arm: Arm, described: Sequence[Item]) -> bool:
    """Whether a "control group" gets the product too, in the words of its own description."""
    return (
        bool(described)
        and not re.search(
            r"\bplacebo\b|\bsham\b|\bstandard\b|\bconventional\b|\busual\b|\bno\s(?:treat|interv)|\bafter\s\w+\s(?:weeks|months)",
            arm.label + arm.description,
            re.IGNORECASE,
        )
        and any(item.value in ("cells", "asc", "uncultured") for item in described)
        and arm.type != "NO_INTERVENTION"
    )


def _silent(study: StudyFields, arm: Arm, products: Sequence[Item], given: Sequence[int]) -> bool:
    """Whether neither label nor description of an arm speaks of the product, though they say something."""
    words = f"{arm.label} {arm.description}".lower()
    names = [one.name.lower() for one in study.interventions if one.number in given and len(one.name) > 2]
    if any(one.arm_labels == (arm.label,) for one in study.interventions if one.number in given):
        return False
    if _mentions(arm, products) or any(name in words for name in names):
        return False
    return not (_PLAIN_LABEL.search(arm.label) and not arm.description) and not re.search(
        r"\bdose|\bcells?\b|\bMSC|transplant|inject|infus|implant", words, re.IGNORECASE
    )


def _without_arms(view: View) -> Products:
    """The class of a text without arms and interventions (a publication's title and abstract)."""
    products = [item for item in view.items if item.label == "PRODUCT" and item.usable]
    cultured = _is_cultured(view, products)
    cells = [item for item in products if item.value == "cells" or (item.value == "asc" and cultured)]
    title = [item for item in products if item.zone is Zone.CORE]
    order = (
        (MscClass.CELLS, [item for item in cells if item in title]),
        (MscClass.DERIVATIVE, [item for item in title if item.value == "derivative"]),
        (MscClass.UNCULTURED, [item for item in title if item.value in ("uncultured", "asc")]),
        (MscClass.CELLS, _given_words(view, cells)),
    )
    for msc, items in order:
        if items:
            return Products(
                msc=msc, interventions={}, arms=(), control_arms=(), given=(), evidence=tuple(items[:4]), sure=True
            )
    return Products(msc=MscClass.NONE, interventions={}, arms=(), control_arms=(), given=(), evidence=(), sure=False)
