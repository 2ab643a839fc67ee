"""The overview of an organization: what needs me, what happened, how much, what next."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization, Project
from console.paging import capped_count, count_words
from console.permissions import Permission, allows
from console.views.events import events_of, with_sentences
from console.views.frame import in_organization
from robots.models import Robot, Token, Usage
from robots.models.robots import NEVER_USED
from robots.models.tokens import TokenQuerySet
from robots.models.usage import ACCEPTED
from robots.views.charts import organization_chart

SHOWN_EVENTS = 10
SHOWN_PROJECTS = 20
SOON = timedelta(days=14)
LONG = timedelta(days=90)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; ticks itself."""

    label: str
    text: str
    done: bool
    url: str


@dataclass(frozen=True, slots=True)
class Need:
    """Something that wants a look, and how many of it."""

    label: str
    count: str
    note: str
    tone: str


def _needs(tokens: TokenQuerySet) -> list[Need]:
    now = timezone.now()
    soon = capped_count(tokens.filter(expires_at__gt=now, expires_at__lte=now + SOON))
    unused = capped_count(tokens.filter(last_used_at__lt=now - LONG, created_at__lt=now - LONG))
    endless = capped_count(tokens.filter(expires_at=None, robot__expires_at=None))
    week = Usage.objects.filter(token=OuterRef("pk"), day__gte=(now - WEEK).date())
    refused = capped_count(tokens.filter(Exists(week.exclude(outcome=ACCEPTED))))
    return [
        Need("Expiring", count_words(soon), "tokens in 14 days", "warning" if soon else ""),
        Need("Unused", count_words(unused), "tokens for 90 days", ""),
        Need("Refused", count_words(refused), "tokens in 7 days", "danger" if refused else ""),
        Need("Never expiring", count_words(endless), "tokens", ""),
    ]


def _steps(organization: Organization) -> list[Step]:
    slug = organization.slug
    robots = Robot.objects.living().filter(organization=organization)
    tokens = Token.objects.living().filter(robot__organization=organization)
    created, used = tokens.exists(), tokens.filter(last_used_at__gt=NEVER_USED).exists()
    return [
        Step("Create a project", "It holds your repositories.",
             Project.objects.filter(organization=organization).exists(),
             reverse("console:project-create", args=[slug])),
        Step("Create a robot account", "One for each job that logs in.", robots.exists(),
             reverse("robots:robot-create", args=[slug])),
        Step("Create a token", "It is shown once.", created,
             reverse("robots:robot-list", args=[slug])),
        Step("Log in with it", "The first use ticks this off.", used, ""),
    ]  # fmt: skip


def _robots(organization: Organization) -> dict[str, object]:
    tokens = Token.objects.living().filter(robot__organization=organization, robot__deleted_at=None)
    steps = _steps(organization)
    return {
        "sees_robots": True,
        "needs": _needs(tokens),
        "chart": organization_chart(organization) if steps[-1].done else None,
        "steps": steps if not all(step.done for step in steps) else [],
    }


@require_GET
@in_organization("overview")
def overview(request: Request, organization: Organization) -> HttpResponse:
    """For whom may see robots, all of it; for others the organization's name and its people."""
    context: dict[str, object] = {"breadcrumb": [(organization.name, "")], "sees_robots": False}
    if allows(request.viewer, Permission.ROBOT_READ, organization):
        context |= _robots(organization)
    else:
        projects = Project.objects.visible_to(request.viewer, organization)
        context["projects"] = projects.select_related("organization")[:SHOWN_PROJECTS]
    if allows(request.viewer, Permission.EVENT_READ, organization):
        events = events_of(organization).order_by("-number")[:SHOWN_EVENTS]
        context["events"] = with_sentences(list(events))
    return render(request, "robots/overview.html", context)
