// One sentence at the bottom, perhaps with acts; a new one replaces the old.
const STAYS_MS = 8000;
let shown = null;

export function toast(sentence, act = null) {
  shown?.remove();
  // The server may have made the whole of it, with links and forms as its acts.
  const made = sentence.matches?.(".toast") && sentence;
  const box = made || document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  const button = box.querySelector("button");
  if (!made) box.querySelector("span").textContent = sentence.textContent?.trim() ?? sentence;
  if (act) {
    button.textContent = act.label;
    button.hidden = false;
    button.dataset.undo = "";
    button.addEventListener("click", () => { box.remove(); act.run(); });
  }
  // The live region has to be there before its words are, or screen readers stay silent.
  document.body.append(box);
  shown = box;
  leaveLater(box);
}

function leaveLater(box) {
  let timer = setTimeout(() => box.remove(), STAYS_MS);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => box.remove(), STAYS_MS); };
  for (const name of ["mouseenter", "focusin"]) box.addEventListener(name, hold);
  for (const name of ["mouseleave", "focusout"]) box.addEventListener(name, release);
}
