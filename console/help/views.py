"""Help and its guides, in the frame of where one is."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console.help.library import chapters, documents
from console.help.rendering import rendered
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.permissions.roles import BUILTIN_ROLES
from console.permissions.vocabulary import DATA_PERMISSIONS, OFFERED, Permission

# What one types first of the `roster` command; tests/cli/test_help_page.py types it.
FIRST_SESSION = """\
roster login --server {origin} -a {organization}
roster robot create ci --project PROJECT --expires-in 90d --token nightly --output nightly.json"""

PERMISSION_GROUPS = {
    "Data permissions": DATA_PERMISSIONS,
    "Control permissions": OFFERED - DATA_PERMISSIONS,
}


@require_GET
def help_page(request: Request) -> HttpResponse:
    """Help where one is in no organization."""
    return _help(request, "personal.html")


@require_GET
@in_organization("help")
def organization_help(request: Request, organization: Organization) -> HttpResponse:
    """Help in the organization's frame, or the part of it that htmx opens beside a page."""
    return _help(request, "console.html", organization.slug)


def _help(request: Request, base: str, slug: str = "ORGANIZATION") -> HttpResponse:
    """When a robot, which token, how to use the command, and what every permission means; from the data."""
    context = {
        "base": base,
        "section": "help",
        "session": FIRST_SESSION.format(origin=settings.ROSTER_ORIGIN, organization=slug),
        "chapters": chapters(),
        "permission_groups": [
            (title, [name for name in Permission if name in shown])
            for title, shown in PERMISSION_GROUPS.items()
        ],
        "roles": list(BUILTIN_ROLES.values()),
    }
    return page_or_part(request, "console/help/help.html", "help", context)


@require_GET
def guide(request: Request, guide: str) -> HttpResponse:
    """A guide where one is in no organization."""
    return _document(request, "personal.html", guide)


@require_GET
@in_organization("help")
def guide_here(request: Request, organization: Organization, guide: str) -> HttpResponse:
    """The same in the organization's frame."""
    return _document(request, "console.html", guide)


def _document(request: Request, base: str, path: str) -> HttpResponse:
    """A guide as a page; a file that guides lead to, as it is."""
    document = documents().get(path)
    if document is None:
        raise Http404
    text = rendered(document) if document.is_guide else ""
    context = {"base": base, "section": "help", "document": document, "text": text}
    return render(request, "console/help/guide.html", context)
