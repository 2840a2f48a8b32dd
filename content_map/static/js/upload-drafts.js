// The list of drafts keeps up with the worker while one of them is being read.

const EVERY_MS = 5000;
const rows = (list) => new Map([...list.querySelectorAll("li")].map((row) => [row.querySelector("a").href, row]));

async function look() {
  const list = document.querySelector("[data-being-read]");
  if (!list) return;
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-drafts]");
    if (answer.ok && fresh) take(list, fresh);
  } catch { /* away for a moment: the next look tells */ }
  setTimeout(look, EVERY_MS);
}

function take(list, fresh) {
  const news = rows(fresh);
  for (const [address, row] of rows(list)) {
    const now = news.get(address);
    if (!now || now.innerHTML === row.innerHTML) continue;
    const had = row.contains(document.activeElement);
    row.innerHTML = now.innerHTML;
    if (had) row.querySelector("a").focus();
  }
  list.toggleAttribute("data-being-read", fresh.hasAttribute("data-being-read"));
}

setTimeout(look, EVERY_MS);
