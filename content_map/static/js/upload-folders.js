// The files of a drop or of a chosen folder, without what no person put there.
const LEFT_BEHIND = /^(\.|~\$)|^(thumbs\.db|ehthumbs\.db|desktop\.ini)$|\.(tmp|crdownload|part)$/i;
const LEFT_BEHIND_FOLDER = /(^|\/)(\.|__macosx\/|@eadir\/)/i;

export async function filesOf(transfer) {
  // Asked for at once: the list is emptied when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map(walk));
  return found.flat();
}

export function filesOfFolder(files) {
  return [...files].filter((file) => !LEFT_BEHIND.test(file.name) && !LEFT_BEHIND_FOLDER.test(file.webkitRelativePath));
}

async function walk(entry) {
  if (LEFT_BEHIND.test(entry.name) || /^(__macosx|@eadir)$/i.test(entry.name)) return [];
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
  const reader = entry.createReader();
  const found = [];
  // A folder is told a hundred entries at a time, until none are left.
  for (let some = await read(reader); some.length; some = await read(reader)) found.push(...some);
  const below = await Promise.all(found.map(walk));
  return below.flat();
}

function read(reader) {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
}
