// Results: search as you type, store what has come to rest, preview beside the list, count what was seen.
import { watchCards } from "./impressions.js";
import { toast } from "./toast.js";

const RESTS_AFTER_MS = 3000;
const LEAST_CHARACTERS = 3;
const form = document.getElementById("ask");
const box = document.getElementById("situation");
const list = document.getElementById("results");
const pane = document.getElementById("pane");
const split = matchMedia("(min-width: 1280px)");
let rest = 0;
let lingering = 0;

watchCards(list);

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

addEventListener("htmx:before:request", (event) => {
  const context = event.detail.ctx;
  const typed = box.value.trim().length;
  if (context.sourceElement === box && typed < LEAST_CHARACTERS) event.preventDefault();
});

addEventListener("htmx:after:swap", () => {
  watchCards(list);
  const address = list.firstElementChild?.dataset.pageUrl;
  if (address && address !== location.pathname) history.pushState(null, "", address);
});

addEventListener("popstate", () => location.reload());
addEventListener("htmx:error", () => toast(form.dataset.failed));

list.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Beside the list a click looks inside; Enter, which arrives without a pointer, opens.
  if (split.matches && event.detail > 0 && !isDraft()) {
    event.preventDefault();
    preview(link.closest(".hit"));
    return;
  }
  if (isDraft()) {
    // The first open stores the search: the server keeps it and sends the browser on to the asset.
    event.preventDefault();
    openFromDraft(link.closest("[data-asset]").dataset.asset);
  }
});

function openFromDraft(asset) {
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name: "open", value: asset });
  form.append(chosen);
  form.submit();
}

addEventListener("keydown", (event) => {
  if (event.key !== "p" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const row = document.activeElement?.closest(".hit");
  if (row) preview(row);
});

// Five seconds on a row that the rep moved to is an open; an automatic selection never is.
list.addEventListener("row:moved", (event) => {
  clearTimeout(lingering);
  const row = event.target.closest(".hit");
  lingering = setTimeout(() => preview(row), 5000);
});

// Turning pages inside the pane stays inside the pane.
pane.addEventListener("click", (event) => {
  const link = event.target.closest(".viewer-foot a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.getAttribute("href"), { target: pane, swap: "innerHTML" });
});

function preview(row) {
  clearTimeout(lingering);
  const address = row.dataset.preview;
  if (!address || isDraft()) return;
  if (!split.matches) { row.querySelector("a[data-open]").click(); return; }
  for (const other of list.querySelectorAll(".hit[aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  window.htmx.ajax("GET", address, { target: pane, swap: "innerHTML" });
}
