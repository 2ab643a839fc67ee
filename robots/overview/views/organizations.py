"""Every organization of the installation in numbers, for operators, who see nothing of what is in them."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization, Project
from console.pages.htmx import page_or_part
from console.pages.reading import read_search
from console.pages.site import operators_only, site_frame
from console.paging import CappedCount, Order, count_words, page_of
from robots.models import Robot, Token
from teams.models import Membership

BY_SLUG = Order("slug", unique=True)


@require_GET
@operators_only
def site_organization_list(request: Request) -> HttpResponse:
    """Found by name, each with how many people, projects, robot accounts and tokens it has."""
    reading = read_search(request)
    found = _with_counts(_named(reading.text))
    page = page_of(found, BY_SLUG, reading, ("organization", "organizations"))
    rows = [(found, _counts(found)) for found in page.rows]
    context = site_frame("organizations") | {"page": page, "rows": rows, "q": reading.text}
    template = "robots/overview/site_organization_list.html"
    return page_or_part(request, template, "organization-table", context)


def _named(text: str) -> QuerySet[Organization]:
    if not text:
        return Organization.objects.all()
    return Organization.objects.filter(Q(slug__has_text=text) | Q(name__has_text=text))


def _with_counts(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    own = OuterRef("pk")
    members = Membership.objects.filter(organization=own)
    return organizations.annotate(
        count_people=CappedCount(members),
        count_owners=CappedCount(members.filter(role=Membership.Role.OWNER, user__is_active=True)),
        count_projects=CappedCount(Project.objects.filter(organization=own)),
        count_robots=CappedCount(Robot.objects.living().filter(organization=own)),
        count_tokens=CappedCount(Token.objects.living().filter(organization=own)),
    )


def _counts(organization: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - one that was annotated
    """Each column's head and what stands below it."""
    counts = (
        ("People", organization.count_people),
        ("Owners", organization.count_owners),
        ("Projects", organization.count_projects),
        ("Robots", organization.count_robots),
        ("Tokens", organization.count_tokens),
    )
    return [(head, count_words(count)) for head, count in counts]
