// The asset page: keep the chosen page of the strip in view.
document.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
