// The fields and the preview of an act over many assets, as a dialog over the library; without it they are pages.
import "./bulk_fields.js";
import { toast } from "./saying.js";

const dialog = document.getElementById("bulk-dialog");
const place = dialog?.querySelector("[data-piece]");

export function openDialog(form, submitter) {
  load(submitter.formAction, new FormData(form, submitter));
}

dialog?.addEventListener("submit", (event) => {
  const submitter = event.submitter;
  if (event.target.matches("[data-bulk-last]") && !submitter?.matches("[data-bulk-back]")) return;
  event.preventDefault();
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : event.target.action;
  load(address, new FormData(event.target, submitter));
});
dialog?.addEventListener("click", (event) => {
  // Inside the dialog, Cancel closes it and leaves the selection as it is.
  if (event.target.closest("a[data-close]")) event.preventDefault();
});

async function load(address, body) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (answer.redirected) { location.href = answer.url; return; }
    if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
    place.innerHTML = await answer.text();
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    (place.querySelector("[aria-invalid=true] input:checked") ?? place.querySelector("input:checked, button.btn-1"))?.focus();
  } catch {
    toast(dialog.dataset.failed);
  } finally {
    place.removeAttribute("aria-busy");
  }
}
