// Results: search as you type, store what has come to rest, preview beside the list, count what was seen.
import { watchCards } from "./impressions.js";

const RESTS_AFTER_MS = 3000;
const LEAST_CHARACTERS = 3;
const form = document.getElementById("ask");
const box = document.getElementById("situation");
const list = document.getElementById("results");
const pane = document.getElementById("pane");
const failed = document.getElementById("failed");
const split = matchMedia("(min-width: 1280px)");
const adder = () => document.getElementById("adder");
let rest = 0;
let lingering = 0;

watchCards(list);

// Suggestions are for those who write on: fetched with the first touch of the box.
box.addEventListener("focus", () => import("./suggest.js"), { once: true });

box.addEventListener("input", () => {
  clearTimeout(rest);
  rest = setTimeout(settle, RESTS_AFTER_MS);
});

function settle() {
  if (isDraft() && box.value.trim().length >= LEAST_CHARACTERS) form.dispatchEvent(new Event("settled"));
}

function isDraft() {
  return list.firstElementChild?.dataset.draft === "true";
}

form.addEventListener("change", (event) => {
  if (event.target.name === "prefer") form.requestSubmit();
});

addEventListener("htmx:before:request", (event) => {
  const context = event.detail.ctx;
  const typed = box.value.trim().length;
  if (context.sourceElement === box && typed < LEAST_CHARACTERS) event.preventDefault();
  else if (context.target === list) list.ariaBusy = "true";
});

// What was found stays where it is when an answer fails; a sentence says what happened.
addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status < 400) return;
  event.preventDefault();
  complain(response.status < 500 ? text : "");
});
addEventListener("htmx:error", () => complain(""));
addEventListener("htmx:finally:request", () => { list.ariaBusy = null; });
addEventListener("online", () => { if (!failed.hidden) form.requestSubmit(); });

function complain(html) {
  const said = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  failed.querySelector("div").textContent = said || (navigator.onLine ? failed.dataset.down : failed.dataset.offline);
  failed.hidden = false;
}

addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target === pane) return arrive();
  failed.hidden = true;
  watchCards(list);
  const { pageUrl, prefer, draft } = list.firstElementChild?.dataset ?? {};
  if (pageUrl && pageUrl !== location.pathname) history.pushState(null, "", pageUrl);
  if (prefer !== undefined && draft === "false") form.elements.prefer.value = prefer;
  // The button that was pressed may be gone with the chip it stood on.
  if (document.activeElement === document.body) (list.querySelector("[popovertarget]") ?? box).focus();
});

addEventListener("popstate", () => location.reload());

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-say")) box.value = button.value;
  if (button && adder()?.contains(button)) adder().hidePopover();
  const link = event.target.closest("a[data-open], a[data-look]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = link.closest(".hit");
  // Beside the list a click looks inside; Enter on a title, which arrives without a pointer, opens.
  if (split.matches && (event.detail > 0 || link.matches("[data-look]")) && !isDraft()) {
    event.preventDefault();
    preview(row);
    return;
  }
  if (isDraft()) {
    // The first open stores the search: the server keeps it and sends the browser on to the asset.
    event.preventDefault();
    openFromDraft(row.dataset.asset);
  }
});

function openFromDraft(asset) {
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name: "open", value: asset });
  form.append(chosen);
  form.submit();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("[data-narrow]")) return narrowed(event);
  if (event.target.matches("input, textarea, select")) return;
  if (event.key === "Escape" && pane.contains(event.target)) list.querySelector(".hit[aria-current] a[data-open]")?.focus();
  if (event.key !== "p") return;
  const row = document.activeElement?.closest(".hit");
  // Once it is there, the same key goes over to it, and Escape comes back.
  if (row?.ariaCurrent) pane.focus();
  else if (row) preview(row);
});

// Five seconds on a row that the rep moved to is an open; an automatic selection never is.
list.addEventListener("row:moved", (event) => {
  clearTimeout(lingering);
  const row = event.target.closest(".hit");
  if (split.matches) lingering = setTimeout(() => preview(row), 5000);
});

// Turning pages inside the pane stays inside the pane.
pane.addEventListener("click", (event) => {
  const link = event.target.closest(".viewer-foot a, .jumps a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.getAttribute("href"), { target: pane, swap: "innerMorph" });
});

function preview(row) {
  clearTimeout(lingering);
  const address = row.dataset.preview;
  if (!address || isDraft()) return;
  if (!split.matches) { row.querySelector("a[data-open]").click(); return; }
  for (const other of list.querySelectorAll(".hit[aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  pane.scrollTop = 0;
  window.htmx.ajax("GET", address, { target: pane, swap: "innerHTML" });
}

function arrive() {
  document.getElementById("shown").textContent = pane.querySelector("[data-said]").dataset.said;
}

list.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrow]")) narrow(event.target.value);
});

// Words begin alike: “ger” is no manager, and “market” is in Mid-market.
const spaced = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()}`;

function narrow(words) {
  for (const each of adder().querySelectorAll(".add")) each.hidden = !spaced(each.textContent).includes(spaced(words));
  for (const each of adder().querySelectorAll("section")) each.hidden = !each.querySelector(".add:not([hidden])");
  adder().querySelector("[data-none]").hidden = Boolean(adder().querySelector(".add:not([hidden])"));
}

function narrowed(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  adder().querySelector(".add:not([hidden])")?.click();
}
