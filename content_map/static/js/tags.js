// The tag form: a found term is taken or not meant, never both; and all of them are taken at once.
addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-take], [data-dismiss]") || !box.checked) return;
  const other = box.matches("[data-take]") ? "[data-dismiss]" : "[data-take]";
  box.closest(".found-term").querySelector(other).checked = false;
});
addEventListener("click", (event) => {
  const all = event.target.closest?.("[data-accept-found]");
  if (!all) return;
  event.preventDefault();
  for (const found of all.form.querySelectorAll(".found-term")) {
    if (!found.querySelector("[data-dismiss]").checked) found.querySelector("[data-take]").checked = true;
  }
});
