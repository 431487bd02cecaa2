"""How many times something is given: every rule's own example, and the properties of the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.extract.schedule_rules import RULES, Kind, Rule
from mscminer.extract.schedules import MOST_TIMES, TimesFound, _found_by, find_times
from mscminer.extract.time_points import points_in

WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ACTS = ("infusions", "injections", "doses", "intravenous infusions", "administrations", "treatments")


def told(text: str) -> int | None:
    """The number of the strongest statement of a text, or None without one."""
    found = sorted(find_times(text), key=lambda item: item.kind)
    return found[0].times if found else None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_finds_its_example_only(rule: Rule) -> None:
    assert [item.times for item in _found_by(rule, rule.example)][:1] == [rule.times]
    assert not list(_found_by(rule, rule.counter))
    assert any(anchor in rule.example.lower() for anchor in rule.anchors)


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("a single intravenous infusion", 1),
        ("given once", 1),
        ("twice, two weeks apart", 2),
        ("twice per week for 4 consecutive weeks", 8),
        ("two infusions per week during two weeks", 4),
        ("twice a week for 2 weeks and weekly for the following 2 weeks", 6),
        ("weekly for four weeks", 4),
        ("once a week, for four weeks in a row", 4),
        ("once per week for the first month", 4),
        ("every 3 months for a year", 4),
        ("cells per kg, qw, for 4 weeks", 4),
        ("every 4 weeks from week 0 to week 36", 10),
        ("on days 1, 8 and 15", 3),
        ("cells at Day 0, Day 5 (±1) and Day 13 (± 1)", 3),
        ('given once every 3 days: Day "1", Day "4", Day "7".', 3),
        ("injected immediately after the operation and at day 3 after it", 2),
        ("cells at baseline and again at 3 months", 2),
        ("once a week, 4 times", 4),
        ("two infusions of cells", 2),
        ("in 2 doses, 50 million each", 2),
        ("on two occasions (Day 0 and Day 7)", 2),
        ("up to 12 infusions", 12),
        ("The total number of infusions will be 12.", 12),
        ("ASC, single IV, in saline", 1),
        ("a single dose every three months for 12 months (maximum four doses in total)", 4),
        ("one dose followed one month later by a second dose", 2),
        ("cells weekly for the first month and monthly for 6 months (9 times in total)", 9),
        ("IV infusion on four days, once daily", 4),
        ("a sole injection of cells", 1),
        ("one prenatal dose of cells followed by three postnatal doses", 4),
        ("once per 4 weeks, at a dose of 0.5 x 10^6 cells/kg, for 12 weeks", 3),
    ],
)
def test_counts_administrations(text: str, times: int) -> None:
    assert told(text) == times


@pytest.mark.parametrize(
    "text",
    [
        "cells are given every three months",
        "repeated infusions of cells",
        "cells at baseline and possibly again after 3 months",
        "an injection at baseline; if healing is incomplete at 3 months, a second injection follows",
        "two infusions a week",
        "3 to 5 infusions of cells",
        "cells with the option of two more infusions",
        "Cells on days 1 and 8. A third dose may be given on day 15.",
    ],
)
def test_leaves_open_what_the_text_leaves_open(text: str) -> None:
    found = sorted(find_times(text), key=lambda item: item.kind)
    assert found[0].times is None


@pytest.mark.parametrize("text", ["one or two infusions of cells", "a 1-time or 2-time injection", "once or twice"])
def test_a_choice_has_both_numbers(text: str) -> None:
    assert [(item.also, item.times) for item in find_times(text)] == [((1,), 2)]


@pytest.mark.parametrize(
    "text",
    [
        "30 individual intramuscular injections",
        "once the patient is enrolled",
        "phase 2 dose groups",
        "14 heart transplants",
        "The effect is assessed at 1, 3 and 6 months after treatment.",
        "Cyclophosphamide 50 mg/kg/day is given on days +3 and +4.",
        "three injections of platelet-rich plasma",
        "cohorts of 2 dose-escalation steps",
        "cells were washed twice in buffer",
        "five days between two treatments",
        "cells divided into 4 equal injections",
        "nasal drops of 0.5 ml/day for 30 days",
        "Infusion number 1 is the baseline visit.",
        "injections at 3, 9 and 12 o'clock",
        "2x106 cell injection",
        "",
    ],
)
def test_counts_nothing_else(text: str) -> None:
    assert not list(find_times(text))


@settings(deadline=None)
@given(st.integers(2, 12), st.sampled_from(ACTS), st.booleans())
def test_any_number_of_any_act(number: int, act: str, spelt: bool) -> None:
    word = WORDS[number - 2] if spelt else str(number)
    assert told(f"Patients receive {word} {act} of the product.") == number


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(2, 8), st.sampled_from(("week", "month", "day")))
def test_a_rate_over_a_time_is_their_quotient(gap: int, number: int, unit: str) -> None:
    every = f"every {gap} {unit}s" if gap > 1 else f"once a {unit}"
    assert told(f"Cells are infused {every} for {gap * number} {unit}s.") == number


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 99), min_size=2, max_size=8, unique=True),
    st.sampled_from((", ", " and ")),
    st.sampled_from(("days", "weeks", "months")),
)
def test_a_list_of_days_has_as_many_administrations(points: list[int], last: str, unit: str) -> None:
    numbers = [str(point) for point in sorted(points)]
    words = ", ".join(numbers[:-1]) + last + numbers[-1]
    assert told(f"The cells are injected on {unit} {words}.") == len(points)


PIECES = st.lists(
    st.sampled_from(
        (
            *WORDS,
            *ACTS,
            "once",
            "twice",
            "a single",
            "every",
            "week",
            "for",
            "days 1, 8",
            "and",
            "if",
            "repeated",
            ".",
            ";",
        )
    ),
    max_size=25,
).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=200), PIECES))
def test_statements_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    found = list(find_times(text))
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(_is_sound(item) for item in found)
    assert found == list(find_times(text))


def _is_sound(item: TimesFound) -> bool:
    if item.kind in (Kind.IF, Kind.OPEN):
        return item.times is None
    return (
        item.times is not None and 1 <= item.times <= MOST_TIMES and (item.kind is not Kind.SINGLE or item.times == 1)
    )


@settings(deadline=None)
@given(PIECES)
def test_anchors_stand_in_every_match(text: str) -> None:
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            assert any(anchor in match.group().lower() for anchor in rule.anchors)


@settings(deadline=None)
@given(PIECES)
def test_a_line_before_changes_nothing(text: str) -> None:
    lead = "Adults of both sexes.\n"
    moved = [(item.start - len(lead), item.times, item.rule) for item in find_times(lead + text)]
    assert moved == [(item.start, item.times, item.rule) for item in find_times(text)]


@pytest.mark.parametrize(
    "piece",
    [
        "once a week ",
        "if ",
        "two (2) ",
        "day 1, ",
        "2 x ",
        "single ",
        "every 3 ",
        "(((",
        "up to 3 infusions ",
        "first dose ",
        "infusion number 2 ",
    ],
)
@pytest.mark.parametrize("read", [find_times, points_in], ids=["statements", "points"])
def test_hostile_texts_take_time_in_proportion_to_their_length(
    read: Callable[[str], Iterable[object]], piece: str
) -> None:
    """Four times the text may take ten times as long, for noise; quadratic reading takes sixteen."""

    def seconds(length: int) -> float:
        began = time.process_time()
        list(read(piece * (length // len(piece))))
        return time.process_time() - began

    assert seconds(24000) < 10 * max(seconds(6000), 0.03)
