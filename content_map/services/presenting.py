"""From the index's hits to what is shown of them: the asset, its best passages, and why it stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.reasons import HitFacts, why
from content_map.models import Asset, Page
from content_map.services.answers import FoundHit, Passage
from content_map.services.asking import Asked, Finder
from content_map.services.lift_table import UseFact
from content_map.services.showing import load_shown
from search.contract import Hit, Results, SearchUnavailable

PASSAGES = 3


def present(
    finder: Finder, asked: Asked, results: Results, *, first_rank: int, actor: Actor, now: datetime
) -> tuple[FoundHit, ...]:
    """Load what the hits show; what the actor may not see, or is live no more, is left out."""
    with finder.sessions.read() as session:
        shown = load_shown(session, {hit.id: hit.pages for hit in results.hits}, now=now, actor=actor)
    live = [(hit, *shown[hit.id]) for hit in results.hits if hit.id in shown]
    cut = _cutter(finder, asked)
    return tuple(
        _hit(cut, asked, rank, hit, asset, pages)
        for rank, (hit, asset, pages) in enumerate(live, start=first_rank)
    )


def _cutter(finder: Finder, asked: Asked) -> Callable[[str], str | None]:
    try:
        return finder.index.highlighter(asked.query(limit=1))
    except SearchUnavailable:
        return lambda _text: None  # found without the index: no pages are known either


def _hit(
    cut: Callable[[str], str | None], asked: Asked, rank: int, hit: Hit, asset: Asset, pages: Sequence[Page]
) -> FoundHit:
    passages = []
    for page in pages[:PASSAGES]:
        html = cut(page.text)
        if html is not None:
            passages.append(Passage(page.number, page.label, html))
    terms = {tag.term.full_key for tag in asset.terms}
    use = asked.uses.fact(asset.id, asked.purpose) if asked.purpose else UseFact()
    is_explored = asset.id == asked.explored
    facts = HitFacts(
        terms,
        Conversation(asset.conversation) if asset.conversation else None,
        passages[0].label if passages else None,
        asset.audience == Audience.INTERNAL,
        uses=use.uses,
        shown=use.shown,
        is_explored=is_explored,
        updated=asset.current.created_at.date(),
        review_by=asset.review_by,
    )
    wanted = [chip for chip in asked.chips if not chip.negated]
    return FoundHit(
        rank=rank,
        asset=asset,
        score=hit.score,
        passages=tuple(passages),
        reasons=why(asked.chips, asked.reading, asked.situation, facts, today=asked.today),
        met=tuple(chip for chip in wanted if chip.ref in terms),
        missed=tuple(chip for chip in wanted if chip.ref not in terms),
        is_explored=is_explored,
    )
