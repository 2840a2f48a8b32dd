// Uploads that were begun and not finished, so that the same file goes on after a reload.
const owner = document.querySelector("[data-upload]").dataset.owner;
const PREFIX = `upload/${owner}/`;
const nameOf = (file) => `${PREFIX}${file.size}/${file.lastModified}/${file.name}`;

export function recall(file) {
  return read(nameOf(file))?.id;
}

export function keep(file, id) {
  try { localStorage.setItem(nameOf(file), JSON.stringify({ id, name: file.name, size: file.size })); } catch { /* full or off: a reload begins anew */ }
}

export function forget(file) {
  localStorage.removeItem(nameOf(file));
}

export function unfinished() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => ({ ...read(name), forget: () => localStorage.removeItem(name) })).filter((each) => each.id);
}

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}
