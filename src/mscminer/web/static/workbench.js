"use strict";
/* Keys, going between facts and their words, marking words.  Everything else works without this file. */
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const marked = [];
  let current = null, evidenceTurn = 0;
  let latest = null, moved = true; // the field decided last, and whether the curator went elsewhere since

  const facts = () => all("[data-fact]");
  const factById = (id) => document.getElementById(id);

  function choose(fact, { focus = true } = {}) {
    if (!fact) return;
    all(".fact.current").forEach((other) => other.classList.remove("current"));
    fact.classList.add("current");
    if (current !== fact.id) evidenceTurn = 0;
    current = fact.id;
    if (focus) { fact.focus({ preventScroll: true }); fact.scrollIntoView({ block: "nearest" }); }
    all("a.mark.here").forEach((mark) => mark.classList.remove("here"));
    const marks = marksOf(fact.id);
    marks.forEach((mark) => mark.classList.add("here"));
    if (marks.length && focus) marks[0].scrollIntoView({ block: "center" });
  }
  const currentFact = () => (current && factById(current)) || facts()[0] || null;
  const marksOf = (id) => all("a.mark").filter((mark) => mark.dataset.facts.split(" ").includes(id));

  function step(by) {
    const list = facts(), from = current && factById(current);
    if (!list.length) return;
    moved = true;
    const at = list.indexOf(from);
    if (at >= 0) return choose(list[Math.min(Math.max(at + by, 0), list.length - 1)]);
    // What a linked record says is no step of its own: go on from where it stands.
    const after = from ? list.findIndex((fact) => from.compareDocumentPosition(fact) & Node.DOCUMENT_POSITION_FOLLOWING) : 0;
    choose(by > 0 ? list[after] || list.at(-1) : list[(after < 0 ? list.length : after) - 1] || list[0]);
  }

  /* The control of an action for the current fact: its own, else its field's. */
  function control(key) {
    const fact = currentFact();
    if (!fact) return null;
    const block = fact.closest(".block");
    return one(`[data-act="${key}"]`, fact) || one(`.whole [data-act="${key}"], .said [data-act="${key}"]`, block);
  }

  /* Right after a decision the next fact is current, but what one wants to undo is that decision. */
  const undoControl = () => (!moved && latest && one(`#${latest} .whole [data-act="u"]`)) || control("u");

  function act(key) {
    const found = key === "u" ? undoControl() : control(key);
    if (!found) return say(`${key} does nothing here`);
    if (found.tagName === "SUMMARY") {
      const details = found.parentElement;
      details.open = true;
      const first = one("[data-first]", details);
      if (first) { first.focus({ preventScroll: true }); first.select?.(); }
      bringIntoView(details);
    } else found.click();
  }

  /* An open form may need more room than there is below: its field goes to the top then. */
  function bringIntoView(details) {
    const field = details.closest(".block"), room = field.parentElement.getBoundingClientRect();
    const box = field.getBoundingClientRect();
    if (box.bottom > room.bottom || box.top < room.top) field.scrollIntoView({ block: box.height > room.height ? "start" : "nearest" });
  }

  /* All the words of a fact: its own, then those of linked records on the same field. */
  function evidenceOf(fact) {
    const own = all("[data-evidence]", fact);
    return fact.dataset.said ? own : [...own, ...all(".said [data-evidence]", fact.closest(".block"))];
  }

  function toEvidence() {
    const fact = currentFact();
    if (!fact) return;
    const links = evidenceOf(fact);
    if (!links.length) return say("no words in the text");
    const link = links[evidenceTurn++ % links.length];
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return toPlace(link.dataset.place);
    const details = target.closest("details");
    if (details) details.open = true;
    (target.closest("a.mark") || target).focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }

  /* Words that were marked after the text was shown have no highlight of their own yet. */
  function toPlace(place) {
    const [name, start, end] = (place || "").match(/^(.*):(\d+):(\d+)$/)?.slice(1) ?? [];
    const section = all("[data-section]").find((item) => item.dataset.section === name);
    if (!section) return say("these words are not shown");
    const chars = [...section.textContent], before = chars.slice(0, +start).join("").length;
    const range = rangeOf(section, before, chars.slice(+start, +end).join("").length);
    if (globalThis.Highlight && CSS.highlights) CSS.highlights.set("found", new Highlight(range));
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  }

  function toFact(mark) {
    const ids = mark.dataset.facts.split(" ");
    const fact = factById(ids[(ids.indexOf(current) + 1) % ids.length] || ids[0]);
    if (!fact) return;
    choose(fact);
  }

  function say(text, problem = false) {
    const place = one("#said");
    place.textContent = text;
    place.classList.toggle("problem", problem);
  }

  function overlay() {
    const dialog = one("#help-overlay");
    if (!dialog) return;
    if (dialog.open) dialog.close(); else dialog.showModal();
  }

  /* Marked words.  Offsets count code points of the section's text, JavaScript counts UTF-16 units. */
  const points = (text) => [...text].length;

  function place(node, offset) {
    const section = (node.nodeType === 1 ? node : node.parentElement).closest("[data-section]");
    if (!section) return null;
    const range = document.createRange();
    range.selectNodeContents(section);
    range.setEnd(node, offset);
    return { section, at: points(range.toString()) };
  }

  function markSelection() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return false;
    const range = selection.getRangeAt(0);
    const from = place(range.startContainer, range.startOffset), to = place(range.endContainer, range.endOffset);
    const elsewhere = range.commonAncestorContainer;
    if ((elsewhere.nodeType === 1 ? elsewhere : elsewhere.parentElement).closest(".linked")) return refuse("these words are a linked record's: mark them on its own page");
    if (!from || !to) return false;
    if (from.section !== to.section) return refuse("words of one section can be marked, not of several at once");
    if (to.at <= from.at) return false;
    add(from.section.dataset.section, from.at, to.at, range.toString(), range.cloneRange());
    selection.removeAllRanges();
    return true;
  }

  const refuse = (text) => { say(text, true); return true; };

  function markWords(words) {
    const pattern = words.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
    if (!pattern) return;
    for (const section of all("[data-section]")) {
      const text = section.textContent, match = new RegExp(pattern, "iu").exec(text);
      if (match) {
        const start = points(text.slice(0, match.index));
        add(section.dataset.section, start, start + points(match[0]), match[0], rangeOf(section, match.index, match[0].length));
        return;
      }
    }
    say("these words are not in the text", true);
  }

  function rangeOf(section, start, length) {
    const range = document.createRange(), walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    let seen = 0, begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const size = node.data.length;
      if (!begun && start < seen + size) { range.setStart(node, start - seen); begun = true; }
      if (begun && start + length <= seen + size) { range.setEnd(node, start + length - seen); break; }
      seen += size;
    }
    return range;
  }

  function add(section, start, end, text, range) {
    marked.push({ span: `${section}:${start}:${end}`, text, range });
    show();
    say(`marked: ${text.slice(0, 80)}`);
  }

  function show() {
    const list = one("#marked-list");
    if (!list) return;
    list.replaceChildren(...marked.map((item, number) => {
      const entry = document.createElement("li"), button = document.createElement("button");
      entry.textContent = item.text.slice(0, 80);
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", `Unmark ${item.text.slice(0, 40)}`);
      button.addEventListener("click", () => { marked.splice(number, 1); show(); });
      entry.append(button);
      return entry;
    }));
    if (globalThis.Highlight && CSS.highlights) CSS.highlights.set("marked", new Highlight(...marked.map((item) => item.range)));
  }

  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
  const keysOn = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };

  const actions = {
    j: () => step(1), k: () => step(-1), ArrowDown: null, e: toEvidence,
    b: () => choose(currentFact()),
    m: () => { if (!markSelection()) one("#mark-words")?.focus(); },
    "?": overlay,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    if (event.key === "Escape" && typing(target)) {
      const details = target.closest("details.correct");
      if (details) details.open = false;
      choose(currentFact());
      return;
    }
    if (event.key === "Enter" && target.tagName === "SELECT" && target.form?.classList.contains("entry")) {
      event.preventDefault();
      one("button[name=verdict]", target.form)?.click();
      return;
    }
    if (typing(target) || !keysOn() || one("dialog[open]")) return;
    const link = all("[data-key]").find((item) => item.dataset.key === event.key);
    if (actions[event.key]) actions[event.key]();
    else if (link) { if (link.tagName === "INPUT") link.focus(); else link.click(); }
    else if ("acrnpsout".includes(event.key) && facts().length) act(event.key);
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("a.mark"), link = event.target.closest("[data-evidence]");
    if (mark || link || event.target.closest("[data-fact]")) moved = true;
    if (mark && getSelection().isCollapsed) { event.preventDefault(); toFact(mark); }
    else if (mark) event.preventDefault();
    else if (link) { event.preventDefault(); choose(link.closest(".fact"), { focus: false }); evidenceTurn = evidenceOf(link.closest(".fact")).indexOf(link); toEvidence(); }
    else if (event.target.closest("[data-help]")) { event.preventDefault(); overlay(); }
    else chooseAt(event.target);
  });
  /* While a button of the mouse is down nothing may move, or the click would hit something else. */
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const name of ["click", "pointercancel", "keydown"]) document.addEventListener(name, () => { pressed = false; }, true);
  const chooseAt = (target) => {
    const fact = target.closest(".fact");
    if (fact && fact.id !== current) choose(fact, { focus: false });
  };
  document.addEventListener("focusin", (event) => { if (!pressed) chooseAt(event.target); });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "mark-form") return;
    event.preventDefault();
    const input = one("#mark-words");
    markWords(input.value);
    input.value = "";
    choose(currentFact());
  });

  document.addEventListener("htmx:configRequest", (event) => {
    for (const item of marked) event.detail.formData.append("span", item.span);
  });
  let before = null;
  document.addEventListener("htmx:beforeSwap", () => { before = facts().map((fact) => fact.id).indexOf(current); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) { marked.length = 0; show(); }
    else if (!event.detail.xhr?.status) say("the workbench does not answer; nothing was written", true);
    else if (![409, 422].includes(event.detail.xhr.status)) say(`not done (${event.detail.xhr.status}): load the page again`, true);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    // One answer settles several elements: the field counts, the message does not.
    if (!event.target.classList?.contains("block") || "follows" in event.target.dataset) return;
    const list = facts(), verdict = event.detail.requestConfig?.parameters?.verdict, at = Math.max(before ?? 0, 0);
    const stay = !event.detail.successful && event.detail.xhr?.status >= 400;
    if (stay || ["note", "add"].includes(verdict)) return choose(factById(current) || list[at]);
    if (verdict === "undo") { moved = true; return choose(one("[data-open]", event.target) || factById(current) || list[at]); }
    latest = event.target.id;
    moved = false;
    const waiting = list.filter((fact) => "open" in fact.dataset && !fact.closest(".block").querySelector(".heading .tag.skipped"));
    const next = waiting.find((fact) => list.indexOf(fact) >= at && fact.id !== current) || waiting[0];
    choose(next || factById(current) || list[Math.min(at, list.length - 1)]);
    if (!next) say("all decided: l leads to the next record");
  });

  document.documentElement.classList.add("js");
  const box = one("#keys-on");
  if (box) {
    box.checked = keysOn();
    box.addEventListener("change", () => { try { localStorage.setItem("keys", box.checked ? "on" : "off"); } catch { /* private mode */ } });
  }
  const sides = one(".sides");
  if (sides && facts().length) {
    const wanted = sides.dataset.focus && one(`#field-${sides.dataset.focus} [data-fact]`);
    const hash = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    choose(hash?.closest("[data-fact]") || (hash && one("[data-fact]", hash)) || wanted || one("[data-fact][data-open]") || facts()[0]);
  }
})();
