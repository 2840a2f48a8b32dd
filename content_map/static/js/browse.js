// Cards outside search count as seen too.
import { watchCards } from "./impressions.js";

watchCards(document);
