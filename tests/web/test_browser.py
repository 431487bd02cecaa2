"""The workbench in a real browser: a session by keyboard alone, two browsers, hostile texts, accessibility."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import Field
from mscminer.jobs.curate import refresh_queue, view_record
from mscminer.jobs.second_pass import draw_sample
from tests.web.test_texts import HOSTILE
from tests.web.workbench import (
    HEARTS,
    KNEES,
    LUNGS,
    PAPER,
    PASSWORD,
    Workbench,
    add_conflict,
    decisions_of,
    other_extraction,
    registration,
    save,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests are skipped, or fail where CI is set."""
    chromium = shutil.which("chromium")
    if chromium is None:
        message = "Chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        launched = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: a folder named by SCREENSHOTS, to look at them, or a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_page(browser: Browser, workbench: Workbench, path: str, **context: Any) -> Page:
    """A page of a browser of its own that fails the test on any script error or blocked resource."""
    page = browser.new_context(base_url=workbench.url, viewport={"width": 1366, "height": 850}, **context).new_page()
    page.set_default_timeout(15_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.goto(path)
    page.problems = problems  # type: ignore[attr-defined]
    return page


def problems_of(page: Page) -> list[str]:
    """Script errors; a refused decision (409) is logged by the browser and no error of ours."""
    found: list[str] = page.problems  # type: ignore[attr-defined]
    return [text for text in found if "409" not in text]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def decided(page: Page, *keys: str) -> None:
    """Press keys and wait for the answer to the decision that they make."""
    with page.expect_response("**/decide/**") as answer:
        press(page, *keys)
    answer.value.finished()
    # The content security policy forbids what wait_for_function does.
    while page.evaluate("!!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"):
        page.wait_for_timeout(20)


def current(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('.fact.current')?.id ?? ''")
    return found


def test_a_whole_session_by_keyboard_alone(team: Workbench, browser: Browser, shots: Path) -> None:
    page = open_page(browser, team, "/queue")
    page.keyboard.type("curator")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/queue")
    page.screenshot(path=shots / "1-queue.png")
    press(page, "l")
    page.wait_for_url(f"**/records/{KNEES}?focus=msc")
    assert current(page) == "msc-1"
    press(page, "?")
    assert page.locator("#help-overlay").is_visible()
    page.screenshot(path=shots / "2-help.png")
    press(page, "Escape")
    decided(page, "a")
    assert current(page) == "tissue-1"
    press(page, "e")
    assert page.evaluate("document.activeElement.textContent") == "cord"
    page.screenshot(path=shots / "3-evidence.png")
    press(page, "b")
    assert page.evaluate("document.activeElement.id") == "tissue-1"
    press(page, "c")
    page.keyboard.type("whar")
    page.screenshot(path=shots / "4-correct.png")
    decided(page, "Enter")
    assert current(page) == "tissue-2"
    decided(page, "r")
    decided(page, "u")
    assert current(page) == "tissue-2"
    press(page, "m")
    page.keyboard.type("donor CELLS")
    press(page, "Enter")
    assert "Donor cells" in page.locator("#marked-list").inner_text()
    page.screenshot(path=shots / "5-marked.png")
    decided(page, "a")
    assert page.locator("#marked-list li").count() == 0
    assert current(page) == "donor-1"
    decided(page, "a")
    while current(page) != "condition-1":
        press(page, "j")
    press(page, "p")
    page.keyboard.type("gonarthrosis")
    decided(page, "Enter")
    press(page, "o")
    page.keyboard.type("see the sponsor's page")
    decided(page, "Enter")
    while current(page) != "category-1":
        press(page, "j")
    decided(page, "n")
    decided(page, "s")
    page.screenshot(path=shots / "6-decided.png")
    found = [(verdict, value) for _, verdict, value in decisions_of(team.store, KNEES)]
    assert found[:6] == [
        ("accept", '"cells"'),
        ("correct", '"wharton_jelly"'),
        ("reject", '"bone_marrow"'),
        ("undo", "<not stated>"),
        ("accept", '"bone_marrow"'),
        ("not_stated", "<not stated>"),
    ]
    assert [verdict for verdict, _ in found[6:]] == ["accept", "note", "not_stated", "skip"]
    resolved = view_record(team.store, KNEES.id).resolved
    assert resolved is not None
    marrow = next(item for item in resolved.of(Field.TISSUE) if item.value == "bone_marrow")
    assert [item.quote for item in marrow.evidence] == ["Donor cells"]
    press(page, "h")
    page.wait_for_url(f"**/history/{KNEES}")
    page.screenshot(path=shots / "7-history.png")
    press(page, "/")
    page.keyboard.type("lungs")
    press(page, "Enter")
    page.wait_for_url("**/records?q=lungs")
    assert LUNGS.id in page.content()
    assert problems_of(page) == []


def test_two_browsers_on_one_fact(team: Workbench, browser: Browser, shots: Path) -> None:
    pages = []
    for name in ("curator", "second"):
        pages.append(logged_in(browser, team, name, f"/records/{KNEES}"))
    first, second = pages
    decided(first, "a")
    decided(second, "r")
    said = second.locator("#said")
    assert "curator decided “accept”" in said.inner_text()
    assert "was not written" in said.inner_text()
    assert second.locator("#msc-1 .tag").inner_text() == "accepted"
    second.screenshot(path=shots / "8-conflict.png")
    assert [item[:2] for item in decisions_of(team.store, KNEES)] == [("curator", "accept")]
    assert current(second) == "msc-1"
    decided(second, "r")
    assert [item[:2] for item in decisions_of(team.store, KNEES)][1:] == [("second", "reject")]
    assert problems_of(first) == problems_of(second) == []


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_the_focus_is_on_the_next_fact_after_every_verdict(local: Workbench, browser: Browser) -> None:
    page = open_page(browser, local, f"/records/{KNEES}")
    seen = [current(page)]
    for keys in ("a", "n", "n", "n", "s", "r", "a"):
        decided(page, keys)
        assert focused(page) == current(page), keys
        assert current(page) not in seen, "every verdict leads to a fact that is still to be decided"
        assert page.locator(f"#{current(page)}").is_visible()
        assert page.locator(f"#{current(page)} .verdicts").is_visible()
        seen.append(current(page))
    assert seen[1:3] == ["tissue-1", "donor-1"], "both values of the tissue fell"
    assert not {"donor_inferred-1", "phase-1"} & set(seen), "nobody is sent to what needs no decision"
    while page.locator("#said").inner_text() != "all decided: l leads to the next record":
        decided(page, "n")
        assert focused(page) == current(page) != ""
    assert page.locator(".fact[data-open]").count() == 1, "the skipped one"
    decided(page, "u")
    assert focused(page) == current(page) == seen[-1] or page.locator(f"#{current(page)}[data-open]").count() == 1
    assert problems_of(page) == []


def test_a_contradiction_is_settled_by_keyboard(local: Workbench, browser: Browser, shots: Path) -> None:
    add_conflict(local.store)
    page = open_page(browser, local, f"/records/{HEARTS}?focus=donor")
    assert current(page) == "donor-1"
    words = []
    for _ in range(2):
        press(page, "e")
        words.append(page.evaluate("document.activeElement.textContent"))
        press(page, "b")
    assert words == ["healthy donors", "their own"], "of both texts"
    page.screenshot(path=shots / "conflict.png")
    page.locator("details.linked summary").click()
    press(page, "j")
    assert current(page) == "o0-donor-1"
    press(page, "e")
    assert page.evaluate("document.activeElement.textContent") == "their own"
    assert page.locator("details.linked[open]").count() == 1
    page.get_by_role("link", name="their own").last.click()
    assert current(page) == "o0-donor-1"
    decided(page, "t")
    assert [item[1:] for item in decisions_of(local.store, HEARTS)] == [
        ("reject", '"allogeneic"'),
        ("accept", '"autologous"'),
    ]
    assert "exclude" not in page.locator("#field-donor").inner_text()
    assert focused(page) == current(page) != ""
    assert violations(page) == []
    assert problems_of(page) == []


def test_what_cannot_be_marked_is_said(local: Workbench, browser: Browser) -> None:
    page = open_page(browser, local, f"/records/{KNEES}")
    select = """selectors => {
      const [from, to] = selectors.map((selector) => document.querySelector(selector));
      getSelection().setBaseAndExtent(from, 0, to, 1);
    }"""
    for selectors, said in (
        (["details.linked .words", "details.linked .words"], "a linked record's"),
        (['[data-section="title"]', '[data-section="brief_summary"]'], "of one section"),
    ):
        page.evaluate(select, selectors)
        press(page, "m")
        assert said in page.locator("#said").inner_text()
        assert page.locator("#marked-list li").count() == 0
    assert problems_of(page) == []


def test_the_registrys_own_field_is_gone_to_and_a_correction_begins_with_what_stands(
    local: Workbench, browser: Browser, shots: Path
) -> None:
    page = open_page(browser, local, f"/records/{KNEES}?focus=phase")
    press(page, "e")
    assert focused(page) == "registry-fields"
    press(page, "b")
    while current(page) != "dose-1":
        press(page, "j")
    press(page, "c")
    page.keyboard.type("3e6")
    page.screenshot(path=shots / "dose.png")
    decided(page, "Enter")
    view = view_record(local.store, KNEES.id)
    assert view.resolved is not None
    assert view.resolved.values(Field.DOSE) == ({"cells": 3000000, "per_kg": True, "times": None},)
    page.goto(f"/records/{KNEES}?focus=donor")
    press(page, "c")
    page.keyboard.type("allo")
    decided(page, "Enter")
    assert "allogeneic" in page.locator("#field-donor_inferred").inner_text()
    assert focused(page) == current(page) != ""
    assert problems_of(page) == []


def test_words_marked_just_now_can_be_gone_to(local: Workbench, browser: Browser) -> None:
    page = open_page(browser, local, f"/records/{KNEES}")
    press(page, "m")
    page.keyboard.type("injected")
    press(page, "Enter")
    decided(page, "a")
    page.locator("#msc-1 [data-evidence]", has_text="injected").click()
    assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["injected"]
    assert problems_of(page) == []


def test_from_fact_to_words_and_back_and_marking_by_mouse(local: Workbench, browser: Browser) -> None:
    page = open_page(browser, local, f"/records/{KNEES}")
    page.locator("#tissue-2 [data-evidence]").click()
    assert page.evaluate("document.activeElement.textContent") == "marrow"
    page.get_by_role("link", name="cord", exact=True).click()
    assert current(page) == "tissue-1"
    # The emoji before these words is one character, but two units of JavaScript's strings.
    page.evaluate(
        """() => {
          const section = document.querySelector('[data-section="brief_summary"]');
          const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf("people");
            if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + 6); return; }
          }
        }"""
    )
    press(page, "m")
    decided(page, "a")
    view = view_record(local.store, KNEES.id)
    assert [item.quote for item in view.decisions[0].evidence] == ["people"]
    assert problems_of(page) == []


def test_without_scripts_all_works_by_forms(local: Workbench, browser: Browser) -> None:
    page = open_page(browser, local, "/queue", java_script_enabled=False)
    page.get_by_role("link", name="Start with the first").click()
    page.locator("#msc-1").get_by_role("button", name="Accept").click()
    page.locator("#tissue-1 summary").click()
    page.locator("#tissue-1").get_by_label("New value").select_option("adipose")
    page.locator("#tissue-1").get_by_role("button", name="Correct").click()
    assert [item[1] for item in decisions_of(local.store, KNEES)] == ["accept", "correct"]


def test_hostile_records_do_nothing(local: Workbench, browser: Browser, shots: Path) -> None:
    key = RecordKey(source=Source.CTGOV, id="NCT00000666")
    document = registration(key, HOSTILE[0], "\n".join(HOSTILE))
    save(local.store, document, other_extraction(document))
    refresh_queue(local.store)
    page = open_page(browser, local, f"/records/{key}")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.screenshot(path=shots / "9-hostile.png")
    assert page.title() == "NCT00000666 · mscminer"
    assert page.locator("script:not([src])").count() == page.locator(".words img").count() == 0
    text = document.text("brief_summary")
    shown = page.locator('[data-section="brief_summary"]').evaluate("node => [...node.textContent].length")
    assert shown == len(text)
    decided(page, "a")
    assert page.title() == "NCT00000666 · mscminer"
    assert problems_of(page) == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {[node['html'][:160] for node in item['nodes']][:3]}" for item in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(local: Workbench, browser: Browser, scheme: Any, shots: Path) -> None:
    client = local.client()
    client.decide(KNEES, "tissue", "correct", '"umbilical_cord"', new_value="adipose", why="as the arm says")
    client.decide(KNEES, "msc", "reject", '"cells"')
    client.decide(KNEES, "donor", "skip")
    drawn = draw_sample(local.store, "spring", size=1, by="ada")
    page = open_page(browser, local, "/queue", color_scheme=scheme)
    paths = {
        "queue": "/queue", "record": f"/records/{KNEES}", "paper": f"/records/{PAPER}", "records": "/records",
        "history": f"/history/{KNEES}", "samples": "/samples", "sample": f"/samples/{drawn.id}", "files": "/files",
        "counts": "/counts", "help": "/help", "login": "/login", "error": "/nothing",
    }  # fmt: skip
    for name, path in paths.items():
        page.goto(path)
        if name == "record":
            press(page, "c")
        page.screenshot(path=shots / f"{scheme}-{name}.png")
        assert violations(page) == [], name
    page.goto(f"/records/{KNEES}")
    press(page, "?")
    assert violations(page) == []


def logged_in(browser: Browser, workbench: Workbench, name: str, path: str, **context: Any) -> Page:
    """A page of somebody's own browser, after they have logged in."""
    page = open_page(browser, workbench, path, **context)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Enter")
    page.wait_for_url(f"**{path}")
    return page


def test_a_second_pass_by_keyboard_and_its_adjudication(team: Workbench, browser: Browser, shots: Path) -> None:
    first = logged_in(browser, team, "curator", f"/records/{KNEES}?focus=tissue")
    decided(first, "a")
    decided(first, "r")
    drawn = draw_sample(team.store, "spring", size=1, by="adjudicator")
    second = logged_in(browser, team, "second", f"/samples/{drawn.id}")
    second.screenshot(path=shots / "second-begin.png")
    press(second, "l")
    second.wait_for_url(f"**/records/{KNEES}?line=*")
    while current(second) != "tissue-1":
        press(second, "j")
    second.screenshot(path=shots / "second-record.png")
    assert violations(second) == []
    decided(second, "r")
    press(second, "c")
    second.keyboard.type("plac")
    press(second, "Tab", "Tab")
    second.keyboard.type("Donor cells")
    decided(second, "Enter")
    press(second, "q")
    second.wait_for_url(f"**/samples/{drawn.id}")
    assert "1 of 1 records done" in second.locator("main").inner_text()
    judge = logged_in(browser, team, "adjudicator", f"/samples/{drawn.id}", color_scheme="dark")
    sides = judge.locator(".side")
    assert ["umbilical cord" in sides.nth(0).inner_text(), "placenta" in sides.nth(1).inner_text()] == [True, True]
    assert [sides.nth(n).locator("mark").inner_text() for n in (0, 1)] == ["cord", "Donor cells"]
    assert "Brief summary Donor cells from cord, or from marrow" in sides.nth(0).inner_text()
    judge.get_by_text("Neither is right").click()
    judge.screenshot(path=shots / "adjudication.png", full_page=True)
    assert violations(judge) == []
    judge.get_by_label("New value").select_option("amnion")
    judge.get_by_label("Words that say so").fill("from cord")
    judge.get_by_role("button", name="Take this").click()
    judge.get_by_text("Nothing to settle").wait_for()
    judge.get_by_text("Close the second pass").click()
    judge.screenshot(path=shots / "second-close.png", full_page=True)
    judge.get_by_role("button", name="Close it for good").click()
    judge.get_by_text("both passes are open to everybody").wait_for()
    resolved = view_record(team.store, KNEES.id).resolved
    assert resolved is not None
    (amnion,) = resolved.of(Field.TISSUE)
    assert (amnion.value, [item.quote for item in amnion.evidence]) == ("amnion", ["from cord"])
    assert problems_of(first) == problems_of(second) == problems_of(judge) == []


def test_a_tablet_does_not_scroll_sideways(local: Workbench, browser: Browser, shots: Path) -> None:
    add_conflict(local.store)
    page = open_page(browser, local, f"/records/{KNEES}")
    page.set_viewport_size({"width": 820, "height": 1180})
    paths = {
        "record": f"/records/{KNEES}", "queue": "/queue", "counts": "/counts", "records": "/records", "files": "/files",
        "conflict": f"/records/{HEARTS}?focus=donor", "history": "/history", "samples": "/samples", "login": "/login",
    }  # fmt: skip
    for name, path in paths.items():
        page.goto(path)
        page.screenshot(path=shots / f"tablet-{name}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
