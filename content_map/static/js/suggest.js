// Words to go on with below the sentence box: the server writes the list, this file moves through it.
const WAITS_MS = 120;
const box = document.getElementById("situation");
const list = document.getElementById("suggested");
let timer = 0;
let asked = 0;

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAITS_MS);
});
box.addEventListener("blur", close);
box.addEventListener("keydown", onKey);
// The focus stays in the box, also under a finger.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => choose(event.target.closest("li")));
addEventListener("click", (event) => event.target.closest("[data-unchoose]")?.parentElement.remove());

async function ask() {
  const mine = ++asked;
  const { value } = box;
  const begun = box.selectionEnd === value.length && /[\p{L}\p{N}]{2}$/u.test(value);
  const answer = begun && await fetch("/find/suggest", { method: "POST", body: new FormData(box.form) }).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  // A later question, or leaving the box, makes this answer a stale one.
  if (mine !== asked) return;
  list.innerHTML = html;
  list.hidden = !list.children.length;
  document.getElementById("suggested-said").textContent = list.firstElementChild?.dataset.said ?? "";
  point();
}

function close() {
  clearTimeout(timer);
  asked += 1;
  list.hidden = true;
  point();
}

function point(option) {
  for (const each of list.children) each.ariaSelected = String(each === option);
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function onKey(event) {
  if (list.hidden || event.isComposing) return;
  const options = [...list.children];
  const at = options.findIndex((each) => each.ariaSelected === "true");
  switch (event.key) {
    case "ArrowDown": point(options[at + 1]); break;
    case "ArrowUp": point(options[at < 0 ? options.length - 1 : at - 1]); break;
    case "Escape": close(); break;
    case "Enter":
      if (at >= 0 && !event.shiftKey) { choose(options[at]); break; }
      // Nothing is chosen: Enter searches.
      close();
      return;
    default: return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function choose(option) {
  if (!option) return;
  close();
  const { url, sentence } = option.dataset;
  if (url) { location.assign(url); return; }
  box.value = sentence;
  const chip = option.querySelector("template");
  if (chip) document.querySelector(".chips").append(chip.content);
  // On the results the list is made anew, and with it the chips.
  if (document.getElementById("results")) box.form.requestSubmit();
}
