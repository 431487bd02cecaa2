"""Two curators: blind second pass, agreement, adjudication; decisions as files."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from mscminer.core.errors import ConfigError, UnreadableFile
from mscminer.core.vocabulary import Field
from mscminer.jobs.curate import view_record
from mscminer.jobs.decision_files import (
    FORMATS,
    export_decisions,
    format_of,
    import_decisions,
    label_studio_setup,
)
from mscminer.jobs.second_pass import agreement, disagreements, draw_sample, sample
from mscminer.store import Store, open_store
from tests.web.workbench import KNEES, LUNGS, PAPER, Workbench, decisions_of, fill


def test_two_curators_and_an_adjudicator(team: Workbench) -> None:
    first, second, judge = (team.logged_in(name) for name in ("curator", "second", "adjudicator"))
    first.decide(KNEES, "msc", "accept", '"cells"')
    first.decide(KNEES, "tissue", "accept", '"umbilical_cord"')
    first.decide(KNEES, "tissue", "reject", '"bone_marrow"')
    drawn = judge.submit("/samples", name="spring", size="5")
    assert drawn.headers["location"] == "/samples/1"
    assert second.get("/samples/1/next").headers["location"] == f"/records/{KNEES}?line=second:1"
    assert first.get("/samples/1/next").headers["location"] == "/samples/1"
    page = second.page(f"/records/{KNEES}?line=second:1")
    assert "blind second pass" in page
    assert "accepted" not in page
    line = {"line": "second:1"}
    assert second.decide(KNEES, "msc", "accept", '"cells"', **line).status_code == 303
    assert second.decide(KNEES, "tissue", "accept", '"umbilical_cord"', **line).status_code == 303
    assert second.decide(KNEES, "tissue", "accept", '"bone_marrow"', **line).status_code == 303
    assert "hidden, so that the second pass stays blind" in first.page(f"/history/{KNEES}")
    form = {"field": "msc", "verdict": "accept", "value": '"cells"', "expected": "0", **line}
    first.page("/queue")
    assert first.submit(f"/decide/{KNEES}", **form).status_code == 403
    assert second.submit(f"/decide/{LUNGS}", **form).status_code == 403
    assert judge.submit(f"/decide/{LUNGS}", **form).status_code == 422
    assert "agreement is shown to adjudicators only" in second.page("/samples/1")
    assert second.get("/api/v1/samples/1/agreement").status_code == 403
    scores = {item["field"]: item for item in judge.get("/api/v1/samples/1/agreement?rounds=50").json()}
    assert scores["msc"]["same"] == 1
    assert scores["tissue"]["same"] == 0
    page = judge.page("/samples/1")
    assert "To settle (1)" in page
    (found,) = disagreements(team.store, 1)
    form = {"record": str(KNEES), "field": "tissue", "expected": str(found.expected), "seen": found.document}
    assert judge.submit("/samples/1/adjudicate", **form, choice="nobody").status_code == 422
    assert judge.submit("/samples/1/adjudicate", **form, choice="second", why="both are named").status_code == 303
    assert disagreements(team.store, 1) == []
    resolved = view_record(team.store, KNEES.id).resolved
    assert resolved is not None
    assert set(resolved.values(Field.TISSUE)) == {"umbilical_cord", "bone_marrow"}
    # Settling is nobody's first opinion: the agreement stays what it was.
    assert {item.field: item.same for item in agreement(team.store, 1, rounds=10)} == {"msc": 1, "tissue": 0}
    assert judge.submit("/samples/1/adjudicate", **form, choice="first").status_code == 422
    assert second.submit("/samples/1/close").status_code == 403
    assert judge.submit("/samples/1/close").status_code == 303
    assert judge.submit("/samples/1/close").status_code == 422
    assert "stays blind" not in first.page(f"/history/{KNEES}")
    assert "Krippendorff" in second.page("/samples/1")
    assert "To settle" not in second.page("/samples/1")
    assert second.get("/api/v1/samples/1/agreement?rounds=10").status_code == 200
    assert "second pass, closed" in first.page(f"/records/{KNEES}?line=second:1")
    assert 'value="accept"' not in first.page(f"/records/{KNEES}?line=second:1")
    late = second.submit(f"/decide/{KNEES}", field="msc", verdict="undo", expected="4", **line)
    assert late.status_code == 422
    assert "is closed" in late.text


SECRET = "because of the sponsor's page"


@pytest.fixture
def blind(team: Workbench) -> Workbench:
    """A first pass with a correction and a reason, and an open sample of it that `second` has begun."""
    first = team.logged_in("curator")
    first.decide(KNEES, "tissue", "correct", '"umbilical_cord"', new_value="placenta", why=SECRET)
    first.decide(KNEES, "msc", "reject", '"cells"', why=SECRET)
    first.decide(LUNGS, "donor", "correct", "<not stated>", new_value="autologous", why=SECRET)
    draw_sample(team.store, "spring", size=5, by="adjudicator")
    return team


SHOWING = (
    f"/records/{KNEES}", f"/records/{KNEES.id}", f"/records/{PAPER}", f"/history/{KNEES}", "/history",
    "/history?by=curator", "/records", "/records?q=knees", "/records?tissue=placenta", "/records?msc=none", "/queue",
    "/queue?state=done", "/files/csv", "/files/jsonl", "/files/label-studio", "/files/docbin", "/samples", "/samples/1",
    f"/api/v1/record?id={KNEES}", "/api/v1/history", f"/api/v1/history?id={KNEES}", "/api/v1/queue?state=done",
    "/api/v1/search?q=knees", "/api/v1/records", "/api/v1/records?tissue=placenta", "/api/v1/export?format=csv",
    "/api/v1/export?format=label-studio", "/api/v1/samples", "/api/v1/samples/1",
    "/counts?as_of=2026-01-01&rows=tissue&columns=donor&row=bone+marrow&column=autologous",
    "/api/v1/counts?as_of=2026-01-01&members=true",
)  # fmt: skip


def telling(answer: httpx.Response) -> list[str]:
    """What of the first pass an answer gives away; the choices of forms give nothing away."""
    text = re.sub(r"<(select|dialog).*?</\1", "", answer.text, flags=re.S).replace("tissue=placenta", "")
    signs = (SECRET.replace("'", "&#39;"), SECRET, "accepted</span>", "corrected</span>", "rejected</span>", "placenta")
    return [sign for sign in signs if sign in text]


def test_the_second_pass_sees_nothing_of_the_first(blind: Workbench) -> None:
    second, judge = blind.logged_in("second"), blind.logged_in("adjudicator")
    for path in SHOWING:
        answer = second.get(path, follow_redirects=True)
        assert answer.status_code in {200, 403}, path
        assert telling(answer) == [], path
        if "history" in path or "csv" in path:
            assert telling(judge.get(path)), "the adjudicator sees it, so that this test can fail"


def test_nor_the_first_of_the_second(blind: Workbench) -> None:
    first, second = blind.logged_in("curator"), blind.logged_in("second")
    line = {"line": "second:1", "why": "as the knees say"}
    assert second.decide(KNEES, "tissue", "accept", '"umbilical_cord"', **line).status_code == 303
    assert second.decide(LUNGS, "donor", "not_stated", **line).status_code == 303
    paths = (f"/history/{KNEES}", "/history", "/files/csv", "/files/jsonl", "/api/v1/history", "/api/v1/export")
    for path in (*paths, f"/records/{KNEES}", f"/api/v1/record?id={KNEES}"):
        answer = first.get(path)
        assert answer.status_code == 200
        assert "as the knees say" not in answer.text, path
    for path in (f"/records/{KNEES}?line=second:1", f"/api/v1/record?id={KNEES}&line=second:1"):
        assert first.get(path).status_code == 403
    assert "as the knees say" in blind.logged_in("adjudicator").page("/history")


def test_a_blind_curator_decides_in_the_second_pass_only(blind: Workbench) -> None:
    second = blind.logged_in("second")
    assert second.get(f"/records/{KNEES}").headers["location"] == f"/records/{KNEES}?line=second:1"
    second.page("/queue")
    form = {"field": "tissue", "verdict": "accept", "value": '"bone_marrow"', "expected": "1"}
    answer = second.submit(f"/decide/{KNEES}", **form)
    assert (answer.status_code, "blind second pass" in answer.text) == (403, True)
    assert KNEES.id not in second.page("/queue")
    assert KNEES.id not in second.get("/next").headers["location"]
    assert blind.logged_in("reader").get(f"/records/{KNEES}").status_code == 200


def test_a_sample_can_be_drawn_again_by_its_seed(team: Workbench) -> None:
    client = team.logged_in("curator")
    with pytest.raises(ConfigError, match="no record has a decision"):
        draw_sample(team.store, "early", size=2, by="ada")
    for key in (KNEES, LUNGS):
        client.decide(key, "msc", "accept", '"cells"')
    one = draw_sample(team.store, "one", size=1, by="ada", seed=5)
    other = draw_sample(team.store, "other", size=1, by="ada", seed=5)
    assert one.keys == other.keys
    assert sample(team.store, one.id).open == one.keys


def decide_some(team: Workbench) -> None:
    client = team.logged_in("curator")
    client.decide(KNEES, "tissue", "accept", '"umbilical_cord"', why="=cmd|' /C calc'!A0")
    client.decide(KNEES, "tissue", "reject", '"bone_marrow"')
    client.decide(KNEES, "tissue", "undo")
    client.decide(KNEES, "condition", "add", new_value="gonarthrosis", quote="the knee \U0001f9b5 of people")
    client.decide(LUNGS, "donor", "correct", "<not stated>", new_value="autologous", quote="Own marrow cells")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Store:
    """Another database with the same records."""
    other = open_store(f"sqlite:///{tmp_path}/other.sqlite")
    fill(other)
    return other


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_decisions_come_back_as_they_were(team: Workbench, elsewhere: Store, form: str) -> None:
    decide_some(team)
    data = export_decisions(team.store, form)
    report = import_decisions(elsewhere, data, form, name="a", by="ada")
    assert (report.added, report.known, report.problems) == (5, 0, ())
    assert import_decisions(elsewhere, data, form, name="a", by="ada").known == 5
    for key in (KNEES, LUNGS):
        assert decisions_of(elsewhere, key) == decisions_of(team.store, key)
        there, here = view_record(elsewhere, str(key)), view_record(team.store, str(key))
        assert there.resolved == here.resolved
        assert [item.why for item in there.decisions] == [item.why for item in here.decisions]
    if form == "jsonl":
        own = [json.loads(line) for line in data.splitlines()]
        back = [json.loads(line) for line in export_decisions(elsewhere, form).splitlines()]
        assert [{**item, "origin": ""} for item in back] == own


def test_a_spreadsheet_runs_nothing(team: Workbench) -> None:
    decide_some(team)
    rows = list(csv.DictReader(io.StringIO(export_decisions(team.store, "csv").decode())))
    assert rows[0]["why"].startswith("'=cmd")


@pytest.mark.parametrize("form", ["label-studio", "docbin"])
def test_spans_go_out_and_come_back(team: Workbench, elsewhere: Store, form: str) -> None:
    decide_some(team)
    data = export_decisions(team.store, form)
    report = import_decisions(elsewhere, data, form, name="a", by="ada")
    assert report.problems == ()
    assert report.added == 4, "what was decided, and the inferred donor that follows; nothing that was only extracted"
    assert import_decisions(elsewhere, data, form, name="a", by="ada").added == 0
    again = import_decisions(elsewhere, export_decisions(elsewhere, form), form, name="a", by="ada")
    assert (again.added, again.problems) == (0, ()), "spans are exactly their words"
    resolved = view_record(elsewhere, KNEES.id).resolved
    assert resolved is not None
    knee = next(
        item for item in resolved.of(Field.CONDITION) if item.evidence and "\U0001f9b5" in item.evidence[0].quote
    )
    assert isinstance(knee.value, dict)
    assert knee.value["name"] == "gonarthrosis"
    assert knee.evidence[0].quote == "the knee \U0001f9b5 of people"


def test_what_nobody_decided_goes_out_as_a_suggestion(team: Workbench) -> None:
    import spacy
    from spacy.tokens import DocBin

    decide_some(team)
    task = json.loads(export_decisions(team.store, "label-studio"))[0]
    assert [key for key in task if key != "data"] == ["annotations", "predictions"]
    parts = {name: {part["value"]["labels"][0] for part in task[name][0]["result"] if "labels" in part["value"]}
             for name in ("annotations", "predictions")}  # fmt: skip
    assert "category" in parts["predictions"]
    assert "category" not in parts["annotations"]
    assert {"tissue", "condition"} <= parts["annotations"]
    bin_ = DocBin().from_bytes(export_decisions(team.store, "docbin"))
    doc = next(bin_.get_docs(spacy.blank("en").vocab))
    assert {span.label_ for span in doc.spans["curated"]} == parts["annotations"]
    assert {span.label_ for span in doc.spans["extracted"]} == parts["predictions"]


def test_what_people_type_in_label_studio_is_understood(team: Workbench, elsewhere: Store) -> None:
    decide_some(team)
    (task,) = [
        item
        for item in json.loads(export_decisions(team.store, "label-studio"))
        if str(KNEES) == item["data"]["record"]
    ]
    drawn = {"start": 0, "end": 4, "text": "Cord"}

    def region(ident: str, field: str, *typed: str) -> list[dict[str, Any]]:
        label = {"id": ident, "from_name": "label", "type": "labels", "value": {**drawn, "labels": [field]}}
        return [label, *({"id": ident, "from_name": "value", "value": {**drawn, "text": [text]}} for text in typed)]

    task["annotations"] = [
        {"result": [*region("a", "tissue"), *region("b", "tissue", "placenta"), *region("c", "tissue", "gold"),
                    *region("d", "condition", "worn knees"), *region("e", "colour", "red")]}
    ]  # fmt: skip
    report = import_decisions(elsewhere, json.dumps([task]).encode(), "label-studio", name="a", by="ada")
    assert report.added == 2
    assert [problem.split(":")[1].split()[-1] for problem in report.problems] == ["a", "c", "e"]
    resolved = view_record(elsewhere, KNEES.id).resolved
    assert resolved is not None
    assert "placenta" in resolved.values(Field.TISSUE)


def test_a_files_name_tells_its_format() -> None:
    for form, (name, _) in FORMATS.items():
        assert format_of(name.upper()) == form
    with pytest.raises(ConfigError, match="does not tell"):
        format_of("decisions.txt")


def test_label_studio_knows_every_field() -> None:
    root = ElementTree.fromstring(label_studio_setup())
    assert [item.get("value") for item in root.iter("Label")] == [field.value for field in Field]
    assert {item.get("toName") for item in root if item.tag != "Text"} == {"text"}


def test_label_studio_offsets_are_those_of_javascript(team: Workbench) -> None:
    decide_some(team)
    for task in json.loads(export_decisions(team.store, "label-studio")):
        text = task["data"]["text"].encode("utf-16-le")
        for region in task["annotations"][0]["result"]:
            place = region["value"]
            if region["type"] != "labels":
                continue
            assert text[2 * place["start"] : 2 * place["end"]].decode("utf-16-le") == place["text"]


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_files_are_named_and_the_rest_is_done(elsewhere: Store, form: str) -> None:
    good: dict[str, Any] = {
        "uid": "a1", "at": "2026-01-01T00:00:00+00:00", "who": "ada", "record": str(KNEES), "line": "main",
        "field": "tissue", "verdict": "accept", "value": '"adipose"', "new_value": None, "why": "", "undoes": None,
        "evidence": [], "shown": {}, "origin": "",
    }  # fmt: skip
    bad = [{**good, "uid": "b", "value": '"gold"'}, {**good, "uid": "../x"}, {**good, "at": "yesterday"}, [], "x", 7]
    if form == "jsonl":
        lines = [*map(json.dumps, [*bad, good]), "{"]
        report = import_decisions(elsewhere, "\n".join(lines).encode(), form, name="a", by="ada")
        assert (report.added, len(report.problems)) == (1, 7)
        with pytest.raises(UnreadableFile, match="UTF-8"):
            import_decisions(elsewhere, b"\xff\xfe\x00", form, name="a", by="ada")
        return
    for damaged in (b"\xff\xfe\x00", b"", b"{}", b"\x00" * 100):
        if form == "label-studio" and damaged == b"[]":
            continue
        with pytest.raises(UnreadableFile):
            import_decisions(elsewhere, damaged, form, name="a", by="ada")


def test_files_by_the_page(team: Workbench) -> None:
    decide_some(team)
    client = team.logged_in("admin")
    data = client.get("/files/jsonl").content
    client.page("/files")
    form = {"csrf": client.token, "format": "jsonl"}
    answer = client.post("/files", data=form, files={"file": ("a.jsonl", data)})
    assert "0 decisions added, 5 were there already" in answer.text
    assert client.post("/files", data=form, files={"file": ("a.json", b"{")}).status_code == 200
    answer = client.post("/files", data={**form, "format": "csv"}, files={"file": ("a.csv", b"\xff\x00")})
    assert answer.status_code == 422
