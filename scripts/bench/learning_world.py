"""A made-up sales force and library for the simulation of learning: who needs what, and what would really help.

What ranks can be seen by the product (words, tags, home conversation); what helps cannot (quality, the true fit).
Words and tags only partly tell of it: a fifth of the assets lacks tags, and some good ones are badly worded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS = 365
REPS = 40
CONVERSATIONS, INDUSTRIES, PAINS, FUNCTIONS = 5, 8, 12, 6
NEW_SHARE = 0.2  # of the assets come in the second half of the year
TAGGED = 0.7  # chance that a facet of an asset is tagged
PREFERS, READ_ARIGHT = 0.4, 0.7  # searches whose conversation is chosen, and of the others read aright
MOST_SEEN = 20

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Library:
    """Assets in rows. `quality` is by conversation, `wording` how well its words meet each pain's words."""

    home: Numbers
    industry: Numbers  # -1: for any
    pain: Numbers
    function: Numbers
    tags: NDArray[np.bool_]  # industry, pain, function
    quality: Floats
    wording: Floats
    born: Numbers  # day of publication

    @property
    def size(self) -> int:
        return len(self.home)

    @property
    def is_new(self) -> NDArray[np.bool_]:
        return self.born > 0


@dataclass(frozen=True, slots=True)
class Need:
    """One search: what the customer is, what the product reads of the conversation, and how far the rep looks.

    `luck` decides by asset whether it is examined and used: the same in every arm, so that arms differ by their
    ranking alone.
    """

    rep: int
    minute: int
    conversation: int
    industry: int
    pain: int
    function: int
    prefers: bool
    read_as: int
    depth: int
    noise: Floats
    luck: Floats


def library_of(count: int, seed: int) -> Library:
    random = np.random.default_rng([seed, 1])
    home = random.integers(CONVERSATIONS, size=count)
    # A few are very good, most are not; elsewhere than at home an asset is worth less, seldom as much.
    quality = random.beta(1.0, 2.2, size=count)[:, None] * random.beta(1.0, 3.0, size=(count, CONVERSATIONS))
    quality[np.arange(count), home] = random.beta(1.0, 2.2, size=count)
    pain = random.integers(PAINS, size=count)
    wording = random.normal(0.0, 0.2, size=(count, PAINS))
    wording[np.arange(count), pain] += 0.6
    return Library(
        home=home,
        industry=np.where(random.random(count) < 0.3, -1, random.integers(INDUSTRIES, size=count)),
        pain=pain,
        function=random.integers(FUNCTIONS, size=count),
        tags=random.random((count, 3)) < TAGGED,
        quality=quality,
        wording=wording,
        born=np.where(random.random(count) < NEW_SHARE, random.integers(DAYS // 2, DAYS - 30, size=count), 0),
    )


def needs(library: Library, count: int, seed: int) -> Iterator[Need]:
    """Give a year's searches in order of time."""
    random = np.random.default_rng([seed, 2])
    # Some industries and pains are met every day, others once a month.
    industries, pains = random.dirichlet(np.ones(INDUSTRIES) * 2), random.dirichlet(np.ones(PAINS) * 2)
    for minute in np.sort(random.integers(DAYS * 24 * 60, size=count)):
        conversation = int(random.integers(CONVERSATIONS))
        aright = random.random() < READ_ARIGHT
        yield Need(
            rep=int(random.integers(REPS)),
            minute=int(minute),
            conversation=conversation,
            industry=int(random.choice(INDUSTRIES, p=industries)),
            pain=int(random.choice(PAINS, p=pains)),
            function=int(random.integers(FUNCTIONS)),
            prefers=bool(random.random() < PREFERS),
            read_as=conversation if aright else int(random.integers(CONVERSATIONS)),
            depth=int(min(MOST_SEEN, 2 + random.geometric(0.15))),
            noise=random.normal(0.0, 0.1, size=library.size),
            luck=random.random(library.size),
        )


def words(library: Library, need: Need) -> Floats:
    """Say how well the words answer, 0..1 over the assets there are."""
    found = library.wording[:, need.pain] + 0.15 * (library.industry == need.industry) + need.noise
    return (found - found.min()) / (found.max() - found.min())


def terms(library: Library, need: Need) -> Floats:
    """Say how much of the details asked for is tagged, 0..1, in search.md's weights of facets."""
    met = np.stack(
        [library.industry == need.industry, library.pain == need.pain, library.function == need.function], 1
    )
    return (met & library.tags) @ np.array([2.0, 1.6, 1.2]) / 4.8


def helps(library: Library, need: Need) -> Floats:
    """Say how likely a rep who reads the asset uses it."""
    fits = np.where(library.pain == need.pain, 1.0, 0.08)
    fits = fits * np.where((library.industry == need.industry) | (library.industry < 0), 1.0, 0.35)
    fits = fits * np.where(library.function == need.function, 1.0, 0.7)
    return np.minimum(1.0, 2.0 * library.quality[:, need.conversation] * fits)
