"""`scripts/serve`: prepare what is missing, then run web server, worker and, if asked, a store together."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from content_map import logs, migrations
from content_map.config import LOOPBACK, MOST_WORKERS, BadSetting, Settings
from content_map.errors import ContentMapError
from content_map.extraction import Limits
from content_map.services import demonstration, indexing, jobs, signing_in, vocabulary
from content_map.services.demonstration import Demonstration
from content_map.supervisor import Process, StartError, Supervisor, sole_use
from content_map.wiring import EMBEDDED_FOLDER, Resources, note_address, open_resources, secret_key
from search.contract import SearchUnavailable
from storage.contract import StorageUnavailable
from storage.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
DATA_HELP = "Data directory. Default `var`, or one beside it for --demo and --s3."
WEB_PROCESSES = 2
WEB_THREADS = 32
HEADERS_WITHIN_MILLISECONDS = 10_000
READY_SECONDS = 60.0
WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, not bound


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to answer on."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer on.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=DATA_HELP)
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    metavar="N",
    help="Worker processes; each reads one document at a time. Default `1`, or CONTENT_MAP_WORKERS.",
)
@click.option("--demo", is_flag=True, help="A sample library with a simulated year of use.")
@click.option("--s3", is_flag=True, help="Keep files in an S3 store of its own, started too.")
def main(port: int, host: str, data: Path | None, workers: int | None, demo: bool, s3: bool) -> None:
    """Run Content Map in the foreground; Ctrl-C stops all of it."""
    try:
        _run(_Options(port, host, data or _default_folder(demo=demo, s3=s3), workers, demo, s3))
    except (StartError, BadSetting, ContentMapError, StorageUnavailable) as refusal:
        _say(str(refusal), to_stderr=True)
        sys.exit(1)
    except KeyboardInterrupt:
        _say("Content Map has stopped.")


@dataclass(frozen=True, slots=True)
class _Options:
    port: int
    host: str
    data: Path
    workers: int | None
    demo: bool
    s3: bool

    @property
    def address(self) -> str:
        """Where a browser on this machine reaches us."""
        host = "127.0.0.1" if self.host in WILDCARDS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def _default_folder(*, demo: bool, s3: bool) -> Path:
    # Folders of their own: sample rows never mix with real ones, nor one store's rows with another's files.
    named = "-".join(name for name, wanted in (("demo", demo), ("s3", s3)) if wanted)
    return ROOT / "var" / named if named else ROOT / "var"


def _run(options: _Options) -> None:
    folder = options.data.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sole_use(folder), Supervisor(_say) as supervisor:
        _refuse_busy_port(options)
        environ = _environ(options)
        _refuse_other_store(options, environ)
        if options.s3:
            environ |= _start_store(supervisor, folder / EMBEDDED_FOLDER)
        settings = Settings.from_environ(environ)
        Limits.from_environ(environ)  # the worker's; a wrong one is told before anything is started
        first_link = _prepare(settings)
        supervisor.start(*_workers(environ, settings.workers))
        supervisor.start(_web(environ, options))
        _wait_until_well(supervisor, options)
        _welcome(settings, options, first_link)
        supervisor.watch()


def _refuse_busy_port(options: _Options) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise StartError(
            f"{options.host} is no address of this machine; leave --host out, or name one."
        ) from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise StartError(
                f"Port {options.port} is for root alone; choose one above 1023 with --port."
            ) from None
        except OSError:
            raise StartError(
                f"Port {options.port} on {options.host} is taken by another program; "
                f"choose another, for example --port {options.port % 65535 + 1}."
            ) from None


def _refuse_other_store(options: _Options, environ: Mapping[str, str]) -> None:
    """A database whose files lie in the other store would show assets that nobody can open."""
    on_disk, in_s3 = (options.data / "store").exists(), (options.data / EMBEDDED_FOLDER).exists()
    if options.s3 and on_disk:
        raise StartError(f"{options.data} keeps its files in a folder; start it without --s3.")
    if not options.s3 and in_s3 and not environ.get("CONTENT_MAP_STORE_URL"):
        raise StartError(f"{options.data} keeps its files in an S3 store of its own; start it with --s3.")


def _environ(options: _Options) -> dict[str, str]:
    environ = dict(os.environ)
    environ["CONTENT_MAP_DATA_DIR"] = str(options.data.absolute())
    environ.setdefault("CONTENT_MAP_BASE_URL", options.address)
    # Matrices are small here and requests many: threads of the linear algebra would only wait for each other.
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if options.workers is not None:
        environ["CONTENT_MAP_WORKERS"] = str(options.workers)
    if options.demo:
        environ["CONTENT_MAP_DEMO"] = "true"
    return environ


def _start_store(supervisor: Supervisor, folder: Path) -> Mapping[str, str]:
    store = EmbeddedStore(folder)
    supervisor.start(_StoreProgram(store))
    return {
        "CONTENT_MAP_STORE_URL": store.url,
        "AWS_ACCESS_KEY_ID": store.access_key,
        "AWS_SECRET_ACCESS_KEY": store.secret_key,
    }


class _StoreProgram:
    """The embedded S3 server as the supervisor sees it; its keys and ports survive a restart."""

    name = "store"

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def start(self) -> None:
        try:
            self._store.start()
        except StorageUnavailable as fault:
            raise StartError(str(fault)) from fault

    def is_running(self) -> bool:
        return self._store.pid is not None

    def ask_to_stop(self) -> None:
        """Its stop both asks and waits: see `end`."""

    def end(self, *, within_seconds: float) -> None:
        self._store.stop(within_seconds=within_seconds)


def _workers(environ: Mapping[str, str], count: int) -> list[Process]:
    command = [str(Path(sys.executable).with_name("content-map")), "worker"]
    names = ["worker"] if count == 1 else [f"worker {number}" for number in range(1, count + 1)]
    return [Process(name, command, environ=environ, folder=ROOT) for name in names]


def _web(environ: Mapping[str, str], options: _Options) -> Process:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--host", options.host, "--port", str(options.port), "--log-level", "error"]
    command += ["--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "3"]
    command += ["--http1-header-read-timeout", str(HEADERS_WITHIN_MILLISECONDS), "wsgi:app"]
    # Asked politely, the web server takes its own processes along; killed, it would leave them behind.
    return Process("web server", command, environ=environ, folder=ROOT, orphan_signal=signal.SIGTERM)


def _prepare(settings: Settings) -> str | None:
    """Bring the database up to date and fill it; the first admin's link while there is no admin."""
    logs.configure(settings.log_level)
    secret_key(settings)  # made now, before two web processes would each make one
    note_address(settings)
    resources = open_resources(settings)
    now = _now()
    migrations.upgrade(resources.sessions.engine)
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
    _make_missing_index(resources)
    if settings.demo:
        _fill_demonstration(resources, now)
    with resources.sessions.write() as session:
        secret = signing_in.first_admin_link(session, now=now)
    resources.index.close()
    resources.sessions.engine.dispose()
    return f"{settings.base_url}/welcome/{secret}" if secret else None


def _fill_demonstration(resources: Resources, now: datetime) -> None:
    with resources.sessions.read() as session:
        is_filled = demonstration.state(session) is Demonstration.FILLED
    if not is_filled:
        _say("Filling the sample library and its year of use; this takes about half a minute, once.")
        # Imported here alone: its makers of files would cost every other start a tenth of a second.
        from content_map import sample

        sample.fill(resources, now=now)


def _make_missing_index(resources: Resources) -> None:
    """Make the index of a new data directory, of a new schema, or in place of one that cannot be read."""
    try:
        resources.index.check()
    except SearchUnavailable:
        with jobs.holding(resources.sessions, indexing.LEASE, clock=_now):
            indexing.rebuild(resources.sessions, resources.index, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_until_well(supervisor: Supervisor, options: _Options) -> None:
    if not supervisor.wait_until(lambda: _complaint(options) is None, seconds=READY_SECONDS):
        _say(f"Content Map has started but is not well yet: {_complaint(options)}")


def _complaint(options: _Options) -> str | None:
    """What the health page says is wrong; None when all is well."""
    host = options.address.removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = http.client.HTTPConnection(host, options.port, timeout=2)
    try:
        connection.request("GET", "/api/v1/health")
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException):
        return "the web server does not answer."
    finally:
        connection.close()
    if answer.status == http.HTTPStatus.OK:
        return None
    try:
        return str(json.loads(said).get("detail"))
    except ValueError:
        return f"the web server answers with status {answer.status}."


def _welcome(settings: Settings, options: _Options, first_link: str | None) -> None:
    _say(f"Content Map is running at {settings.base_url}  (Ctrl-C stops it)")
    if first_link is not None:
        _say(f"Create the first admin with this link, which works once: {first_link}")
    if settings.demo:
        _say(f"Sign in to the sample library at {settings.base_url}/demo/sign-in/rep, or as another role.")
    if options.host not in LOOPBACK and settings.is_loopback:
        _say("Other machines can reach it; set CONTENT_MAP_BASE_URL to the address they use.")


def _say(sentence: str, *, to_stderr: bool = False) -> None:
    print(sentence, file=sys.stderr if to_stderr else sys.stdout, flush=True)


if __name__ == "__main__":
    main(prog_name="scripts/serve")
