// The library for marketers: a selection, and what is done to all of it.
import { openDialog } from "./bulk_dialog.js";
import { watchCards } from "./impressions.js";
import { toast } from "./saying.js";

const form = document.querySelector("[data-bulk]");
watchCards(document);
offerUndo();
if (form) begin(form, form.querySelector(".bulk"));

function begin(form, bar) {
  const boxes = () => [...form.querySelectorAll("[data-rows] .pick-row")];
  const page = form.querySelector("[data-select-all]");
  const matching = bar.querySelector("[data-all-matching] input");
  const said = bar.querySelector("[data-count]");
  let last = null;

  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-rows] .pick-row");
    if (!box) return;
    if (event.shiftKey && last) selectBetween(boxes(), last, box);
    last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target === page) for (const box of boxes()) box.checked = page.checked;
    // All that match means the whole page too; whoever takes one row out means the others alone.
    if (event.target === matching && matching.checked) for (const box of boxes()) box.checked = true;
    if (event.target !== matching && matching && !boxes().every((box) => box.checked)) matching.checked = false;
    show();
  });
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-opens-dialog]")) return;
    event.preventDefault();
    openDialog(form, event.submitter);
  });
  // On a phone the table has no head, and so no box for the whole page.
  bar.querySelector("[data-select-page]").addEventListener("click", () => page.click());
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    for (const box of [...boxes(), page, matching]) if (box) box.checked = false;
    show();
  });
  addEventListener("pageshow", show);
  show();

  function show() {
    const n = boxes().filter((box) => box.checked).length;
    const whole = n > 0 && n === boxes().length;
    bar.classList.toggle("on", n > 0);
    page.checked = whole;
    page.indeterminate = n > 0 && !whole;
    if (matching) matching.closest("label").hidden = !whole;
    if (matching?.checked && whole) said.textContent = said.dataset.all;
    else said.textContent = n === 1 ? said.dataset.one : said.dataset.many.replace("{n}", n);
  }
}

function selectBetween(boxes, first, second) {
  const [from, to] = [boxes.indexOf(first), boxes.indexOf(second)].sort((a, b) => a - b);
  for (const box of boxes.slice(from, to + 1)) box.checked = second.checked;
}

// What was just done is said where its undo is; the button stays for the ten minutes.
function offerUndo() {
  const undo = document.getElementById("undo");
  const done = document.querySelector(".flash .alert-ok");
  if (location.hash !== "#undo" || !undo || !done) return;
  history.replaceState(null, "", location.pathname + location.search);
  const button = undo.querySelector("button");
  toast(done.textContent.trim(), { label: button.dataset.short, run: () => undo.requestSubmit(button) });
  done.closest(".flash").remove();
}
