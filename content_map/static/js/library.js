// The library for marketers: a selection, and what is done to all of it.
import { watchCards } from "./impressions.js";

const form = document.querySelector("[data-bulk]");
watchCards(document);
if (form) begin(form, form.querySelector(".bulk"));

function begin(form, bar) {
  const boxes = () => [...form.querySelectorAll("[data-rows] .pick-row")];
  const all = form.querySelector("[data-select-all]");
  const said = bar.querySelector("[data-count]");
  let last = null;

  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-rows] .pick-row");
    if (!box) return;
    if (event.shiftKey && last) selectBetween(boxes(), last, box);
    last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    show();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    for (const box of [...boxes(), all]) box.checked = false;
    show();
  });
  show();

  function show() {
    const n = boxes().filter((box) => box.checked).length;
    bar.classList.toggle("on", n > 0);
    said.textContent = n === 1 ? said.dataset.one : said.dataset.many.replace("{n}", n);
    all.indeterminate = n > 0 && n < boxes().length;
  }
}

function selectBetween(boxes, first, second) {
  const [from, to] = [boxes.indexOf(first), boxes.indexOf(second)].sort((a, b) => a - b);
  for (const box of boxes.slice(from, to + 1)) box.checked = second.checked;
}
