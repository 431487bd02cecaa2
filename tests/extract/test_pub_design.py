"""How people were assigned, what was given to whom, and where it went: single sentences of our own."""
# ruff: noqa: E501  (a case reads better on one line than wrapped)

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Field, Report
from mscminer.extract.publications.resolve import PublicationReading, publication_facts, read, route_facts

_TITLE = "Mesenchymal stem cells in sepsis"
_MAKER = Maker(name="test", version="1")


def reading(*sentences: str, title: str = _TITLE) -> PublicationReading:
    return read(publication(title, ("METHODS", " ".join(sentences)), ("RESULTS", "Fever fell in most.")))


Answers = tuple[bool | None, bool | None, bool | None]
"""Whether randomised, controlled, blinded; None: not stated."""


def answers(*sentences: str) -> Answers:
    design = reading(*sentences).design
    return design.randomised.value, design.controlled.value, design.blinded.value


@pytest.mark.parametrize(
    ("sentence", "randomised"),
    [
        (
            "In a dose-escalation trial, 15 adults were given mesenchymal stem cells or, in a control group, saline.",
            False,
        ),
        ("Ten adults were selectively divided into a group given mesenchymal stem cells and a control group.", False),
        (
            "Mesenchymal stem cells were given to 15 adults; a group of historical matched cases served as control.",
            False,
        ),
        ("By the patients' choice 20 adults were given mesenchymal stem cells or standard care alone.", False),
        (
            "Mesenchymal stem cells, 1 million/kg in three, 2 million/kg in four adults, were infused in this trial.",
            None,
        ),
        ("Twenty adults were randomly allocated to mesenchymal stem cells or saline.", True),
    ],
)
def test_how_people_came_to_their_treatment(sentence: str, randomised: bool | None) -> None:
    assert reading(sentence).design.randomised.value is randomised


@pytest.mark.parametrize(
    ("sentence", "randomised"),
    [
        ("By a random number table, 40 adults were split evenly between mesenchymal stem cells and usual care.", True),
        ("Forty adults were allotted, by lot, to mesenchymal stem cells or usual care.", True),
        ("Forty adults were assigned prospectively and at random to mesenchymal stem cells or usual care.", True),
        ("The toss of a coin settled which adult had mesenchymal stem cells and which had saline.", True),
        ("Sealed envelopes told whether mesenchymal stem cells or saline were due.", True),
        (
            "In this trial 40 adults had mesenchymal stem cells or usual care; fields of each slide were picked by chance.",
            None,
        ),
        ("In this trial 40 adults had mesenchymal stem cells or usual care; one cohort came from abroad.", None),
        ("In this trial 40 adults had mesenchymal stem cells or usual care in four consecutive weeks.", None),
        ("Mesenchymal stem cells, at 1 or 2 million/kg, were infused in this single-arm trial in two cohorts.", False),
        ("In this trial mesenchymal stem cells were infused by a 3 + 3 design at three dose levels.", False),
        (
            "In this trial ten adults had mesenchymal stem cells; patients treated earlier in the same unit served as comparison.",
            False,
        ),
        ("In this trial ten adults had mesenchymal stem cells; controls were drawn from the hospital registry.", False),
    ],
)
def test_chance_is_told_in_many_words(sentence: str, randomised: bool | None) -> None:
    assert reading(sentence).design.randomised.value is randomised


@pytest.mark.parametrize(
    ("sentence", "blinded"),
    [
        ("Scores were taken by raters unaware of the grouping.", True),
        ("The examiners did not know which treatment had been given.", True),
        ("Neither the patients nor the nurses knew what was infused, cells or saline.", True),
        ("Allocation was concealed from patients and raters.", True),
        ("Films were read without knowledge of the treatment.", True),
        ("The study was neither blinded nor controlled.", False),
        ("The study was not randomised or blinded.", False),
        ("There was no blinding.", False),
        ("Raters were aware of the treatment.", False),
        ("Two patients had been unaware of their fever.", None),
        ("One woman did not know that she was pregnant.", None),
        ("A double-blind trial should now follow.", None),
    ],
)
def test_masking_is_told_in_many_words(sentence: str, blinded: bool | None) -> None:
    one = read(
        publication(
            _TITLE,
            ("METHODS", "Forty adults were given mesenchymal stem cells in a phase 2 trial."),
            ("CONCLUSIONS" if "should" in sentence else "METHODS", sentence),
        )
    )
    assert one.design.blinded.value is blinded


@pytest.mark.parametrize(
    ("sentence", "controlled"),
    [
        ("Outcomes were set against those of a historical group of 16 infants.", True),
        ("Matched infants treated earlier in the same unit provided a comparison.", True),
        ("Each was matched with two reference patients of a database.", True),
        ("Twenty others had standard insulin therapy.", True),
        ("Mesenchymal stem cells were compared with corticosteroid.", True),
        ("Others were injected with vehicle.", True),
        ("We asked whether the cells can control such inflammation.", False),
        ("It was an MRI-controlled study.", False),
        ("The cells were added to conventional immunosuppression.", False),
        ("The cells were suspended in 10 ml of normal saline.", False),
        ("They were injected at one visit, in 5 mL saline.", False),
        ("Response was weighed against a prespecified control rate.", False),
        ("Adverse events were compared from a year before to a year after the infusion.", False),
        ("The study was not placebo-controlled.", False),
        ("The cells grew like those of healthy controls.", False),
        ("There were no untreated controls.", False),
    ],
)
def test_what_is_a_control_and_what_only_looks_like_one(sentence: str, controlled: bool) -> None:
    one = reading("In this phase 2 trial ten adults were given mesenchymal stem cells.", sentence)
    assert one.design.controlled.value is controlled


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In this open randomised trial 30 adults had mesenchymal stem cells or best medical therapy.", (True, True, False)),
        ("In this trial 12 adults were given mesenchymal stem cells and 12 standard care.", (None, True, None)),
        ("In this trial 12 adults had mesenchymal stem cells; 12 who refused cells served as controls.", (False, True, None)),
        ("In this trial 30 adults were randomly given 50 or 100 million mesenchymal stem cells.", (True, False, None)),
        ("In this trial 30 adults were given 50 or 100 million mesenchymal stem cells.", (False, False, None)),
        ("In this trial three cohorts of adults had more mesenchymal stem cells, one after the other.", (False, False, None)),
        ("In this trial one knee got mesenchymal stem cells, the left with saline.", (None, True, None)),
        ("In this trial adults had mesenchymal stem cells; raters had no knowledge of the arm.", (False, False, True)),
        ("In this trial adults had mesenchymal stem cells; raters did not know who had been treated.", (False, False, True)),
        ("In this trial 15 adults had mesenchymal stem cells with osteotomy and 15 osteotomy alone.", (None, True, None)),
        ("In this trial 15 adults had mesenchymal stem cells, and seven adults had light perception only.", (False, False, None)),
        ("In this trial of 30 adults a comparator arm had prednisolone, the other mesenchymal stem cells.", (None, True, None)),
        ("In this trial 30 adults were randomised to one or two infusions of mesenchymal stem cells.", (True, False, None)),
        ("In this trial 30 adults were randomised to intravenous or intrathecal mesenchymal stem cells.", (True, True, None)),
        ("In this trial 30 adults were randomised to mesenchymal stem cells of cord or of marrow.", (True, False, None)),
        ("In this trial 30 adults were randomised to mesenchymal stem cells of cord or to saline.", (True, True, None)),
        ("In this trial adults had mesenchymal stem cells; cytokines were compared with those of healthy volunteers.", (False, False, None)),
        ("In this trial mesenchymal stem cells or usual care were allocated by a computer-generated list.", (True, True, None)),
        ("In this trial mesenchymal stem cells and placebo were given in random order.", (True, True, None)),
        ("In this trial one side of the face, chosen at random, had mesenchymal stem cells and the other saline.", (True, True, None)),
        ("In this trial adults had mesenchymal stem cells; ten slides of each were chosen at random.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells; the course of external controls was compared.", (False, True, None)),
        ("In this trial adults had mesenchymal stem cells; external ventilation was stopped.", (False, False, None)),
        ("In this trial infants had mesenchymal stem cells; 16 infants of the same years, matched for weight, did not.", (False, True, None)),
        ("In this trial infants had mesenchymal stem cells that were matched for HLA.", (False, False, None)),
        ("In this trial 30 adults were randomised to 5 or 10 million mesenchymal stem cells or autograft.", (True, True, None)),
        ("In this trial 30 adults were randomised to 5 or 10 million mesenchymal stem cells on an autograft.", (True, False, None)),
        ("In this trial 30 adults were randomised, adipose versus bone marrow mesenchymal stem cells.", (True, False, None)),
        ("In this trial 30 adults were randomised, adipose mesenchymal stem cells versus bone marrow concentrate.", (True, True, None)),
        ("In this trial we compared two routes of delivery of mesenchymal stem cells in randomised adults.", (True, True, None)),
        ("In this trial intrathecal versus intravenous injection of mesenchymal stem cells was tried.", (None, True, None)),
        ("In this trial 20 adults were randomised to BM-MSCs (n = 10) or UC-MSCs (n = 10).", (True, False, None)),
        ("In this trial 20 adults were randomised to BM-MSCs (n = 10) or BM-MNCs (n = 10).", (True, True, None)),
        ("In this trial 20 adults were randomised: marrow- versus cord-derived mesenchymal stem cells.", (True, False, None)),
        ("In this trial 20 adults were randomised to cryopreserved, ready-to-use versus freshly grown mesenchymal stem cells.", (True, False, None)),
        ("In this trial we compared one versus two infusions of mesenchymal stem cells in randomised adults.", (True, False, None)),
        ("In this trial 20 adults were randomised to allogeneic or autologous mesenchymal stem cells; no treatment-emergent event was seen.", (True, False, None)),
        ("In this trial adults whose asthma was inadequately controlled had mesenchymal stem cells.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells which were controlled for karyotype.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells; decline was compared with that in the run-in period.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells; scores were compared with the values before the infusion.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells; survival was compared with that expected from a register.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells and were divided into two groups by the duration of palsy.", (False, False, None)),
        ("Before a randomised trial was opened, ten adults had mesenchymal stem cells in this trial.", (False, False, None)),
        ("In this trial, done ahead of the randomised, double-blind part, ten adults had mesenchymal stem cells.", (False, False, None)),
        ("In this prospective open trial ten adults had mesenchymal stem cells.", (False, False, False)),
        ("In this trial ten adults had mesenchymal stem cells by a dose-escalation scheme of three doses.", (False, False, None)),
        ("In this trial ten adults had mesenchymal stem cells; healthy volunteers served as controls of the cytokines.", (False, False, None)),
        ("In this trial 20 adults had mesenchymal stem cells; 12 who had declined were observed as controls.", (False, True, None)),
        ("In this trial mesenchymal stem cells went into one cheek and saline into the other, the side being drawn at random.", (True, True, None)),
        ("This two-arm trial tried mesenchymal stem cells against rest in two groups of adults.", (None, True, None)),
        ("In this trial intrathecal versus intravenous injection of mesenchymal stem cells was compared in two groups.", (None, True, None)),
        ("In this trial intrathecal mesenchymal stem cells versus intravenous steroids were compared in two groups.", (None, True, None)),
        ("In this trial adults had mesenchymal stem cells; the Asthma Control Questionnaire was filled in.", (False, False, None)),
        ("In this open-label trial mesenchymal stem cells were given in three dose cohorts.", (False, False, False)),
    ],
)  # fmt: skip
def test_designs_told_in_one_sentence(sentence: str, expected: Answers) -> None:
    assert answers(sentence) == expected


def test_groups_of_the_results_alone_are_no_arms() -> None:
    one = read(
        publication(
            _TITLE,
            ("METHODS", "In this trial ten adults were given mesenchymal stem cells."),
            ("RESULTS", "In mild and severe sepsis fever fell in the two groups."),
        )
    )
    assert one.design.controlled.value is False
    assert one.design.randomised.value is False


def test_doses_told_at_random_are_compared_with_each_other_only() -> None:
    one = read(
        publication(
            "Mesenchymal stem cells at two doses in sepsis",
            ("METHODS", "Twenty adults were randomised to 1 million (low dose) or 3 million (high dose) cells per kg."),
            ("CONCLUSIONS", "Adding mesenchymal stem cells to standard care is safe."),
        )
    )
    assert one.design.randomised.value is True
    assert one.design.controlled.value is False


def test_a_treatment_told_in_the_background_is_not_what_arms_differ_in() -> None:
    one = read(
        publication(
            _TITLE,
            ("BACKGROUND", "Autologous or allogeneic cells are sold widely."),
            ("METHODS", "Twenty adults were randomised to mesenchymal stem cells or plasma in two groups."),
        )
    )
    assert one.design.controlled.value is True


def test_a_series_may_have_untreated_sites() -> None:
    one = read(
        publication(
            "Mesenchymal stem cells in the skin of two patients",
            (
                "METHODS",
                "Two patients had mesenchymal stem cells injected at some sites; other sites received vehicle.",
            ),
            ("RESULTS", "Both patients healed."),
        )
    )
    assert one.report.report is Report.CASE_REPORT
    assert one.design.controlled.value is True


def test_controlled_conditions_are_no_control() -> None:
    one = reading("Five adults were given mesenchymal stem cells that were made under controlled conditions.")
    assert one.design.controlled.value is False


@pytest.mark.parametrize(
    ("sentence", "blinded"),
    [
        ("This was an open pilot study of mesenchymal stem cells in nine adults.", False),
        ("This was an open, prospective trial of mesenchymal stem cells in nine adults.", False),
        ("Mesenchymal stem cells were laid on the open wounds of nine adults.", None),
    ],
)
def test_open_studies_are_not_blinded(sentence: str, blinded: bool | None) -> None:
    assert reading(sentence).design.blinded.value is blinded


@pytest.mark.parametrize(
    ("sentence", "routes"),
    [
        ("Ten adults received mesenchymal stem cells, 2 million/kg IV over 20 minutes.", {"intravenous"}),
        (
            "Ten adults had mesenchymal stem cells in one IV and one intrapancreatic endovascular injection.",
            {"intravenous", "intra_arterial"},
        ),
        (
            "Ten adults had mesenchymal stem cells put into the portal and thymic circulation and subcutaneous tissue.",
            {"intraportal", "other:thymic", "subcutaneous"},
        ),
        ("Mesenchymal stem cells for ten adults were made. Single 15 mL IV dose, seen for a month.", {"intravenous"}),
        ("In ten adults mesenchymal stem cells were implanted beneath a sewn flap.", {"implanted"}),
        ("In ten adults mesenchymal stem cells were delivered to the subchondral bone.", {"intralesional"}),
    ],
)
def test_where_cells_go(sentence: str, routes: set[str]) -> None:
    assert {fact.value for fact in route_facts(reading(sentence), _MAKER)} == routes


def products(sentence: str) -> list[object]:
    document = publication("Mesenchymal stem cells of birth tissues in sepsis", ("METHODS", sentence))
    return [
        fact.value["tissue"]
        for fact in publication_facts(document, _MAKER)
        if fact.field is Field.PRODUCT and isinstance(fact.value, dict)
    ]


def test_cells_of_two_tissues_that_were_given_to_people_apart_are_two_products() -> None:
    apart = "Umbilical cord mesenchymal stem cells were given in 6, placental mesenchymal stem cells in 5 adults."
    assert sorted(map(str, products(apart))) == ["['placenta']", "['umbilical_cord']"]


def test_cells_of_two_tissues_are_two_products_where_people_got_the_one_or_the_other() -> None:
    assert len(products("Mesenchymal stem cells from umbilical cord and placenta were given to 11 adults.")) == 1
    assert len(products("Mesenchymal stem cells from umbilical cord or placenta were given to 11 adults.")) == 2
    assert len(products("Placental versus umbilical cord mesenchymal stem cells were given to 11 adults.")) == 2


@pytest.mark.parametrize(
    ("sentences", "randomised", "controlled"),
    [
        (("Ten adults were given mesenchymal stem cells by vein.", "As there was no placebo group, efficacy cannot be judged."), False, False),
        (("Ten adults were given mesenchymal stem cells by vein in a phase 1 trial without placebo control.",), False, False),
        (("In this dose-escalation study ten adults were infused with mesenchymal stem cells, and ten patients who received medical treatment only were matched for age.",), False, True),
        (("Adults were randomised to mesenchymal stem cells at either 2 or 8 million cells/kg beside corticosteroids.",), True, False),
        (("Twenty adults were assigned to 20 million or 100 million mesenchymal stem cells in a blinded manner.",), None, False),
        (("Nine adults were assigned sequentially to three doses of mesenchymal stem cells.",), False, False),
        (("Adults were randomised to mesenchymal stem cells with glue, or to glue alone.",), True, True),
        (("Adults were randomised to allogeneic mesenchymal stem cells in autologous serum or to non-surgical treatment.",), True, True),
        (("Adults were randomised to autologous or allogeneic mesenchymal stem cells.",), True, False),
    ],
)  # fmt: skip
def test_what_is_a_control_and_what_is_none(
    sentences: tuple[str, ...], randomised: bool | None, controlled: bool
) -> None:
    design = reading(*sentences).design
    assert (design.randomised.value, design.controlled.value) == (randomised, controlled)


@pytest.mark.parametrize(
    "last",
    [
        "A randomised, placebo-controlled phase 2 trial will address efficacy.",
        "A randomised phase 3 trial is in preparation.",
        "Judgement of efficacy must await a randomised placebo-controlled trial.",
        "A phase 2 trial with placebo controls can be designed.",
        "Whether they work is the question of a controlled phase 2 trial.",
    ],
)
def test_a_trial_to_come_is_not_the_study(last: str) -> None:
    one = read(
        publication(
            "Mesenchymal stem cells in sepsis: a phase 1 study",
            ("METHODS", "Ten adults with sepsis were given mesenchymal stem cells by vein."),
            ("RESULTS", "Fever fell in most. No infusion did harm."),
            ("CONCLUSION", f"The cells were safe. {last}"),
        )
    )
    assert one.design.randomised.value is False
    assert one.design.controlled.value is False
    assert one.phase.phase == "1"


def test_a_follow_up_has_no_phase_of_its_own() -> None:
    later = (
        "METHODS",
        "The phase 2 trial had randomised 40 adults to mesenchymal stem cells or saline. All were seen again.",
    )
    assert (
        read(publication("Five-year follow-up of a phase 2 trial of mesenchymal stem cells", later)).phase.phase is None
    )
    own = read(
        publication(
            "Mesenchymal stem cells or saline in sepsis: five-year follow-up of the randomised trial (phase 2)", later
        )
    )
    assert own.phase.phase == "2"


@pytest.mark.parametrize(
    ("sentence", "blinded"),
    [
        ("Adults got mesenchymal stem cells or surgery; blinding of patients is not possible.", False),
        ("Adults got mesenchymal stem cells or saline, with blinding of patients.", True),
        ("In a prospective, dual-centre, open trial adults got mesenchymal stem cells.", False),
        ("In a prospective trial adults got mesenchymal stem cells into an open wound.", None),
    ],
)
def test_blinding_that_cannot_be(sentence: str, blinded: bool | None) -> None:
    assert reading(sentence).design.blinded.value is blinded


@pytest.mark.parametrize(
    ("sentence", "routes"),
    [
        ("Infants were given mesenchymal stem cells into the lateral ventricle.", {"intrathecal"}),
        ("Infants were given mesenchymal stem cells by ventricular tap at the bedside.", {"intrathecal"}),
        ("They were given mesenchymal stem cells, grown in fetal calf serum, into a vein.", {"intravenous"}),
        ("They were injected with mesenchymal stem cells into the calf.", {"intramuscular"}),
        (
            "Mesenchymal stem cells were thawed for infusion. Each adult received one intravenous infusion before surgery.",
            {"intravenous"},
        ),
    ],
)
def test_more_places_where_cells_go(sentence: str, routes: set[str]) -> None:
    assert {
        fact.value for fact in route_facts(reading("Ten people with sepsis were treated.", sentence), _MAKER)
    } == routes


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In this trial 20 randomly selected adults were given mesenchymal stem cells.", (False, False, None)),
        ("In this trial 20 adults were randomly selected for mesenchymal stem cells or saline.", (True, True, None)),
        ("In this crossover trial adults had mesenchymal stem cells and, three months on, a cell-free infusion.", (None, True, None)),
        ("In this trial adults had mesenchymal stem cells and a cell-free infusion in randomised order.", (True, True, None)),
        ("In this trial adults had mesenchymal stem cells, to prepare for a randomised controlled trial.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells since there were no data from randomised trials.", (False, False, None)),
        ("In this quasi-experimental trial adults had mesenchymal stem cells; a control group had saline.", (False, True, None)),
        ("In this trial previously untreated adults had mesenchymal stem cells, and other groups are to follow.", (False, False, None)),
        ("In this trial adults were randomised to mesenchymal stem cells or bone grafts; dose escalation was allowed after week 30.", (True, True, None)),
        ("In this trial adults were randomly allocated to group A (1 million/kg), group B (2 million/kg) and group C (4 million/kg) of mesenchymal stem cells.", (True, False, None)),
        ("In this trial adults were allocated to mesenchymal stem cells (n = 10) or scaffolds (n = 12).", (None, True, None)),
        ("In this trial adults had mesenchymal stem cells or bone grafts; outcomes were better than in the reference group.", (None, True, None)),
    ],
)  # fmt: skip
def test_more_designs_told_in_one_sentence(sentence: str, expected: Answers) -> None:
    assert answers(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "blinded"),
    [
        ("In a non-masked trial adults got mesenchymal stem cells or saline.", False),
        ("In a masked trial adults got mesenchymal stem cells or saline.", True),
        ("Adults got mesenchymal stem cells or surgery; blinding proved difficult.", False),
        ("In an open-label trial of mesenchymal stem cells neither nurses nor patients were masked.", False),
        ("In an open-label trial of mesenchymal stem cells the raters were masked.", True),
    ],
)
def test_who_was_not_masked(sentence: str, blinded: bool | None) -> None:
    assert reading(sentence).design.blinded.value is blinded


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In this double-blind trial adults had mesenchymal stem cells or an inert fluid.", (None, True, True)),
        ("In this before-and-after study adults had mesenchymal stem cells.", (False, False, None)),
        ("In this trial adults were allocated alternately to mesenchymal stem cells or a placebo.", (False, True, None)),
        ("In this prospective cohort 25 adults had mesenchymal stem cells and 25 without them were watched.", (False, True, None)),
        ("In this one-group trial adults had mesenchymal stem cells.", (False, False, None)),
        ("In this trial adults were randomised to mesenchymal stem cells or a waiting-list group.", (True, True, None)),
        ("In this trial adults on the waiting list for a transplant had mesenchymal stem cells.", (False, False, None)),
        ("In this double-dummy trial adults were randomised to mesenchymal stem cells or a drug.", (True, True, True)),
        ("In this observational cohort study consecutive adults had mesenchymal stem cells.", (False, False, None)),
        ("In this observational cohort study ten adults chose mesenchymal stem cells, ten did not wish them.", (False, True, None)),
    ],
)  # fmt: skip
def test_designs_with_names_of_their_own(sentence: str, expected: Answers) -> None:
    assert answers(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In this trial 20 adults were randomly and evenly assigned to mesenchymal stem cells or saline.", (True, True, None)),
        ("In this trial 20 adults randomly underwent infusion of mesenchymal stem cells or saline.", (True, True, None)),
        ("In this trial 20 adults, randomly selected equally in two groups, had mesenchymal stem cells or saline.", (True, True, None)),
        ("In this trial 20 randomly selected adults had mesenchymal stem cells in two towns.", (False, False, None)),
        ("In this trial the throw of a die told who of 20 adults had mesenchymal stem cells and who saline.", (True, True, None)),
        ("In this trial adults had mesenchymal stem cells; films were read in random order.", (False, False, None)),
        ("Adults were assigned to mesenchymal stem cells or surgery based on the availability of a donor in this trial.", (False, True, None)),
        ("In this trial adults had mesenchymal stem cells; ten who had refused bone marrow puncture were controls.", (False, True, None)),
        ("In this trial adults had mesenchymal stem cells or remained on the tablets they took.", (None, True, None)),
        ("In this trial adults had mesenchymal stem cells and remained on their tablets; pain fell.", (False, False, None)),
        ("In this trial adults were randomised to mesenchymal stem cells at 1 million/kg (group A) or 2 million/kg (group B).", (True, False, None)),
        ("In this trial adults were randomised to mesenchymal stem cells at 1 million/kg (group A) or saline (group B).", (True, True, None)),
        ("In this trial we compared the effects of three doses of mesenchymal stem cells in randomised adults.", (True, False, None)),
        ("In this trial we compared the effects of two doses of mesenchymal stem cells with plasma in randomised adults.", (True, True, None)),
        ("In this trial 2, 4 and 6 million/kg of mesenchymal stem cells were given to randomised adults.", (True, True, None)),
        ("In this trial mesenchymal stem cells at 2, 4 and 6 million/kg in groups A, B and C were given to randomised adults.", (True, False, None)),
        ("In this trial adults were randomised to mesenchymal stem cells, fresh or frozen.", (True, False, None)),
        ("In this trial adults were randomised to frozen mesenchymal stem cells or saline.", (True, True, None)),
        ("In this trial adults had mesenchymal stem cells; values at baseline were taken as control.", (False, False, None)),
        ("In this trial adults had mesenchymal stem cells and an angiographic control after a year.", (False, False, None)),
        ("In this cohort study adults had mesenchymal stem cells to better their motor control.", (False, False, None)),
        ("In this cohort study adults with mesenchymal stem cells lived longer than those without.", (False, True, None)),
    ],
)  # fmt: skip
def test_who_had_what_and_how_it_came_about(sentence: str, expected: Answers) -> None:
    assert answers(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "blinded"),
    [
        ("A randomised prospective open trial of mesenchymal stem cells or surgery in ten adults.", False),
        ("Ten adults had mesenchymal stem cells or surgery in an open cross-over trial.", False),
        ("Ten adults were randomised to mesenchymal stem cells or surgery after an open-label run-in period.", None),
        ("Ten adults were randomised to mesenchymal stem cells or surgery in this non blind design.", False),
        ("Ten adults were randomised to mesenchymal stem cells or saline; the code was broken after a year.", True),
        ("Ten adults were randomised to mesenchymal stem cells or saline from opaque syringes.", True),
        ("Ten adults were randomised to mesenchymal stem cells or a sham puncture and were kept blind.", True),
        ("Ten adults were randomised to mesenchymal stem cells or surgery; one eye remained blind in two.", None),
    ],
)
def test_open_or_masked_in_more_words(sentence: str, blinded: bool | None) -> None:
    assert reading(sentence).design.blinded.value is blinded


def test_a_plan_told_in_the_background_is_this_study_s_own() -> None:
    one = read(
        publication(
            "Mesenchymal stem cells in sepsis",
            (
                "BACKGROUND",
                "Sepsis kills. This post hoc analysis of two randomised trials that were masked asked whether age matters.",
            ),
            ("METHODS", "In this trial thirty adults had mesenchymal stem cells or saline."),
        )
    )
    assert (one.design.randomised.value, one.design.blinded.value) == (True, True)


def test_a_plan_of_others_told_in_the_background_is_not() -> None:
    one = read(
        publication(
            "Mesenchymal stem cells in sepsis",
            ("BACKGROUND", "Another blinded trial has begun. This field knows few who were masked."),
            ("METHODS", "In this trial thirty adults had mesenchymal stem cells."),
        )
    )
    assert (one.design.randomised.value, one.design.blinded.value) == (False, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "These data support the need for a randomised controlled trial.",
        "Further work in a randomised, placebo-controlled trial is needed.",
        "Mesenchymal stem cells had been shown to be safe in an earlier randomised, placebo-controlled trial.",
    ],
)
def test_trials_of_others_are_not_this_one(sentence: str) -> None:
    one = reading("In this trial ten adults had mesenchymal stem cells.", sentence)
    assert (one.design.randomised.value, one.design.controlled.value) == (False, False)


def test_a_follow_up_keeps_the_design_of_its_own_earlier_trial() -> None:
    one = read(
        publication(
            "Mesenchymal stem cells in sepsis: five-year follow-up of an earlier randomised trial comparing them with saline",
            (
                "METHODS",
                "We have shown in a randomised trial that mesenchymal stem cells help. Thirty adults were seen again.",
            ),
        )
    )
    assert one.report.report is Report.FOLLOW_UP
    assert one.design.randomised.value is True
