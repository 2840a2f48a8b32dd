"""What a customer meets behind a link: no sign-in, no chrome, nothing that outlives the link."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from content_map import context, problems
from content_map.domain import visitors
from content_map.domain.usage import ExcludedReason
from content_map.errors import ContentMapError, NotFound, TooMany
from content_map.files import PLAYED, VERSION, is_being_drawn, send_picture, send_through
from content_map.models import Page
from content_map.services import assets, share_views, share_visits
from content_map.services.share_visits import Opened, SharedVersion
from content_map.web import forms, guard
from content_map.web.guard import signed
from content_map.web.speech import _
from storage import attachment

PAGES_SHOWN = 60
REMEMBERED = 20
_PROOFS = "shares"  # in the visitor's own session: which passwords they knew

Answer = str | tuple[str, int] | Response

blueprint = Blueprint("shared", __name__, url_prefix="/s/<secret>")


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Let nobody find, keep or pass on the address, nor what it shows."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive, noimageindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.errorhandler(ContentMapError)
def refused(error: ContentMapError) -> Response:
    """Say why there is nothing, naming nobody and nothing."""
    problem = problems.describe(error)
    page = render_template(
        "shares/ended.html", status=int(problem.status), ended=error.facts.get("ended"), detail=problem.detail
    )
    answer = Response(page, int(problem.status), content_type="text/html; charset=utf-8")
    answer.headers.extend(problem.headers)
    return answer


@blueprint.get("")
@signed
def page(secret: str) -> Answer:
    """Show what was shared: the one asset, or the list of several."""
    opened = _look(secret)
    if (elsewhere := _away(opened, opened.contents)) is not None:
        return elsewhere
    if opened.count == 1:
        return _asset_page(secret, opened, opened.at(1))
    return render_template("shares/several.html", secret=secret, opened=opened, pictures=_covers(opened))


@blueprint.post("")
@signed
def enter(secret: str) -> Answer:
    """Check the password that a share asks for."""
    _look(secret)
    guard.read_strangers_form()
    try:
        opened = share_visits.unlock(
            context.resources().sessions, secret, request.form.get("password", ""), now=context.now()
        )
    except TooMany as refusal:
        answer = Response(
            _password_page({forms.FORM: refusal.detail}), 429, content_type="text/html; charset=utf-8"
        )
        answer.headers["Retry-After"] = str(refusal.facts["retry_after_seconds"])
        return answer
    if opened is None:
        return _password_page({"password": _("That is not the password of this link.")}), 422
    known = dict(session.get(_PROOFS, {}))
    known.pop(opened.id, None)
    session[_PROOFS] = dict([*known.items(), (opened.id, opened.proof)][-REMEMBERED:])
    return redirect(url_for("pages.shared.page", secret=secret), 303)


@blueprint.get("/<int:place>")
@signed
def asset(secret: str, place: int) -> Answer:
    """Show one of several."""
    opened = _look(secret)
    seen = opened.at(place)
    return _away(opened, (seen,)) or _asset_page(secret, opened, seen)


@blueprint.post("/<int:place>/seen/<uuid:event>")
@signed
def seen(secret: str, place: int, event: uuid.UUID) -> Answer:
    """Hear from the page that it stands before somebody; what another site sends is no look."""
    opened = _look(secret)
    looked_at = opened.at(place)
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if is_ours and request.headers.get("HX-Request") and not _is_locked(opened):
        _note(opened, looked_at, str(event), _visitor())
    return Response(status=204)


@blueprint.get("/<int:place>/file")
@signed
def file(secret: str, place: int) -> Answer:
    """Send the file in the share's version, or lead to a link's own address."""
    opened = _look(secret)
    wanted = opened.at(place)
    if _is_locked(opened):
        return redirect(url_for("pages.shared.page", secret=secret), 303)
    _note_click(opened, wanted)
    if wanted.version.store_key is None:
        return redirect(wanted.version.url or "", 302)
    return send_through(wanted.version, attachment(wanted.version.file_name))


@blueprint.get("/<int:place>/play")
@signed
def play(secret: str, place: int) -> Answer:
    """Play film or sound; nothing else is ever shown inline."""
    version = _unlocked(secret, place).version
    if version.media_type not in PLAYED:
        raise NotFound(_("There is nothing to play behind this link."))
    return send_through(version, "inline")


@blueprint.get("/<int:place>/subtitles.vtt")
@signed
def subtitles(secret: str, place: int) -> Answer:
    """Show what is said in a film."""
    version = _unlocked(secret, place).version
    if version.rendition_key is None or version.media_type not in PLAYED:
        raise NotFound(_("This film has no subtitles."))
    words = context.resources().store.open(version.rendition_key).read()
    return Response(words, content_type="text/vtt; charset=utf-8", headers={VERSION: str(version.number)})


@blueprint.get("/<int:place>/pages/<int:number>")
@signed
def picture(secret: str, place: int, number: int) -> Answer:
    """Show a page in full."""
    return _picture(secret, place, number, "image_key")


@blueprint.get("/<int:place>/pages/<int:number>/small")
@signed
def small_picture(secret: str, place: int, number: int) -> Answer:
    """Show a page small."""
    return _picture(secret, place, number, "thumbnail_key")


@dataclass(frozen=True, slots=True)
class Film:
    """Film or sound for the page's player."""

    is_film: bool
    poster: int | None  # the page whose picture stands for it
    has_subtitles: bool
    language: str


def _look(secret: str) -> Opened:
    with context.reading() as database:
        return share_visits.look(database, secret, now=context.now())


def _unlocked(secret: str, place: int) -> SharedVersion:
    opened = _look(secret)
    if _is_locked(opened):
        raise NotFound(_("This link asks for a password first. Open the link itself."))
    return opened.at(place)


def _is_locked(opened: Opened) -> bool:
    return opened.proof is not None and session.get(_PROOFS, {}).get(opened.id) != opened.proof


def _away(opened: Opened, looked_at: tuple[SharedVersion, ...]) -> Answer | None:
    """Answer what is no person, and who has yet to give the password; None for who may look."""
    program = visitors.machine(request.method, dict(request.headers))
    if program is not None:
        for each in looked_at:
            with context.transaction() as database:
                share_views.note_machine(
                    database, opened.id, each, visitor=_colleague() or program, now=context.now()
                )
        if visitors.is_ahead_of_time(dict(request.headers)):
            # A browser drops this and asks again when somebody really goes there.
            return Response(status=503, headers={"Retry-After": "1"})
        return render_template("shares/neutral.html")
    return _password_page({}) if _is_locked(opened) else None


def _password_page(errors: dict[str, str]) -> str:
    return render_template("shares/password.html", errors=errors)


def _asset_page(secret: str, opened: Opened, shown: SharedVersion) -> Response:
    with context.reading() as database:
        pages = assets.pages(database, shown.version)
    pictured = [page for page in pages if page.image_key is not None]
    blank = next((page.number for page in pages[:PAGES_SHOWN] if page.image_key is None), None)
    if blank is not None:
        is_being_drawn(shown.version.id, blank)  # for the next look
    rendered = render_template(
        "shares/one.html",
        secret=secret,
        opened=opened,
        asset=shown.asset,
        version=shown.version,
        place=shown.place,
        film=_film(shown, pictured),
        pages=pictured[:PAGES_SHOWN],
        more=max(len(pages) - len(pictured[:PAGES_SHOWN]), 0) if pictured else 0,
    )
    return Response(
        rendered, content_type="text/html; charset=utf-8", headers={VERSION: str(shown.version.number)}
    )


def _film(shown: SharedVersion, pictured: list[Page]) -> Film | None:
    version = shown.version
    if version.media_type not in PLAYED or version.store_key is None:
        return None
    return Film(
        is_film=version.kind == "video",
        poster=pictured[0].number if pictured else None,
        has_subtitles=version.rendition_key is not None,
        language=version.language or "en",
    )


def _covers(opened: Opened) -> frozenset[int]:
    """The places whose first page has a small picture."""
    with context.reading() as database:
        first = {each.place: database.get(Page, (each.version.id, 1)) for each in opened.contents}
    return frozenset(place for place, page in first.items() if page is not None and page.thumbnail_key)


def _picture(secret: str, place: int, number: int, size: str) -> Response:
    shown = _unlocked(secret, place)
    with context.reading() as database:
        key = getattr(assets.page(database, shown.version, number), size)
    if key is None:
        raise NotFound(_("This page has no picture."))
    return send_picture(key, version=shown.version.number)


def _colleague() -> ExcludedReason | None:
    return visitors.colleague(context.actor().role) if context.is_signed_in() else None


def _visitor() -> ExcludedReason | None:
    return _colleague() or visitors.machine(request.method, dict(request.headers))


def _note(opened: Opened, looked_at: SharedVersion, event: str, visitor: ExcludedReason | None) -> None:
    with context.transaction() as database:
        share_views.note_view(
            database, opened.id, looked_at, event_id=event, visitor=visitor, now=context.now()
        )


def _note_click(opened: Opened, wanted: SharedVersion) -> None:
    """Record a download that a person asked for, as their browser says; programs leave their own row."""
    begins = request.range is None or request.range.ranges[0][0] in {0, None}
    program = visitors.machine(request.method, dict(request.headers))
    if program is not None:
        with context.transaction() as database:
            share_views.note_machine(
                database, opened.id, wanted, visitor=_colleague() or program, now=context.now()
            )
    elif begins and request.headers.get("Sec-Fetch-User") == "?1":
        _note(opened, wanted, str(uuid.uuid4()), _visitor())
