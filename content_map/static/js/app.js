// What every page does beyond HTML. All of it improves something that already works without it.
import { listenToKeys } from "./keys.js";
import { openSheet, say, toast } from "./saying.js";

const page = document.documentElement;
const YEAR = 60 * 60 * 24 * 365;

listenToKeys();
awaitPictures();
addEventListener("htmx:after:swap", awaitPictures);
addEventListener("click", onClick);
addEventListener("change", onChange);
addEventListener("submit", onSubmit);

// Nearly every picture is there: what waits for one is fetched only where one is missing.
async function awaitPictures() {
  if (!document.querySelector("[data-picture]")) return;
  const pictures = await import("./pictures.js");
  pictures.awaitPictures();
}

function onClick(event) {
  const opener = event.target.closest("[data-open]");
  if (opener && opener.dataset.open) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openSheet(link);
}

function onChange(event) {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
}

function onSubmit(event) {
  const form = event.target;
  if (form.matches("[data-theme-form]")) {
    event.preventDefault();
    setTheme(event.submitter?.value ?? "dark");
    return;
  }
  const button = event.submitter;
  if (event.defaultPrevented || !button) return;
  if (form.matches("[data-say]")) {
    event.preventDefault();
    say(form, button);
    return;
  }
  // After the browser has collected the form: a disabled button would not be sent.
  setTimeout(() => button.setAttribute("aria-busy", "true"));
  addEventListener("pageshow", () => button.removeAttribute("aria-busy"), { once: true });
}

function setTheme(theme) {
  page.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    button.value = theme === "dark" ? "light" : "dark";
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, theme === "dark" ? "#sun" : "#moon"));
  }
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    toast(button.dataset.said);
  } catch {
    // Without permission to the clipboard the address itself is the next best thing.
    toast(new URL(button.dataset.copy, location.href).href);
  }
}
