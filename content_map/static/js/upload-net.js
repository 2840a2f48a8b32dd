// What goes over the wire for an upload: JSON calls, bodies with progress, and patience with both.
// XMLHttpRequest for bodies, because only it reports how much has left.
const TRIES = 5;
const FIRST_WAIT_MS = 500;
const API = "/api/v1";

export class Lost extends Error {} // trying again may work
export class Stopped extends Error {} // the person paused or cancelled
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.detail ?? "");
    Object.assign(this, { status, answer });
  }
}

export async function ask(method, path, body, signal) {
  const headers = { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf };
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(API + path, { method, headers, signal, body: body && JSON.stringify(body) });
  } catch {
    throw signal?.aborted ? signal.reason : new Lost();
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw failure(answer.status, said);
}

export function send(method, url, body, headers, onSent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => { request.abort(); reject(signal.reason); };
    request.upload.addEventListener("progress", (event) => onSent(event.loaded));
    request.addEventListener("error", () => reject(new Lost()));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(request);
      else reject(failure(request.status, parse(request.responseText)));
    });
    request.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", stop);
    request.open(method, url);
    for (const [name, text] of Object.entries(headers)) request.setRequestHeader(name, text);
    request.send(body);
  });
}

export function sendWhole(path, file, fields, key, onSent, signal) {
  const body = new FormData();
  for (const [name, text] of Object.entries(fields)) body.set(name, text);
  body.set("file", file, file.name); // else one of a chosen folder is named with its path
  const headers = { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf, "Idempotency-Key": key };
  return send("POST", API + path, body, headers, onSent, signal).then((request) => parse(request.responseText));
}

export async function patiently(work, signal) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Lost) || attempt + 1 === TRIES || !navigator.onLine) throw error;
      await pause(FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random()), signal);
    }
  }
}

function failure(status, said) {
  return status >= 500 || status === 408 || status === 429 ? new Lost(said.detail ?? "") : new Refused(status, said);
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

function parse(text) {
  try { return JSON.parse(text); } catch { return {}; }
}
