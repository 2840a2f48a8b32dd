// The keyboard map of the whole product. Pages say what a key does by `data-key`; this file only finds it.
const PLACES = { f: 0, l: 1, r: 2, i: 3 };
const G_WAITS_MS = 1200;
let waitingForPlace = 0;

export function listenToKeys() {
  if (document.body.dataset.singleKeys !== "off") addEventListener("keydown", onKey);
  addEventListener("keydown", onAlways);
}

function onAlways(event) {
  const field = event.target;
  if (event.key === "Escape" && field.matches("input, textarea, select")) field.blur();
  // Enter in a sentence box searches at once; Shift+Enter makes a new line.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && field.matches("textarea[data-search-box]")) {
    event.preventDefault();
    field.form.requestSubmit();
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog[open]")) return;
  if (act(event)) event.preventDefault();
}

function act(event) {
  const key = event.key;
  if (Date.now() < waitingForPlace) {
    waitingForPlace = 0;
    const place = document.querySelectorAll(".tabbar a")[PLACES[key]];
    if (place) { location.href = place.href; return true; }
  }
  switch (key) {
    case "/": return focus("[data-search-box]");
    case "g": waitingForPlace = Date.now() + G_WAITS_MS; return true;
    case "?": document.getElementById("keys-sheet")?.showModal(); return true;
    case "j": return step(1, event.shiftKey);
    case "J": return step(1, true);
    case "k": return step(-1, event.shiftKey);
    case "x": return toggleRow();
    case "n": return stepMatch(1);
    case "b": return stepMatch(-1);
    case "1": case "2": case "3": case "4": case "5": return choose(Number(key));
    default: return press(`[data-key="${CSS.escape(key)}"]`);
  }
}

function rows() {
  return [...document.querySelectorAll("[data-hits] [data-asset] a[data-open], [data-rows] [data-asset] a[data-open]")];
}

function step(by, selecting) {
  const links = rows();
  if (!links.length) return false;
  const at = links.findIndex((link) => link.closest("[data-asset]").contains(document.activeElement));
  const next = links[Math.min(links.length - 1, Math.max(0, at + by))] ?? links[0];
  next.focus({ preventScroll: true });
  next.closest("[data-asset]").scrollIntoView({ block: "nearest" });
  if (selecting) tick(next.closest("[data-asset]"), true);
  next.dispatchEvent(new CustomEvent("row:moved", { bubbles: true }));
  return true;
}

function toggleRow() {
  const row = document.activeElement?.closest("[data-asset]");
  const box = row?.querySelector(".pick-row");
  if (!box) return false;
  tick(row, !box.checked);
  return true;
}

function tick(row, checked) {
  const box = row.querySelector(".pick-row");
  if (!box) return;
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function choose(number) {
  const radios = document.querySelectorAll('[data-keys="conversation"] input[type=radio]');
  if (radios.length) { radios[number - 1]?.click(); radios[number - 1]?.focus(); return true; }
  return press(`.bulk.on [data-key="${number}"]`);
}

function stepMatch(by) {
  const links = [...document.querySelectorAll("[data-match]")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  const next = links[at + by];
  next?.click();
  return Boolean(next);
}

function focus(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function press(selector) {
  // What a key does to one row of many, it does to the one that has the focus.
  const row = document.activeElement.closest("[data-asset]");
  const found = row?.querySelector(selector.replace("data-key", "data-row-key")) ?? document.querySelector(selector);
  if (!found) return false;
  found.focus();
  if (found.matches("a, button")) found.click();
  return true;
}
