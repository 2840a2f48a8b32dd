// The log of all files: failures first, then what moves; what is stored is folded away. Only a window of
// hundreds of files is in the page.
import { fill, words } from "./upload-row.js";

const IN_SIGHT = 8;
const STORED_IN_SIGHT = 100;
const find = (name) => document.querySelector(`[data-upload-${name}]`);
const all = find("all");
const lists = { bad: find("failed"), moving: find("moving"), ok: find("stored") };
const fold = find("fold");

export const hasRoom = () => lists.moving.children.length < IN_SIGHT;

export function place(row, where) {
  lists[where][where === "ok" ? "prepend" : "append"](row.item);
  if (lists.ok.children.length > STORED_IN_SIGHT) lists.ok.lastElementChild.remove();
}

export function count({ total, stored, failed, sent, size, unseen, stoppable, again }) {
  const values = { total, stored, failed };
  const many = total > 1;
  all.hidden = !many;
  find("count").textContent = fill(failed ? words.count_failed : words.count, values);
  find("progress").value = size ? sent / size : 0;
  find("stop").hidden = !stoppable;
  find("again").hidden = again < 2;
  find("unseen").hidden = !unseen;
  find("unseen").textContent = fill(words.unseen, { n: unseen });
  for (const each of Object.values(lists)) each.hidden = !each.children.length;
  fold.hidden = !stored;
  fold.firstElementChild.textContent = fill(words.stored, { n: stored });
  fold.open ||= stored > 0 && total <= 3;
}
