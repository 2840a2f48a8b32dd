// An impression is a card at least half visible for one second. Cards say what they are by data attributes.
const VISIBLE_FOR_MS = 1000;
const BATCH_AFTER_MS = 2500;
const MOST_AT_ONCE = 100;
const address = "/usage/impressions";
const waiting = new Map();
const seen = new Set();
let queue = [];
let timer = 0;

const observer = new IntersectionObserver(onSeen, { threshold: 0.5 });

export function watchCards(root) {
  for (const card of root.querySelectorAll("[data-asset][data-rank]")) observer.observe(card);
}

function onSeen(entries) {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(waiting.get(target));
    if (isIntersecting) waiting.set(target, setTimeout(() => record(target), VISIBLE_FOR_MS));
  }
}

function record(card) {
  const list = card.closest("[data-search]");
  // What is asked while typing is a draft: answered, never counted.
  if (!card.isConnected || (list && list.dataset.draft === "true")) return;
  // What stands beside the hits was not served by the search.
  const search = card.dataset.surface ? "" : list?.dataset.search ?? "";
  const key = `${search} ${card.dataset.asset}`;
  if (seen.has(key)) return;
  seen.add(key);
  observer.unobserve(card);
  queue.push({
    id: crypto.randomUUID(),
    asset: card.dataset.asset,
    surface: card.dataset.surface ?? "search",
    rank: Number(card.dataset.rank),
    search: search || null,
    occurred_at: new Date().toISOString(),
  });
  clearTimeout(timer);
  if (queue.length >= MOST_AT_ONCE) send();
  else timer = setTimeout(send, BATCH_AFTER_MS);
}

function send() {
  if (!queue.length) return;
  const form = new FormData();
  form.set("_csrf", document.body.dataset.csrf);
  form.set("events", JSON.stringify(queue.slice(0, MOST_AT_ONCE)));
  // A beacon survives the page; it cannot carry a header, so the token travels in the form.
  // Where the browser has too many under way already, these wait for the next one.
  if (!navigator.sendBeacon(address, form)) return;
  queue = queue.slice(MOST_AT_ONCE);
  send();
}

addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
addEventListener("pagehide", send);
