"""From the index's hits to what is shown of them: the asset, its best passages, and why it stands there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.reasons import HitFacts, why
from content_map.domain.synonyms import SynonymMet
from content_map.models import Asset
from content_map.services.answers import FoundHit, Passage
from content_map.services.asking import Asked, Finder
from content_map.services.coverage import CONFIRMED
from content_map.services.lift_table import UseFact
from content_map.services.meant import also_meant, brought_by
from content_map.services.showing import ShownPage, load_shown
from search.contract import Hit, Results, SearchUnavailable

PASSAGES = 3
MARK = "<mark>"
BEGINNING_CHARACTERS = 200
FOLDED = 5  # near-copies named under a hit; of more only their number is told


def present(
    finder: Finder, asked: Asked, results: Results, *, first_rank: int, actor: Actor, now: datetime
) -> tuple[FoundHit, ...]:
    """Load what the hits show; what the actor may not see, or is live no more, is left out."""
    pages_of: dict[str, Sequence[int]] = {
        other: () for hit in results.hits for other in hit.folded[:FOLDED]
    } | {hit.id: hit.pages or asked.alike.page_of(hit.id) for hit in results.hits}
    with finder.sessions.read() as session:
        shown = load_shown(session, pages_of, now=now, actor=actor)
    teller = _Teller(_cutter(finder, asked), asked, also_meant(asked.words, asked.synonyms), shown)
    live = [hit for hit in results.hits if hit.id in shown]
    return tuple(teller.tell(hit, rank) for rank, hit in enumerate(live, start=first_rank))


def _cutter(finder: Finder, asked: Asked) -> Callable[[str], str | None]:
    try:
        return finder.index.highlighter(asked.query(limit=1))
    except SearchUnavailable:
        return lambda _text: None  # found without the index: no pages are known either


def _beginning(text: str) -> str:
    """Cut what a page begins with, for one that answers in other words than those asked."""
    words = " ".join(text[: 5 * BEGINNING_CHARACTERS].split())
    if len(words) > BEGINNING_CHARACTERS:
        words = f"{words[:BEGINNING_CHARACTERS].rpartition(' ')[0]} …"
    return escape(words)


@dataclass(frozen=True, slots=True)
class _Teller:
    """What every hit of one answer is told with."""

    cut: Callable[[str], str | None]
    asked: Asked
    meant: Sequence[SynonymMet]
    shown: Mapping[str, tuple[Asset, Sequence[ShownPage]]]

    def tell(self, hit: Hit, rank: int) -> FoundHit:
        """Say of one hit what it is, where the words are, and why it stands there."""
        asset, pages = self.shown[hit.id]
        passages = self._passages(hit.id, pages)
        terms = {tag.term.full_key for tag in asset.terms if tag.source == CONFIRMED}
        suggested = frozenset(hit.boosted).difference(terms)
        facts = self._facts(hit, asset, pages, passages, terms, suggested)
        asked = self.asked
        wanted = [chip for chip in asked.chips if not chip.negated and chip.ref is not None]
        return FoundHit(
            rank=rank,
            asset=asset,
            score=hit.score,
            passages=passages,
            reasons=why(asked.chips, asked.reading, asked.situation, facts, today=asked.today),
            met=tuple(chip for chip in wanted if chip.ref in terms),
            missed=tuple(chip for chip in wanted if chip.ref not in terms),
            likely=tuple(chip for chip in wanted if chip.ref in suggested),
            folded=tuple(self.shown[other][0] for other in hit.folded[:FOLDED] if other in self.shown),
            is_explored=facts.is_explored,
        )

    def _passages(self, asset_id: str, pages: Sequence[ShownPage]) -> tuple[Passage, ...]:
        cuts = [(page, self.cut(page.text)) for page in pages[:PASSAGES]]
        marked = tuple(Passage(page.number, page.label, html) for page, html in cuts if html is not None)
        alike = self.asked.alike.page_of(asset_id)
        return marked or tuple(
            Passage(page.number, page.label, _beginning(page.text)) for page in pages if page.number in alike
        )

    def _facts(
        self,
        hit: Hit,
        asset: Asset,
        pages: Sequence[ShownPage],
        passages: Sequence[Passage],
        terms: Collection[str],
        suggested: Collection[str],
    ) -> HitFacts:
        asked = self.asked
        use = asked.uses.fact(asset.id, asked.purpose) if asked.purpose else UseFact()
        page = passages[0].label if passages and MARK in passages[0].html else None
        texts = [asset.title, asset.summary or "", *(page.text for page in pages)]
        return HitFacts(
            terms,
            Conversation(asset.conversation) if asset.conversation else None,
            page,
            asset.audience == Audience.INTERNAL,
            suggested=suggested,
            synonyms=brought_by(self.meant, texts) if self.meant else (),
            uses=use.uses,
            shown=use.shown,
            is_explored=asset.id == asked.explored,
            is_alike=page is None and asked.alike.page_of(hit.id) != (),
            folded=len(hit.folded),
            updated=asset.current.created_at.date(),
            review_by=asset.review_by,
        )
