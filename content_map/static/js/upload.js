// The upload queue: three files at once, each on its own, with its own progress, error and way out.
// XMLHttpRequest, because only it reports how much of a body has left.
const AT_ONCE = 3;
const MEGABYTE = 1_000_000;
const form = document.querySelector("[data-upload]");
const words = JSON.parse(form.dataset.words);
const limit = Number(form.dataset.limit);
const list = document.querySelector("[data-files]");
const said = document.querySelector("[data-upload-said]");
const picker = form.querySelector("input[type=file]");
const waiting = [];
let moving = 0;

picker.addEventListener("change", () => { add(picker.files); picker.value = ""; });
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
addEventListener("paste", (event) => { if (event.clipboardData?.files.length) add(event.clipboardData.files); });
addEventListener("beforeunload", (event) => { if (moving) event.preventDefault(); });

function onDrag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") add(event.dataTransfer.files);
}

function add(files) {
  for (const file of files) {
    const row = makeRow(file);
    list.hidden = false;
    list.prepend(row.item);
    if (file.size === 0) refuse(row, words.empty);
    else if (file.size > limit) refuse(row, words.large);
    else waiting.push({ file, row });
  }
  said.textContent = words.started.replace("{n}", files.length);
  next();
}

function next() {
  while (moving < AT_ONCE && waiting.length) send(waiting.shift());
}

function send({ file, row }) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.set("file", file);
  moving += 1;
  row.progress.hidden = false;
  button(row, words.cancel, () => request.abort());
  request.upload.addEventListener("progress", (event) => show(row, event));
  request.addEventListener("load", () => answered(row, file, request));
  request.addEventListener("error", () => again(row, file, words.lost));
  request.addEventListener("abort", () => again(row, file, words.cancelled));
  request.addEventListener("loadend", () => { moving -= 1; next(); tagWhenAllAreIn(row); });
  request.open("POST", form.dataset.api);
  request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function show(row, { loaded, total }) {
  row.progress.max = total;
  row.progress.value = loaded;
  const rounded = (bytes) => (bytes / MEGABYTE).toFixed(1);
  const values = { percent: Math.floor((100 * loaded) / total), done: rounded(loaded), total: rounded(total) };
  row.state.textContent = words.moving.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function answered(row, file, request) {
  const answer = parse(request.responseText);
  row.progress.hidden = true;
  row.acts.replaceChildren();
  if (request.status === 201) {
    row.state.textContent = words.reading;
    row.state.classList.add("state-ok");
    const tag = `${form.dataset.tag}?asset=${encodeURIComponent(answer.id)}`;
    link(row, words.tag, tag);
    row.tag = tag;
    said.textContent = words.done.replace("{name}", file.name);
  } else if (request.status === 409 && answer.twin) {
    refuse(row, words.twin.replace("{title}", answer.twin.title));
    link(row, words.open_twin, `${form.dataset.asset}${encodeURIComponent(answer.twin.id)}`);
  } else if (request.status >= 500 || !answer.detail) {
    again(row, file, answer.detail ?? words.lost);
  } else {
    refuse(row, answer.detail);
  }
}

// Nobody is taken away from a form they are filling, nor from a file that was refused.
function tagWhenAllAreIn(row) {
  const busy = moving || waiting.length || document.querySelector("[data-tag-form]");
  if (row.tag && !busy && !list.querySelector(".state-bad")) location.href = row.tag;
}

function again(row, file, sentence) {
  refuse(row, sentence);
  button(row, words.retry, () => {
    row.state.className = "state";
    row.state.textContent = words.waiting;
    row.acts.replaceChildren();
    waiting.push({ file, row });
    next();
  });
}

function refuse(row, sentence) {
  row.progress.hidden = true;
  row.state.textContent = sentence;
  row.state.className = "state state-bad";
  said.textContent = words.failed.replace("{name}", row.name);
}

function parse(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

function makeRow(file) {
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const item = document.createElement("li");
  const progress = Object.assign(document.createElement("progress"), { hidden: true, max: 1, value: 0 });
  progress.setAttribute("aria-label", file.name);
  const state = make("span", "state", words.waiting);
  const acts = make("span", "acts state");
  const icon = form.querySelector("svg").cloneNode(true);
  icon.setAttribute("class", "i");
  const size = make("span", "tiny subtle", written(file.size));
  item.append(icon, make("span", "name", file.name), size, progress, state, acts);
  return { item, progress, state, acts, name: file.name };
}

function written(bytes) {
  if (bytes < MEGABYTE) return `${Math.ceil(bytes / 1000)} kB`;
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

function button(row, label, run) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small", textContent: label });
  made.addEventListener("click", run);
  row.acts.replaceChildren(made);
}

function link(row, label, href) {
  row.acts.replaceChildren(Object.assign(document.createElement("a"), { className: "btn btn-small", textContent: label, href }));
}
