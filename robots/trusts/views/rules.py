"""Making and editing trusts: whose tokens, the rule, and a question where it lets in much."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted, without_errors
from console.http import Request
from console.pages.htmx import done, form_page
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.accounts.views.access import in_words
from robots.base.trust_presets import PRESETS, Preset
from robots.models import Robot, Trust
from robots.trusts.forms.rules import RuleFormMixin, TrustEditForm, TrustForm
from robots.trusts.guides import GUIDES
from robots.trusts.services import create_trust, update_trust
from robots.trusts.views.frame import crumbs_of, of_robot, of_trust, trust_crumbs, trust_list_url

# Sent with a form that was shown what it lets in; in the address of one that is to be typed on.
CONFIRMED, CHANGE = "confirmed", "change"


@dataclass(frozen=True, slots=True)
class IssuerCard:
    """One kind of issuer to choose."""

    preset: Preset
    icon: str
    about: str
    url: str


@require_GET
@of_robot(Permission.TRUST_CREATE)
def trust_presets(request: Request, robot: Robot) -> HttpResponse:
    """Whose tokens it shall log in with."""
    context = {
        "robot": robot,
        "issuers": [_card(robot, preset) for preset in PRESETS.values()],
        "back": trust_list_url(robot),
        "breadcrumb": trust_crumbs(robot, "Add trust"),
    }
    return render(request, "robots/trusts/trust_presets.html", context)


def _card(robot: Robot, preset: Preset) -> IssuerCard:
    where = [robot.organization.slug, robot.uuid, preset.key]
    guide = GUIDES[preset.key]
    return IssuerCard(preset, guide.icon, guide.about, reverse("robots:trust-create", args=where))


@sensitive_post_parameters("keys")
@require_http_methods(["GET", "POST"])
@of_robot(Permission.TRUST_CREATE)
def trust_create(request: Request, robot: Robot, preset: str) -> HttpResponse:
    if preset not in PRESETS:
        raise Http404
    if robot.strong_permissions():
        require_fresh_sign_in(request)
    form = TrustForm(posted(request), preset=PRESETS[preset], robot=robot)
    chosen = reverse("robots:trust-presets", args=[robot.organization.slug, robot.uuid])
    context = {
        "title": f"Add trust: {form.preset.label}",
        "verb": "Create",
        "past": "created",
        "back": chosen,
        "breadcrumb": trust_crumbs(robot, ("Add trust", chosen), form.preset.label),
    }

    def save() -> Trust:
        return create_trust(actor=request.user, robot=robot, **form.values())

    return _rule_page(request, robot, form, save, context)


@sensitive_post_parameters("keys")
@require_http_methods(["GET", "POST"])
@of_trust(Permission.TRUST_UPDATE)
def trust_edit(request: Request, trust: Trust) -> HttpResponse:
    if trust.robot.strong_permissions(trust.token.permissions):
        require_fresh_sign_in(request)
    form = TrustEditForm(posted(request), trust=trust)
    context = {
        "title": f"Edit trust {trust.name}",
        "verb": "Save",
        "past": "saved",
        "back": trust.get_absolute_url(),
        "breadcrumb": crumbs_of(trust, "Edit"),
    }

    def save() -> Trust:
        return update_trust(actor=request.user, trust=trust, **form.values())

    return _rule_page(request, trust.robot, form, save, context)


def _rule_page(
    request: Request,
    robot: Robot,
    form: RuleFormMixin,
    save: Callable[[], Trust],
    context: dict[str, Any],
) -> HttpResponse:
    """The form; then the question, if there is one; then the trust."""
    context |= {"robot": robot, "form": form, "guide": form.guide, "abilities": in_words(robot)}
    is_sent = request.method == "POST" and CHANGE not in request.GET
    if is_sent and _is_doubtful(request, form):
        return render(request, "robots/trusts/trust_confirm.html", context)
    if is_sent and (trust := attempt(form, save)):
        messages.success(request, f"Trust {trust.name} {context['past']}.")
        return done(request, trust)
    if form.is_bound and not is_sent:
        without_errors(form)
    return form_page(request, "robots/trusts/trust_form.html", context, invalid=is_sent)


def _is_doubtful(request: Request, form: RuleFormMixin) -> bool:
    return CONFIRMED not in request.POST and form.is_valid() and bool(form.warnings)
