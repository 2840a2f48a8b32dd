// Who writes into a field means to set it.
addEventListener("input", (event) => {
  if (event.target.matches("[type=radio]")) return;
  const way = event.target.closest(".bulk-field")?.querySelector("input[value=set]");
  if (way) way.checked = true;
});
