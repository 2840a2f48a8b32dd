// The asset page: count similar assets that were seen, and bring the chosen page into view inside the strip.
import { watchCards } from "./impressions.js";

watchCards(document);
const strip = document.querySelector(".strip");
const chosen = strip?.querySelector("[aria-current]");
if (chosen) strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2;
