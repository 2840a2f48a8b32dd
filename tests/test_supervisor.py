"""The supervisor, with small real programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from content_map.supervisor import Process, StartError, Supervisor, sole_use

ROOT = Path(__file__).resolve().parent.parent
# Writes its process id into the file it is given, then does nothing until it is stopped.
IDLER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
# Leaves a child of its own behind when it is killed, as a web server does.
PARENT = (
    "import subprocess, sys, time\n"
    f"subprocess.Popen([sys.executable, '-c', {IDLER!r}, sys.argv[2]])\n" + IDLER
)


def idler(name: str, file: Path) -> Process:
    return Process(name, [sys.executable, "-c", IDLER, str(file)], environ=os.environ, folder=file.parent)


def ids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def comes_true(claim: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.02)
    return claim()


def test_killed_program_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "ids"

    with Supervisor(said.append) as supervisor:
        supervisor.start(idler("worker", file))
        assert supervisor.wait_until(lambda: len(ids(file)) == 1, seconds=10)
        os.kill(ids(file)[0], signal.SIGKILL)
        assert supervisor.wait_until(lambda: len(ids(file)) == 2, seconds=10)

    assert said == ["The worker stopped unexpectedly; it starts again in 0.5 s."]
    assert not any(is_alive(each) for each in ids(file))


def test_what_a_killed_program_left_behind_is_ended_before_it_starts_again(tmp_path: Path) -> None:
    own, left = tmp_path / "own", tmp_path / "left"
    command = [sys.executable, "-c", PARENT, str(own), str(left)]

    with Supervisor(lambda _: None) as supervisor:
        supervisor.start(Process("web server", command, environ=os.environ, folder=tmp_path))
        assert supervisor.wait_until(lambda: len(ids(own)) == 1 and len(ids(left)) == 1, seconds=10)
        os.kill(ids(own)[0], signal.SIGKILL)
        assert supervisor.wait_until(lambda: len(ids(own)) == 2, seconds=10)
        assert not is_alive(ids(left)[0])


def test_program_that_never_stays_up_is_given_up_with_a_sentence(tmp_path: Path) -> None:
    broken = Process("worker", [sys.executable, "-c", "raise SystemExit(3)"], environ={}, folder=tmp_path)

    with Supervisor(print) as supervisor:
        supervisor.start(broken)
        with pytest.raises(StartError, match="The worker stopped 3 times while starting"):
            supervisor.wait_until(lambda: False, seconds=30)


def test_last_started_stops_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n    open(sys.argv[1], 'a').write(sys.argv[2] + '\\n')\n    sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "open(sys.argv[1] + sys.argv[2], 'w').close()\n"
        "time.sleep(60)"
    )

    with Supervisor(print) as supervisor:
        for name in ("store", "worker", "web"):
            command = [sys.executable, "-c", code, str(order), name]
            supervisor.start(Process(name, command, environ=os.environ, folder=tmp_path))
        ready = [tmp_path / f"order{name}" for name in ("store", "worker", "web")]
        assert supervisor.wait_until(lambda: all(each.exists() for each in ready), seconds=10)

    assert order.read_text().split() == ["web", "worker", "store"]


def test_programs_started_together_stop_together(tmp_path: Path) -> None:
    """Each takes a second to end: one after the other would take four."""
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit()))\n"
        "open(sys.argv[1], 'w').close()\n"
        "time.sleep(60)"
    )
    ready = [tmp_path / str(number) for number in range(4)]

    with Supervisor(print) as supervisor:
        supervisor.start(
            *(
                Process(
                    each.name, [sys.executable, "-c", code, str(each)], environ=os.environ, folder=tmp_path
                )
                for each in ready
            )
        )
        assert supervisor.wait_until(lambda: all(each.exists() for each in ready), seconds=10)
        began = time.monotonic()

    assert 1.0 <= time.monotonic() - began < 3.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a program when its parent is killed")
def test_programs_end_with_a_supervisor_that_is_killed_outright(tmp_path: Path) -> None:
    file = tmp_path / "ids"
    code = (
        "import os, sys, pathlib\n"
        "from content_map.supervisor import Process, Supervisor\n"
        f"command = [sys.executable, '-c', {IDLER!r}, sys.argv[1]]\n"
        "with Supervisor(print) as supervisor:\n"
        "    supervisor.start(Process('worker', command, environ=os.environ, folder=pathlib.Path('.')))\n"
        "    supervisor.watch()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT)

    assert comes_true(lambda: len(ids(file)) == 1)
    supervisor.kill()
    supervisor.wait()

    assert comes_true(lambda: not is_alive(ids(file)[0]))


def test_sigterm_ends_it_as_ctrl_c_does(tmp_path: Path) -> None:
    file = tmp_path / "ids"

    with Supervisor(print) as supervisor:
        supervisor.start(idler("worker", file))
        assert supervisor.wait_until(lambda: len(ids(file)) == 1, seconds=10)
        with pytest.raises(KeyboardInterrupt):
            supervisor.wait_until(lambda: os.kill(os.getpid(), signal.SIGTERM) is not None, seconds=10)

    assert not is_alive(ids(file)[0])


def test_second_supervisor_on_one_folder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with sole_use(tmp_path), pytest.raises(StartError, match=f"process {os.getpid()}"), sole_use(tmp_path):
        pass


def test_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with sole_use(tmp_path):
        pass

    with sole_use(tmp_path):
        pass
