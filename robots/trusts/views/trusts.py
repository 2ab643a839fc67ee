"""One trust: its page, how a job uses it, disable, enable, delete."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.http import Request
from console.pages.confirmation import Consequence, confirm
from console.pages.htmx import done
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from console.services.queries import logins_of
from robots.accounts.views.access import in_words
from robots.accounts.views.frame import robot_page
from robots.base.claim_conditions import Condition
from robots.models import Robot, Trust
from robots.secrets.handed_out import handed_out
from robots.tokens.export_shapes import Export
from robots.trusts.guides import GUIDES
from robots.trusts.keys import IssuerKey, parse_keys
from robots.trusts.queries import events_about
from robots.trusts.services import delete_trust, update_trust
from robots.trusts.snippets import Way, snippets_of
from robots.trusts.views.frame import crumbs_of, of_trust, offered, trust_list_url
from robots.usage.token_charts import token_chart

ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One condition, and what its claim means."""

    rule: Condition
    meaning: str


@require_GET
@of_trust(Permission.TRUST_READ)
def trust(request: Request, trust: Trust) -> HttpResponse:
    robot = trust.robot
    context = (
        robot_page(request, robot, "trusts")
        | offered(request, robot)
        | {
            "trust": trust,
            "token": trust.token,
            "guide": GUIDES[trust.preset],
            "rules": _rules(trust),
            "keys": _keys(trust),
            "abilities": in_words(robot),
            "chart": token_chart(request, trust.token),
            "snippets": _snippets(trust),
            "breadcrumb": crumbs_of(trust),
            "buttons": [],
        }
    )
    context |= _history(request, trust)
    return render(request, "robots/trusts/trust.html", context)


def _rules(trust: Trust) -> list[RuleLine]:
    meanings = {claim.name: claim.meaning for claim in trust.kind.claims}
    return [RuleLine(rule, meanings.get(rule.claim, "")) for rule in trust.rules]


def _keys(trust: Trust) -> tuple[IssuerKey, ...]:
    """Those that were pasted."""
    return parse_keys(trust.keys).keys if trust.keys else ()


def _history(request: Request, trust: Trust) -> dict[str, object]:
    """What happened, and the way to all of it, for whoever may read the audit log."""
    if not allows(request.viewer, Permission.EVENT_READ, trust.robot):
        return {"events": None, "log_url": ""}
    organization = trust.robot.organization
    url = reverse("console:event-list", args=[organization.slug]) + f"?token={trust.uuid}"
    sees_log = allows(request.viewer, Permission.EVENT_READ, organization)
    return {"events": events_about(trust), "log_url": url if sees_log else ""}


def _snippets(trust: Trust) -> list[Export]:
    return snippets_of(
        trust.preset,
        Way(
            origin=settings.ROSTER_ORIGIN,
            audience=trust.audience,
            login_name=trust.robot.login_name,
            registry_host=_host(trust.robot),
            **_service_account(trust),
        ),
    )


def _host(robot: Robot) -> str:
    """Where one logs in first."""
    return logins_of(robot.organization)[0].host


def _service_account(trust: Trust) -> dict[str, str]:
    """The one of a cluster that the trust names, if it names one."""
    for rule in trust.rules:
        namespace, _, name = rule.value.removeprefix(ACCOUNT).partition(":")
        if rule.claim == "sub" and rule.is_exact and rule.value.startswith(ACCOUNT) and name:
            return {"namespace": namespace, "service_account": name}
    return {}


@require_POST
@of_trust(Permission.TRUST_UPDATE)
def trust_disable(request: Request, trust: Trust) -> HttpResponse:
    update_trust(actor=request.user, trust=trust, disabled=True)
    said = f"Trust {trust.name} is disabled. Nobody logs in by it, and who has is refused."
    messages.success(request, f"{said} {handed_out()}")
    return done(request, trust)


@require_POST
@of_trust(Permission.TRUST_UPDATE)
def trust_enable(request: Request, trust: Trust) -> HttpResponse:
    update_trust(actor=request.user, trust=trust, disabled=False)
    messages.success(request, f"Trust {trust.name} is enabled.")
    return done(request, trust)


@require_http_methods(["GET", "POST"])
@of_trust(Permission.TRUST_DELETE)
def trust_delete(request: Request, trust: Trust) -> HttpResponse:
    """A question that names the trust and when it was last used; then it is gone."""
    consequence = Consequence(
        lambda: delete_trust(actor=request.user, trust=trust),
        f"Trust {trust.name} deleted.",
        trust_list_url(trust.robot),
    )
    context = {"trust": trust, "token": trust.token, "breadcrumb": crumbs_of(trust, "Delete")}
    return confirm(request, "robots/trusts/trust_delete.html", context, consequence)
