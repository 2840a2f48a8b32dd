// Pictures that are being drawn: asked for again, less and less often, and put in place of the page's words.
const FIRST_PAUSE_MS = 700;
const LONGEST_PAUSE_MS = 15000;
const GIVES_UP_AFTER = 14;

export function awaitPictures() {
  for (const words of document.querySelectorAll("[data-picture]")) awaitPicture(words);
}

async function awaitPicture(words) {
  const address = words.dataset.picture;
  delete words.dataset.picture;
  let pause = FIRST_PAUSE_MS;
  for (let tries = 0; tries < GIVES_UP_AFTER; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (!words.isConnected) return;
    pause = Math.min(pause * 1.6, LONGEST_PAUSE_MS);
    const answer = await fetch(address).catch(() => null);
    if (answer?.status === 200) return show(address, words);
    if (answer && answer.status !== 202) return;
  }
}

function show(address, words) {
  const picture = Object.assign(new Image(1280, 720), { alt: words.dataset.alt, src: address });
  picture.addEventListener("load", () => {
    words.closest(".viewer")?.querySelector("[data-being-drawn]")?.remove();
    words.replaceWith(picture);
  });
}
