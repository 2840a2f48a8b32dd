"""Make or refresh `.venv` from a hash-pinned lock; standard library only, so any Python 3.11 can run it.

A state file inside the environment says what it was made from. It is written last, so an interrupted
set-up is recognised and made anew, and a finished one costs one read and one short process.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / "content-map.json"
LOCKS = {
    "runtime": ROOT / "requirements.lock",
    "test": ROOT / "requirements-test.lock",
    "bench": ROOT / "requirements-bench.lock",
    "semantic": ROOT / "requirements-semantic.lock",
}
BUILDING = "building"
NETWORK_SIGNS = (
    "NewConnectionError",
    "Connection refused",
    "Name or service not known",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "ConnectTimeoutError",
    "Network is unreachable",
    "ProxyError",
    "nodename nor servname",
)


class SetupError(Exception):
    """Set-up cannot go on; the message is a sentence for the person at the terminal."""


def main(arguments: list[str]) -> int:
    """Bring `.venv` to the named set; 0 done, 1 failed with a sentence, 2 wrong usage."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("usage: bootstrap.py runtime|test|bench|semantic", file=sys.stderr)
        return 2
    try:
        # Two starts at once would write into one environment: the second waits, then finds it ready.
        with Path(__file__).open() as this_file:
            fcntl.flock(this_file, fcntl.LOCK_EX)
            set_up(arguments[0])
    except SetupError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted; the next start begins it anew.", file=sys.stderr)
        return 130
    return 0


def set_up(wanted: str) -> None:
    """Do nothing when the environment is current, else install. Raises SetupError."""
    state, fresh = _read_state(), _fingerprints()
    usable = _is_usable(state)
    if usable and state.get(wanted) == fresh[wanted] and state.get("project") == fresh["project"]:
        return
    print("Setting up: this takes a moment the first time and about a second later on.", flush=True)
    if not usable:
        _make_environment()
    _write_state({"status": BUILDING})
    _install(LOCKS[wanted])
    _install_project()
    # The other locks hold everything that the runtime lock holds, and all agree on the versions.
    kept = {name: state[name] for name in LOCKS if usable and name in state}
    done = {**kept, "runtime": fresh["runtime"], wanted: fresh[wanted]}
    _write_state({"root": str(ROOT), "python": _python_version(), "project": fresh["project"], **done})


def _is_usable(state: dict[str, str]) -> bool:
    """Whether packages may be added to what is there.

    Not after an interruption, not once the folder was moved (scripts hold its path), and not when a
    system upgrade replaced the Python below it. An environment that somebody made by hand is kept.
    """
    if state.get("status") == BUILDING or state.get("root", str(ROOT)) != str(ROOT):
        return False
    version = _python_version()
    return version != "" and state.get("python", version) == version


def _fingerprints() -> dict[str, str]:
    files = {**LOCKS, "project": ROOT / "pyproject.toml"}
    try:
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    except FileNotFoundError as missing:
        raise SetupError(f"{missing.filename} is missing; get a complete copy of Content Map.") from None


def _read_state() -> dict[str, str]:
    """What the environment was made from; nothing when it was made by hand or is not there."""
    try:
        state = json.loads(STATE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        return {"status": BUILDING}
    return state if isinstance(state, dict) else {"status": BUILDING}


def _write_state(state: dict[str, str]) -> None:
    STATE.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")


def _python_version() -> str:
    """The environment's own Python, such as `3.12`; empty when it is broken, too old or without pip."""
    question = "import sys, pip; assert sys.version_info >= (3, 11); print('{}.{}'.format(*sys.version_info))"
    try:
        answer = subprocess.run(
            [str(VENV / "bin/python"), "-Ic", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _make_environment() -> None:
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu leave it out of python3
        import venv
    except ImportError:
        version = "{}.{}".format(*sys.version_info)
        raise SetupError(
            f"Python {version} comes without its venv part here. "
            f"Debian or Ubuntu: sudo apt-get install python{version}-venv. "
            f"macOS: brew install python@{version}."
        ) from None
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        VENV.mkdir()
        _write_state({"status": BUILDING})
        venv.create(VENV, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        raise SetupError(f"The virtual environment {VENV} could not be made: {fault}.") from fault


def _install(lock: Path) -> None:
    _pip(f"packages of {lock.name}", "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock))


def _install_project() -> None:
    _pip("Content Map itself", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))


def _pip(what: str, *arguments: str) -> None:
    command = [str(VENV / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", *arguments]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode == 0:
        return
    said = (outcome.stderr or outcome.stdout).strip()
    if any(sign in said for sign in NETWORK_SIGNS):
        raise SetupError(
            f"The {what} could not be downloaded: the package index does not answer. "
            "Connect to the network, or name a mirror you can reach in PIP_INDEX_URL, and start again."
        )
    raise SetupError(f"{said}\nThe {what} could not be installed; the lines above say why.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
