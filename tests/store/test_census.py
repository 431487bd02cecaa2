"""Census, links, families' decisions and ledger on both databases."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from mscminer.core.counts import Definition, Dimension
from mscminer.core.errors import NotFound
from mscminer.core.trials import CensusRow, FamilyDecision, FamilyRuling, Link, LinkType
from mscminer.jobs.assemble import keyed
from mscminer.jobs.count import count_in_store
from mscminer.store import Store
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definitions
from tests.conftest import NOW
from tests.trials.builders import nct, paper, registration, row

DAY = date(2021, 3, 31)
CENSUS = [
    row(1, tissues=("adipose", "bone_marrow"), donors=("autologous",), start="2015-02", conditions=("a | b",)),
    row(2, tissues=("adipose",), first_posted="2016-05", status="withdrawn", word_hit=True),
    row(3, msc="derivative", family=nct(1), n=12),
    row(4, family=nct(1), donors=("allogeneic",), publications=("9",), completion="2018"),
    row(5, first_posted="", absent=(("donor", "conflict"),)),
    row(6, first_posted="2021-04-01", confidence=0.4),
]


@pytest.mark.parametrize("definition", load_definitions().values(), ids=lambda item: item.name)
def test_both_databases_count_as_the_pure_functions_do(store: Store, definition: Definition) -> None:
    with store.write() as tx:
        tx.census.replace([keyed(item) for item in CENSUS], fingerprint="x", built_at=NOW)
    for rows, columns in product((Dimension.TISSUE, Dimension.YEAR, Dimension.ALL), (Dimension.DONOR, Dimension.ALL)):
        pure = count(CENSUS, definition, DAY, rows, columns)
        stored = count_in_store(store, definition, DAY, rows, columns)
        assert (stored.grid(), stored.row_totals, stored.total) == (pure.grid(), pure.row_totals, pure.total)
        assert stored.flow == pure.flow
        assert count_in_store(store, definition, DAY, rows, columns, members=True) == pure


def test_the_census_is_replaced_whole(store: Store) -> None:
    for rows in (CENSUS, CENSUS[:2]):
        with store.write() as tx:
            tx.census.replace([keyed(item) for item in rows], fingerprint="y", built_at=NOW)
    with store.read() as tx:
        assert list(tx.census.rows()) == CENSUS[:2]
        assert tx.census.fingerprint() == "y"
        assert tx.census.total() == 2


def test_links_and_decisions_come_back_as_they_went_in(store: Store) -> None:
    link = Link(
        a=paper(11).key,
        b=registration(1).key,
        type=LinkType.RESULT,
        basis="abstract",
        reason="\0 it says so",
        score=0.5,
    )
    decision = FamilyDecision(
        a=nct(1), b=nct(2), ruling=FamilyRuling.SPLIT, curator="ada", decided_at=NOW, reason="different people"
    )
    with store.write() as tx:
        assert tx.links.replace([link]) == 1
        tx.family_decisions.append(decision)
    with store.read() as tx:
        assert list(tx.links.iterate()) == [link]
        assert tx.links.of(link.b) == tx.links.of(link.a) == [link]
        assert tx.family_decisions.all() == [decision]


def test_the_ledger_knows_no_unknown_id(store: Store) -> None:
    with store.read() as tx, pytest.raises(NotFound, match="no id of an exported count"):
        tx.ledger.get("abc")


def test_a_row_without_values_is_not_stated(store: Store) -> None:
    item = CensusRow(id="X-1")
    with store.write() as tx:
        tx.census.replace([keyed(item)], fingerprint="z", built_at=NOW)
    with store.read() as tx:
        assert list(tx.census.rows()) == [item]
