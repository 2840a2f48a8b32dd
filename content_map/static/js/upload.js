// The upload queue: three files at once, each on its own, with its own progress, error and way out.
import { filesOf, filesOfFolder } from "./upload-folders.js";
import { count, hasRoom, place } from "./upload-log.js";
import { recall, unfinished } from "./upload-memory.js";
import { Lost, Refused, Stopped, ask, patiently, sendWhole } from "./upload-net.js";
import { giveUp, sendInParts } from "./upload-parts.js";
import { fill, makeRow, show, showProgress, words } from "./upload-row.js";

const AT_ONCE = 3;
const IN_ONE_PIECE = 16 * 1024 * 1024;
const SHOWN_EVERY_MS = 200;
const TIME_LEFT_AFTER_MS = 2000;
const form = document.querySelector("[data-upload]");
const said = document.querySelector("[data-upload-said]");
const limit = Number(form.dataset.limit);
const picker = form.querySelector("#f-file");
const folder = form.querySelector("[data-upload-folder]");
const items = [];
const waiting = [];
const left = new Map(); // begun in an earlier visit, by upload id
let moving = 0;

picker.addEventListener("change", () => { add([...picker.files]); picker.value = ""; });
folder.addEventListener("change", () => { add(filesOfFolder(folder.files)); folder.value = ""; });
form.querySelector("[data-upload-browse]").addEventListener("click", () => folder.click());
document.querySelector("[data-upload-stop]").addEventListener("click", stopTheRest);
document.querySelector("[data-upload-again]").addEventListener("click", () => allAgain("lost", "cancelled"));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
addEventListener("paste", (event) => { if (event.clipboardData?.files.length) add([...event.clipboardData.files]); });
addEventListener("beforeunload", (event) => { if (moving) event.preventDefault(); });
addEventListener("online", () => allAgain("lost"));
unfinished().forEach(showUnfinished);
refresh();

async function onDrag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") add(await filesOf(event.dataTransfer));
}

function add(files) {
  for (const file of files) {
    const item = { file, sent: 0, state: "waiting", key: freshKey(), path: "/assets", fields: {} };
    items.push(item);
    const begun = recall(file);
    left.get(begun)?.item.remove();
    if (file.size === 0) end(item, "failed", words.empty);
    else if (file.size > limit) end(item, "failed", words.large);
    else {
      waiting.push(item);
    }
  }
  if (files.length) said.textContent = fill(words.started, { n: files.length });
  next();
}

function next() {
  while (moving < AT_ONCE && waiting.length) move(waiting.shift());
  refresh();
}

async function move(item) {
  moving += 1;
  item.state = "moving";
  item.stop = new AbortController();
  const row = rowOf(item);
  const inParts = item.file.size > IN_ONE_PIECE;
  const cancel = [words.cancel, () => stop(item, "cancelled")];
  show(row, words.starting, "", inParts ? [[words.pause, () => stop(item, "paused")], cancel] : [cancel]);
  const onSent = shower(item);
  try {
    const asset = await (inParts ? sendInParts(item.file, onSent, item.stop.signal) : whole(item, onSent));
    item.sent = item.file.size;
    end(item, "stored", words.reading, [[words.tag, tagAddress(asset)]]);
    item.tag = tagAddress(asset);
  } catch (error) {
    failed(item, error);
  } finally {
    moving -= 1;
    next();
    tagWhenAllAreIn(item);
  }
}

function whole(item, onSent) {
  const { file, path, fields, key, stop: { signal } } = item;
  return patiently(() => sendWhole(path, file, fields, key, (sent) => onSent(Math.min(sent, file.size)), signal), signal);
}

function failed(item, error) {
  const retry = [words.retry, () => again(item)];
  const twin = error instanceof Refused && error.answer.twin;
  if (error instanceof Stopped) return;
  if (error instanceof Lost) {
    const kept = recall(item.file);
    const percent = Math.floor((100 * item.sent) / item.file.size);
    const sentence = kept ? fill(words.lost_kept, { percent }) : words.lost;
    end(item, "lost", error.message || sentence, kept ? [[words.resume, () => again(item)], [words.cancel, () => drop(item)]] : [retry]);
  } else if (twin) {
    end(item, "failed", fill(words.twin, { title: twin.title }), [
      [words.new_version, () => again(item, `/assets/${twin.id}/versions`)],
      [words.keep_both, () => again(item, "/assets")],
      [words.open_twin, form.dataset.asset + encodeURIComponent(twin.id)],
    ]);
  } else if (error instanceof Refused) {
    end(item, "failed", error.message || words.lost, error.status === 422 && recall(item.file) ? [retry] : []);
  } else throw error;
}

// `path` when a twin is wanted all the same: as a version of it, or beside it.
function again(item, path) {
  if (path) Object.assign(item, { path, fields: { allow_duplicate: "true" } });
  const kept = recall(item.file) ? item.sent : 0;
  Object.assign(item, { state: "waiting", key: freshKey(), sent: kept });
  rowOf(item).progress.value = kept / item.file.size;
  show(item.row, words.waiting);
  place(item.row, "moving");
  waiting.unshift(item);
  next();
}

function allAgain(...states) {
  for (const item of items.filter((each) => states.includes(each.state))) again(item);
}

function stop(item, how) {
  item.stop.abort(new Stopped());
  if (how === "cancelled") return drop(item);
  item.state = how;
  show(item.row, words.paused, "", [[words.resume, () => again(item)], [words.cancel, () => drop(item)]]);
  refresh();
}

function drop(item) {
  giveUp(item.file);
  item.sent = 0;
  end(item, "cancelled", words.cancelled, [[words.retry, () => again(item)]]);
  refresh();
}

function stopTheRest() {
  for (const item of waiting.splice(0)) end(item, "cancelled", words.cancelled, [[words.retry, () => again(item)]]);
  refresh();
}

function end(item, state, sentence, acts = []) {
  item.state = state;
  const row = rowOf(item);
  const stored = state === "stored";
  if (state !== "lost") row.progress.value = 0;
  show(row, sentence, stored ? "ok" : "bad", acts);
  place(row, stored ? "ok" : "bad");
  said.textContent = fill(stored ? words.done : words.failed, { name: item.file.name });
}

function shower(item) {
  const began = Date.now();
  let first = null;
  let shown = 0;
  return (sent) => {
    const now = Date.now();
    first ??= sent;
    item.sent = sent;
    if (now - shown < SHOWN_EVERY_MS || item.state !== "moving") return;
    shown = now;
    const perSecond = now - began > TIME_LEFT_AFTER_MS ? (1000 * (sent - first)) / (now - began) : 0;
    showProgress(item.row, sent, item.file.size, perSecond);
    refresh();
  };
}

function showUnfinished(begun) {
  const row = makeRow(begun.name, begun.size);
  left.set(begun.id, row);
  show(row, words.unfinished, "warn", [[words.cancel, () => {
    begun.forget();
    ask("DELETE", `/uploads/${begun.id}`).catch(() => null);
    row.item.remove();
    refresh();
  }]]);
  place(row, "moving");
}

function rowOf(item) {
  if (!item.row) {
    item.row = makeRow(item.file.name, item.file.size);
    place(item.row, "moving");
  }
  return item.row;
}

function refresh() {
  for (const item of waiting) {
    if (!hasRoom()) break;
    rowOf(item);
  }
  const are = (...states) => items.filter((item) => states.includes(item.state)).length;
  const sum = (name) => items.reduce((bytes, item) => bytes + name(item), 0);
  count({
    total: items.length,
    stored: are("stored"),
    failed: are("failed", "lost", "cancelled"),
    sent: sum((item) => (item.state === "failed" ? item.file.size : item.sent)),
    size: sum((item) => item.file.size),
    unseen: waiting.filter((item) => !item.row).length,
    stoppable: waiting.length > 0,
    again: are("lost", "cancelled"),
  });
}

// Nobody is taken away from a form they are filling, nor from a file that was refused.
function tagWhenAllAreIn(item) {
  const open = items.some((each) => each.state !== "stored") || document.querySelector("[data-tag-form]");
  if (item.tag && !open) location.href = item.tag;
}

function tagAddress(asset) {
  return `${form.dataset.tag}?asset=${encodeURIComponent(asset.id)}`;
}

function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
