"""How people were assigned, what was given to whom, and where it went: single sentences of our own."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Field
from mscminer.extract.publications.resolve import PublicationReading, publication_facts, read, route_facts

_TITLE = "Mesenchymal stem cells in sepsis"
_MAKER = Maker(name="test", version="1")


def reading(*sentences: str, title: str = _TITLE) -> PublicationReading:
    return read(publication(title, ("METHODS", " ".join(sentences)), ("RESULTS", "Fever fell in most.")))


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


def test_cells_of_two_tissues_without_numbers_are_one_product() -> None:
    assert len(products("Mesenchymal stem cells from umbilical cord or placenta were given to 11 adults.")) == 1
