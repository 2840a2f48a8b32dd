"""How long the whole `GET /api/v1/suggest` takes, in milliseconds of CPU and of wall time, by the size of the library.

Each library has the shipped vocabulary, and a rep with 2,000 past situations among 20,000 of others. What is typed
are beginnings of words that titles, terms and situations hold, some of two words, some of none. `cold` is the first
request of a process; `after a change` is each request that follows the renaming of an asset.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import sysconf
from pathlib import Path
from statistics import median, quantiles

from flask.testing import FlaskClient
from library import SHORT, SITUATIONS, documents
from sqlalchemy import insert, select, update

from content_map import migrations
from content_map.app import create_app
from content_map.config import Settings
from content_map.domain.people import Role
from content_map.models import Asset, Search, Term, User, UserPeriod
from content_map.services import signing_in, vocabulary
from content_map.wiring import Resources, open_resources

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKED = 400
RENAMED = 50
OWN_SEARCHES, OTHER_SEARCHES, OTHER_REPS = 2_000, 20_000, 40
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one request."""

    cpu: float
    wall: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = [1_000, 10_000, 100_000]
    parser.add_argument("--assets", type=int, nargs="*", default=sizes, help="library sizes")
    given = parser.parse_args()
    columns = ("cold", "p50", "p95", "changed p95", "wall p50", "wall p95")
    print(f"{'assets':>8}" + "".join(f"{name:>13}" for name in columns) + f"{'MB':>8}")
    for count in given.assets:
        with tempfile.TemporaryDirectory() as folder:
            measure(count, Path(folder))
    return 0


def measure(count: int, folder: Path) -> None:
    """Print one line; the megabytes are what the tables of one process hold, by the difference they make."""
    settings = Settings.from_environ({}, data_dir=folder, secret_key="x" * 32, log_level="WARNING")
    resources = open_resources(settings)
    migrations.upgrade(resources.sessions.engine)
    titles, token = fill(resources, count)
    client = create_app(settings, resources=resources, clock=lambda: NOW).test_client()
    typed = beginnings(titles)
    gc.collect()
    before = resident_mb()
    cold = timed(client, token, typed[0])
    more = resident_mb() - before
    warm = [timed(client, token, prefix) for prefix in typed]
    changed = [timed(client, token, prefix) for prefix in renaming(resources, typed[:RENAMED])]
    cpu, wall = [each.cpu for each in warm], [each.wall for each in warm]
    figures = (cold.cpu, median(cpu), p95(cpu), p95([each.cpu for each in changed]), median(wall), p95(wall))
    print(f"{count:>8,}" + "".join(f"{figure:>13.1f}" for figure in figures) + f"{more:>8.0f}", flush=True)


def p95(figures: Sequence[float]) -> float:
    """What nineteen of twenty stay below."""
    return quantiles(figures, n=20)[-1]


def fill(resources: Resources, count: int) -> tuple[Sequence[str], str]:
    """Write people, vocabulary, assets and past searches; gives the titles and the rep's token."""
    chance = random.Random(11)  # noqa: S311  # nothing secret is drawn
    long_ago = NOW - timedelta(days=400)
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
        people = [
            User(email=f"p{n}@example.com", name=f"P {n}", role=Role.REP, created_at=long_ago)
            for n in range(OTHER_REPS)
        ]
        session.add_all(people)
        session.flush()
        for person in people:
            session.add(UserPeriod(user_id=person.id, role=person.role, team_id=None, starts_at=long_ago))
        owner = people[0].id
        _, token = signing_in.make_token(session, owner, "bench", actor=None, now=NOW)
        terms = [(term.facet_key, term.key, term.name) for term in session.scalars(select(Term))]
        searches = [
            {
                "user_id": owner if number < OWN_SEARCHES else chance.choice(people).id,
                "asked_at": NOW - timedelta(minutes=number * 5),
                "situation": f"{chance.choice(SITUATIONS)}, {number}",
                "recognised": [
                    {"facet": facet, "term": key, "name": name, "words": name, "negated": False}
                    for facet, key, name in chance.sample(terms, 4)
                ],
                "details": {},
                "may_be_read": False,
                "total": 10,
                "took_ms": 1.0,
                "surface": "search",
            }
            for number in range(OWN_SEARCHES + OTHER_SEARCHES)
        ]
        in_parts(lambda part: session.execute(insert(Search), part), searches)
    titles = [document.title for document in documents(count, SHORT)]
    assets = [
        {
            "title": title,
            "conversation": "point-of-view",
            # Some are not to be met: the database decides.
            "status": "archived" if number % 10 == 9 else "published",
            "owner_id": owner,
            "guide": {"when_to_use": "Before the first meeting, to find out what the problem is worth."},
            "created_at": long_ago,
            "updated_at": long_ago + timedelta(minutes=number),
        }
        for number, title in enumerate(titles)
    ]
    with resources.sessions.write() as session:
        in_parts(lambda part: session.execute(insert(Asset), part), assets)
    return titles, token


def beginnings(titles: Sequence[str]) -> list[str]:
    """What is typed: the beginnings of words, alone or at the end of a sentence."""
    chance = random.Random(5)  # noqa: S311  # nothing secret is drawn
    typed = []
    for number in range(ASKED):
        words = chance.choice(titles if number % 2 else SITUATIONS).split()
        place = chance.randrange(len(words))
        cut = words[place][: chance.randint(2, 6)]
        typed.append(" ".join([*words[: place if number % 3 else 0], cut]))
    return [*typed, "a", "zzzz", "100%", "the co"]


def renaming(resources: Resources, typed: Sequence[str]) -> Iterator[str]:
    """Rename ten assets before each thing that is typed."""
    for number, prefix in enumerate(typed):
        with resources.sessions.write() as session:
            some = session.scalars(select(Asset.id).limit(10).offset(number * 10)).all()
            moment = NOW - timedelta(seconds=RENAMED - number)
            session.execute(
                update(Asset).where(Asset.id.in_(some)).values(title=f"Renamed {number}", updated_at=moment)
            )
        yield prefix


def timed(client: FlaskClient, token: str, prefix: str) -> Took:
    """Ask once."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(
        "/api/v1/suggest",
        query_string={"prefix": prefix},
        headers={"Authorization": f"Bearer {token}"},
    )
    took = Took((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)
    if answer.status_code != 200:
        raise ValueError(answer.get_data(as_text=True))
    return took


def in_parts(act: Callable[[list[dict[str, object]]], object], rows: list[dict[str, object]]) -> None:
    """Write rows a part at a time."""
    for start in range(0, len(rows), AT_ONCE):
        act(rows[start : start + AT_ONCE])


def resident_mb() -> float:
    """The memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * sysconf("SC_PAGE_SIZE") / 1_000_000


if __name__ == "__main__":
    raise SystemExit(main())
