// Sentences: what people say of an asset is sent without leaving the page, and waits in this browser without a
// connection; what the page says back appears at its foot.
const STAYS_MS = 8000;
let shown = null;

const page = document.body.dataset;
const bar = document.getElementById("kept");
const place = `kept ${page.me}`;
const kept = () => JSON.parse(localStorage[place] ?? "{}");

if (bar) {
  addEventListener("online", sendKept);
  addEventListener("offline", tell);
  sendKept();
}

export async function openSheet(link) {
  await ask(link.href).catch(() => toast(bar.textContent));
}

export async function say(form, button) {
  const said = new FormData(form, button);
  const ids = said.getAll("event");
  form.closest("dialog")?.close();
  button.ariaPressed = "true";
  try {
    if (await ask(form.action, said)) settle(form, ids);
    else button.ariaPressed = "false";
  } catch {
    said.set("occurred_at", new Date().toISOString());
    // Pressed twice it has the same id: it waits, and counts, once.
    keep({ ...kept(), [ids[0]]: [form.action, [...said]] });
  }
}

function settle(form, ids) {
  const asked = form.closest("[data-asked]");
  if (asked) asked.hidden = true;
  if (!form.matches("[data-undo]")) return;
  for (const field of ids.flatMap((id) => [...document.querySelectorAll(`[name="event"][value="${id}"]`)])) {
    field.value = crypto.randomUUID();
    field.form.closest("[data-asked]")?.removeAttribute("hidden");
    for (const button of field.form.querySelectorAll("[aria-pressed]")) button.ariaPressed = "false";
  }
}

// Anything but an answer about the thing itself means that it has not arrived.
async function ask(address, said) {
  const headers = { "HX-Request": "true", "X-CSRF-Token": page.csrf };
  const answer = await fetch(address, { headers, ...(said && { method: "POST", body: new URLSearchParams(said) }) });
  if (answer.status === 401 || answer.status >= 500) throw answer;
  const found = Object.assign(document.createElement("template"), { innerHTML: await answer.text() }).content.firstElementChild;
  if (!found.matches("dialog")) toast(found);
  else {
    document.body.append(found);
    found.addEventListener("close", () => found.remove());
    found.showModal();
  }
  if (found.dataset.go) location.assign(found.dataset.go);
  return answer.ok;
}

async function sendKept() {
  for (const [id, [address, said]] of Object.entries(kept())) {
    try { await ask(address, said); } catch { break; }
    const rest = kept();
    delete rest[id];
    keep(rest);
  }
  tell();
}

function keep(all) {
  localStorage[place] = JSON.stringify(all);
  tell();
}

function tell() {
  bar.hidden = navigator.onLine && !Object.keys(kept()).length;
}

// One sentence at a time, perhaps with acts; a new one replaces the old.
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
