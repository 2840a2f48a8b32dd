// The asset page: bring the chosen page into view inside the strip, without moving the page itself.
const strip = document.querySelector(".strip");
const chosen = strip?.querySelector("[aria-current]");
if (chosen) strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2;
