"""The list below the sentence box: what one may be about to write, as options to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from content_map import context
from content_map.domain.beginnings import completed
from content_map.services import suggesting
from content_map.services.suggesting import Suggested, SuggestedAs

blueprint = Blueprint("suggesting", __name__, url_prefix="/find/suggest")

ICONS = {SuggestedAs.TERM: "tags", SuggestedAs.TITLE: "file-text", SuggestedAs.SITUATION: "history"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A term beside the sentence."""

    facet: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Option:
    """A way to go on: `sentence` is what then stands in the box, `url` where a title leads, `words` an alias."""

    kind: SuggestedAs
    icon: str
    text: str
    words: str
    sentence: str
    url: str
    chip: Chosen | None


@blueprint.post("")
def options() -> str:
    """List them; the words come in the body, so that no customer's name stands in an address."""
    typed = request.form.get("situation", "")
    parts = context.resources()
    with context.reading() as session:
        found = suggesting.suggest(
            session,
            typed,
            vocabulary=parts.vocabulary.current(session),
            at_hand=parts.at_hand,
            actor=context.actor(),
            now=context.now(),
        )
    return render_template("find/_suggested.html", options=[_option(typed, each) for each in found])


def chosen_of(refs: Iterable[str]) -> list[Chosen]:
    """Show the terms that were chosen beside a sentence."""
    with context.reading() as session:
        known = context.resources().vocabulary.current(session)
    terms = (known.get(ref) for ref in dict.fromkeys(refs))
    return [Chosen(term.facet.value, term.name, term.ref) for term in terms if term is not None]


def _option(typed: str, found: Suggested) -> Option:
    facet = (found.term or "").partition(":")[0]
    return Option(
        kind=found.kind,
        icon=ICONS[found.kind],
        text=found.text,
        words=found.words if found.words.casefold() != found.text.casefold() else "",
        sentence=found.text if found.kind is SuggestedAs.SITUATION else completed(typed, found.words),
        url=url_for("pages.assets.page", asset_id=found.asset) if found.asset else "",
        chip=Chosen(facet, found.text, found.term) if found.term else None,
    )
