"""The tabs of a repository that registries fill: tags, and who pushed and pulled."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization
from console.organizations.queries import find_repository
from console.organizations.views.repositories import repository_page
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read, read_search
from console.paging import address, page_of
from robots.artifacts.forms import UseFilterForm
from robots.artifacts.lines import tag_lines, use_lines
from robots.artifacts.queries import LAST_PUSHED, LAST_USED, matching, tags_of, uses_of_repository
from robots.models.artifacts import Action

USES = ("entry", "entries")


@require_GET
@in_organization("repositories")
def repository_tags(request: Request, organization: Organization, repository: UUID) -> HttpResponse:
    found = find_repository(request, organization, repository)
    reading = read_search(request)
    page = page_of(tags_of(found, reading.text), LAST_PUSHED, reading, ("tag", "tags"))
    context = repository_page(request, found, "tags") | {
        "q": reading.text,
        "page": page,
        "lines": tag_lines(request.viewer, found, page.rows),
    }
    return page_or_part(request, "robots/artifacts/repository_tags.html", "tag-table", context)


@require_GET
@in_organization("repositories")
def repository_activity(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    found = find_repository(request, organization, repository)
    reading = read(request, UseFilterForm(request.GET))
    wanted = str(reading.wanted.get("action", ""))
    uses = matching(uses_of_repository(found), reading.text, wanted)
    page = page_of(uses, LAST_USED, reading, USES)
    context = repository_page(request, found, "activity") | {
        "q": reading.text,
        "action": wanted,
        "chosen": Action(wanted).label if wanted else "",
        "actions": _actions(request, wanted),
        "caption": f"What was pushed and pulled in {found.name}",
        "of_robot": False,
        "is_filtered": bool(reading.text or wanted or reading.unreadable),
        "page": page,
        "lines": use_lines(request.viewer, organization, page.rows),
    }
    return page_or_part(request, "robots/artifacts/repository_activity.html", "use-table", context)


def _actions(request: Request, wanted: str) -> list[tuple[str, str, bool]]:
    """Each action as a filter: its name, the address with it, and whether it is on."""
    listed = [("", "Everything"), *Action.choices]
    return [
        (label, address(request.GET, action=value, cursor=""), value == wanted)
        for value, label in listed
    ]
