"""One run of an optional program: a folder of its own, an environment of its own, and an end for certain."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from content_map.extraction.confinement import ProgramCost, give_to_nobody, lend_to_nobody
from content_map.extraction.limits import Limits

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[3]
INPUT = "/dev/stdin"
_START_SECONDS = 15.0
_ANSWER_BYTES = 16 * 1024 * 1024
_SAID_CHARACTERS = 300
_told: set[str] = set()


@dataclass(frozen=True, slots=True)
class Workspace:
    """A temporary folder that is all a program may write in; gone afterwards, with all the program left there."""

    folder: Path
    limits: Limits

    def copy_in(self, source: Path, name: str) -> Path:
        """Put a copy of a file there: of the original the program learns neither name nor place."""
        target = self.folder / name
        shutil.copyfile(source, target)
        return target

    def run(
        self,
        program: Path,
        arguments: Sequence[str],
        *,
        reading: Path | None = None,
        with_socket: bool = False,
        **environment: str,
    ) -> bytes | None:
        """Run a program to its end and give what it printed; None when it failed or took too much.

        Neither proves anything about its output: look at the file itself. `reading` is a copy of ours that the
        program may open, and seek in, as `INPUT`: recordings are too large to be copied once more.
        """
        answer, said = self.folder / "answer", self.folder / "said"
        with (
            answer.open("wb") as output,
            said.open("wb") as errors,
            open(os.devnull if reading is None else reading, "rb") as source,
        ):
            give_to_nobody(self.folder)
            if reading is not None:
                lend_to_nobody(source.fileno())
            cost = self._cost(with_socket=with_socket)
            streams = (source.fileno(), output.fileno(), errors.fileno())
            code = self._run([str(program), *arguments], cost, streams, environment)
        self._tell_notes()
        if code != 0:
            # At DEBUG alone: a program may say what stands in the document.
            log.debug("extraction.program_said", extra={"said": _start_of(said)})
            log.info("extraction.program_failed", extra={"program": program.name, "code": code})
            return None
        with answer.open("rb") as printed:
            return printed.read(_ANSWER_BYTES)

    def _cost(self, *, with_socket: bool) -> ProgramCost:
        return ProgramCost(
            memory_bytes=self.limits.program_memory_bytes,
            cpu_seconds=self.limits.program_cpu_seconds,
            file_bytes=self.limits.program_file_bytes,
            wall_seconds=self.limits.program_wall_seconds,
            with_socket=with_socket,
        )

    def _run(
        self,
        command: list[str],
        cost: ProgramCost,
        streams: tuple[int, int, int],
        environment: Mapping[str, str],
    ) -> int | None:
        launcher = [sys.executable, "-P", "-m", "content_map.extraction.launch", str(os.getpid())]
        process = subprocess.Popen(  # noqa: S603 - our own launcher, and a program found by its fixed name
            [*launcher, str(self.folder), json.dumps(asdict(cost)), *command],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            env={**_environment(self.folder), **environment},
            start_new_session=True,
        )
        try:
            return process.wait(cost.wall_seconds + _START_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # what it left running, and itself if it hangs
            process.wait()

    def _tell_notes(self) -> None:
        with suppress(OSError):
            for note in (self.folder / "notes").read_text(encoding="utf-8").splitlines():
                if note not in _told:
                    _told.add(note)
                    log.info("extraction.program_note", extra={"note": note})


@contextmanager
def workspace(limits: Limits) -> Iterator[Workspace]:
    """Make a folder for one run and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="content-map-program-", ignore_cleanup_errors=True) as folder:
        yield Workspace(Path(folder).resolve(), limits)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours: the settings hold secrets, and a desktop's session would be reached by its addresses."""
    place = str(folder)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": place,
        "TMPDIR": place,
        "XDG_CONFIG_HOME": place,
        "XDG_CACHE_HOME": place,
        "XDG_RUNTIME_DIR": place,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *(entry for entry in sys.path if entry)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _start_of(file: Path) -> str:
    with suppress(OSError), file.open("rb") as opened:
        return opened.read(_SAID_CHARACTERS).decode("utf-8", "replace")
    return ""
