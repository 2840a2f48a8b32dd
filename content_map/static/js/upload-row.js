// One file of the list: its name, how far it is, and what can be done about it.
const MEGABYTE = 1_000_000;
const form = document.querySelector("[data-upload]");
export const words = JSON.parse(form.dataset.words);
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function makeRow(name, size) {
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const item = document.createElement("li");
  const progress = Object.assign(document.createElement("progress"), { hidden: true, max: 1, value: 0 });
  progress.setAttribute("aria-label", name);
  const state = make("span", "state", words.waiting);
  const acts = make("span", "acts state");
  const icon = form.querySelector("svg").cloneNode(true);
  icon.setAttribute("class", "i");
  item.append(icon, make("span", "name", name), make("span", "tiny subtle", written(size)), progress, state, acts);
  return { item, progress, state, acts, name };
}

// `acts` are [label, function or address]; a row without a tone is on its way.
export function show(row, sentence, tone = "", acts = []) {
  row.state.textContent = sentence;
  row.state.className = tone ? `state state-${tone}` : "state";
  row.progress.hidden = tone === "ok" || !row.progress.value;
  row.acts.replaceChildren(...acts.map(([label, what]) => act(row, label, what)));
  row.acts.hidden = !acts.length;
}

export function showProgress(row, sent, size, perSecond) {
  row.progress.hidden = false;
  row.progress.value = size ? sent / size : 0;
  if (sent >= size) { row.state.textContent = words.finishing; return; }
  const rounded = (bytes) => (bytes / MEGABYTE).toFixed(1);
  const values = { percent: Math.floor((100 * sent) / size), done: rounded(sent), total: rounded(size) };
  row.state.textContent = fill(...left(values, perSecond ? (size - sent) / perSecond : 0));
}

function left(values, seconds) {
  if (!seconds) return [words.moving, values];
  if (seconds < 60) return [words.moving_seconds, { ...values, n: Math.ceil(seconds) }];
  if (seconds < 5400) return [words.moving_minutes, { ...values, n: Math.ceil(seconds / 60) }];
  return [words.moving_hours, { ...values, n: Math.ceil(seconds / 3600) }];
}

function act(row, label, what) {
  const isLink = typeof what === "string";
  const made = Object.assign(document.createElement(isLink ? "a" : "button"), { className: "btn btn-small", textContent: label });
  made.setAttribute("aria-label", `${label}: ${row.name}`);
  if (isLink) made.href = what;
  else { made.type = "button"; made.addEventListener("click", what); }
  return made;
}

function written(bytes) {
  if (bytes < MEGABYTE) return `${Math.ceil(bytes / 1000)} kB`;
  if (bytes < 1000 * MEGABYTE) return `${(bytes / MEGABYTE).toFixed(1)} MB`;
  return `${(bytes / MEGABYTE / 1000).toFixed(2)} GB`;
}
