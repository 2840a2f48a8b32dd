"""A short film, made by ffmpeg where the host has it."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_film(folder: Path, *, seconds: int = 3) -> Path:
    """Picture and tone, with a title and one subtitle."""
    (folder / "words.srt").write_text("1\n00:00:00,200 --> 00:00:02,000\nA word first\n")
    film = folder / "film.mp4"
    picture = ["-f", "lavfi", "-i", f"testsrc=d={seconds}:s=320x180:r=10"]
    sound = ["-f", "lavfi", "-i", f"sine=d={seconds}"]
    words = ["-i", str(folder / "words.srt"), "-c:s", "mov_text"]
    made = ["-c:v", "mpeg4", "-metadata", "title=The tour", "-movflags", "+faststart", "-y", str(film)]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *picture, *sound, *words, *made], check=True)
    return film
