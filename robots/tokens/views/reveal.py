"""The one answer that shows a new secret, or the link to one."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from console.http import Request, current
from console.models import Service
from console.moments import describe
from console.services.queries import logins_of
from robots.accounts.views.access import allowed_by
from robots.base.states import earlier
from robots.models import Token
from robots.secrets.matching import right_one
from robots.tokens.export_shapes import Handover, PersonalHandover
from robots.tokens.exports import (
    SCOPES,
    forms_of,
    kubernetes_config,
    kubernetes_secret,
)
from robots.tokens.forms.downloads import NAMESPACE_PATTERN, DownloadForm
from robots.tokens.services.handovers import Link
from robots.tokens.services.minting import Minted, mark_handed_over
from robots.tokens.views.first_use import may_ask, waiting
from robots.tokens.views.frame import OwnerFrame, TokenFrame

# Longer secrets are folded: the compact ones and those that people choose never are.
FOLDED_FROM = 150
STILL_OPEN = (
    "Nothing was changed. The page with the token is still open in the tab beside this one."
)


class RevealResponse(HttpResponse):
    """The one answer that carries a secret; the server closes it when it has taken it over."""

    def __init__(self, content: str, handed_over: Callable[[], None]) -> None:
        super().__init__(content)
        self["Cache-Control"] = "no-store"
        self.handed_over = handed_over

    def close(self) -> None:
        super().close()
        self.handed_over()


def answer(request: Request, frame: OwnerFrame, made: Minted | Link) -> HttpResponse:
    """The one page that shows a new secret, or the link to one."""
    if isinstance(made, Link):
        return _show_link(request, frame, made)
    return reveal(request, frame, made)


@sensitive_variables()
def _show_link(request: Request, frame: OwnerFrame, link: Link) -> HttpResponse:
    where = reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()])
    context = TokenFrame(link.handover.token, frame).page() | {
        "handover": link.handover,
        "link": f"{settings.ROSTER_ORIGIN}{where}",
    }
    return render(request, "robots/tokens/handover_link.html", context)


@sensitive_variables()
def reveal(request: Request, frame: OwnerFrame, minted: Minted) -> HttpResponse:
    """The one page that shows a new secret to whoever made it."""
    context = TokenFrame(minted.token, frame).page() | {
        "abilities": allowed_by(minted.token),
        "after_url": minted.token.get_absolute_url(),
        "download_url": minted.token.address("token-download"),
    }
    if may_ask(request, minted.token):
        context |= waiting(minted.secret)
    return reveal_page(request, "robots/tokens/reveal.html", minted, context)


@sensitive_variables()
def reveal_page(
    request: Request, template: str, minted: Minted, context: Mapping[str, object]
) -> HttpResponse:
    """A page with the secret in all its forms; it counts as received when the server has taken it."""
    handover = _handover(minted.token, minted.plaintext.reveal())
    exports = forms_of(handover)
    shown: dict[str, object] = {
        "robot": minted.token.robot,
        "token": minted.token,
        "secret": handover.secret,
        "json": exports.pop("json"),
        "bare": exports.pop("secret"),
        "exports": list(exports.values()),
        "namespace_pattern": NAMESPACE_PATTERN,
        "scopes": _scopes(handover),
        "asked": None,
        "is_folded": len(handover.secret) > FOLDED_FROM,
    }
    shown |= _replaced(minted)
    page = render(request, template, {**shown, **context})
    return RevealResponse(page.content.decode(), lambda: mark_handed_over(minted.secret))


def _replaced(minted: Minted) -> dict[str, object]:
    """The secret beside which, or instead of which, there is a new one, and until when it works."""
    token = minted.token
    before = token.secrets.exclude(pk=minted.secret.pk)
    old = before.live().first()
    end = earlier(old.ends_at, token.ends_at) if old else None
    had = old is not None or before.exists()
    return {"had_secret": had, "old": old, "old_end": end and describe(end)}


def _scopes(handover: PersonalHandover) -> list[tuple[str, str, str]]:
    """For which images a pull secret may be, in words, and what it then holds."""
    if not isinstance(handover, Handover):
        return []
    return [(it, words, kubernetes_config(handover, it)) for it, words in SCOPES.items()]


def _handover(token: Token, secret: str) -> PersonalHandover:
    robot, origin = token.robot, settings.ROSTER_ORIGIN
    if robot is None:
        return PersonalHandover(token.uuid, secret, token.name, origin)
    first, *others = logins = logins_of(robot.organization)
    return Handover(
        access_id=token.uuid,
        secret=secret,
        robot_id=robot.pk,
        robot_name=robot.name,
        project=robot.project_slug,
        token_name=token.name,
        login_name=robot.login_name,
        organization=robot.organization.slug,
        registry_host=first.host,
        registry_service=next(it.identifier for it in logins if it.kind == Service.Kind.REGISTRY),
        origin=origin,
        created_at=token.created_at,
        ends_at=token.ends_at,
        other_hosts=tuple({it.host: "" for it in others if it.host != first.host}),
    )


def _faults(form: DownloadForm) -> str:
    """What is wrong with the form, field by field."""
    return " ".join(
        f"{form.fields[name].label or name.title()}: {' '.join(map(str, messages))}"
        for name, messages in form.errors.items()
    )


@sensitive_variables()
def attachment(request: Request, token: Token) -> HttpResponse:
    """The file that the download's form asks for, if it brings a secret of the token."""
    form = DownloadForm(request.POST)
    if not form.is_valid():
        raise BadRequest(f"{_faults(form)} {STILL_OPEN}")
    cleaned = form.cleaned_data
    live = list(token.secrets.live())
    if right_one(live, cleaned["secret"], current.get().address) is None:
        raise BadRequest(f"That is not this token's secret. {STILL_OPEN}")
    handover = _handover(token, cleaned["secret"])
    export = forms_of(handover).get(cleaned["form"])
    if export is None:
        raise BadRequest(f"There is no such file of this token. {STILL_OPEN}")
    if isinstance(handover, Handover) and export.key == "kubernetes":
        export = kubernetes_secret(handover, cleaned["namespace"], cleaned["scope"])
    response = HttpResponse(export.text, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    response["Cache-Control"] = "no-store"
    return response
