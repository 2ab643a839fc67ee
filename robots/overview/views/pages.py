"""The pages of the console that its search knows by name, and what can be done from there."""

from collections.abc import Callable, Iterable

from django.urls import reverse

from console.help.library import chapters
from console.http import Request
from console.models import Service
from console.organizations.views.organizations import settings_tabs
from console.pages.context import NavigationEntry, navigation
from console.permissions.vocabulary import Permission
from robots.overview.finding import Group, Hit
from teams.users.services import may_create_organization

# What else people call the pages of the menu.
ALSO = {
    "Users": "people members",
    "Robots": "robot accounts",
    "Tokens": "access secrets",
    "Roles": "permissions",
    "Audit log": "events history",
}
INVITATIONS = NavigationEntry(
    "Invitations", "teams:invitation-list", "mail", "users", Permission.MEMBER_CREATE
)
OWN = (
    ("My account", "teams:my-account", "circle-user-round", "password"),
    ("Personal account", "teams:personal-account", "house", "organizations"),
    ("My API tokens", "robots:personal-token-list", "key-round", "personal"),
    ("Notices", "console:notice-list", "bell", "news"),
)
# The same wherever one is, in the frame of where one is.
READING = (
    ("API reference", "console:api-reference", "braces", "rest documentation"),
    ("Help", "console:help", "circle-question-mark", "documentation"),
)
READING_HERE = (
    ("API reference", "console:organization-reference", "braces", "rest documentation"),
    ("Help", "console:organization-help", "circle-question-mark", "documentation"),
)
# What only operators open.
SITE = (
    ("Services of the site", "console:site-service-list", "blocks", "registries"),
    ("Webhooks of the site", "console:site-webhook-list", "webhook", "notices"),
    ("Scanning partners", "console:partner-list", "scan-search", "leaks"),
)
ACTS = (
    NavigationEntry(
        "Create Robot Account",
        "robots:robot-create",
        "plus",
        "robots",
        Permission.ROBOT_CREATE,
        True,
    ),
    NavigationEntry(
        "Create Project", "console:project-create", "plus", "projects", Permission.PROJECT_CREATE
    ),
    NavigationEntry("Create Team", "teams:team-create", "plus", "teams", Permission.TEAM_CREATE),
    NavigationEntry(
        "Create Role", "robots:role-create", "plus", "roles", Permission.ROLE_CREATE, True
    ),
    NavigationEntry(
        "Invite User", "teams:invitation-create", "mail", "users", Permission.MEMBER_CREATE
    ),
    NavigationEntry(
        "Create Webhook",
        "console:webhook-create",
        "plus",
        "settings",
        Permission.ORGANIZATION_UPDATE,
    ),
)


def pages_found(request: Request, text: str) -> list[Group]:
    """What the viewer may open and do in an organization, and of their own."""
    slug = request.organization.slug
    pages = [*_pages(request), *_own(request), *_listed(READING_HERE, slug)]
    guides = _guides("console:organization-guide", slug)
    return _groups(text, pages, [*_acts(request), *_own_acts(request)], guides)


def own_pages_found(request: Request, text: str) -> list[Group]:
    """The same outside an organization."""
    pages = [*_own(request), *_listed(READING)]
    return _groups(text, pages, _own_acts(request), _guides("console:guide"))


def _groups(
    text: str, pages: Iterable[tuple[Hit, str]], acts: Iterable[Hit], guides: Iterable[Hit]
) -> list[Group]:
    """Those whose words begin with those of `text`; without a text all of them but the guides."""
    is_wanted = _having(text.casefold().split())
    found = (
        Group("Pages", [hit for hit, also in pages if is_wanted(f"{hit.name} {also}")]),
        Group("Actions", [hit for hit in acts if is_wanted(hit.name)]),
        Group("Guides", [hit for hit in guides if text and is_wanted(hit.name)]),
    )
    return [group for group in found if group.hits]


def _guides(route: str, *where: str) -> Iterable[Hit]:
    for chapter in chapters():
        for guide in chapter.guides:
            yield Hit(guide.title, reverse(route, args=[*where, guide.path]), "book-open")


def _having(words: Iterable[str]) -> Callable[[str], bool]:
    wanted = list(words)

    def is_wanted(name: str) -> bool:
        own = name.casefold().split()
        return all(any(word.startswith(begin) for word in own) for begin in wanted)

    return is_wanted


def _pages(request: Request) -> Iterable[tuple[Hit, str]]:
    """Those of the menu, and what stands in tabs below them; each with its other names."""
    organization, viewer = request.organization, request.viewer
    for item in navigation(organization, viewer):
        yield Hit(item.label, item.url, item.icon), ALSO.get(item.label, "")
    if INVITATIONS.is_open_to(viewer):
        yield _hit(request, INVITATIONS), ""
    for tab in settings_tabs(viewer, organization, "")[1:]:
        yield Hit(tab.label, tab.url, "settings", "Settings"), "settings"


def _own(request: Request) -> Iterable[tuple[Hit, str]]:
    yield from _listed(OWN)
    if request.user.is_operator:
        yield from _listed(SITE)


def _listed(pages: Iterable[tuple[str, str, str, str]], *where: str) -> Iterable[tuple[Hit, str]]:
    for label, name, icon, also in pages:
        yield Hit(label, reverse(name, args=where), icon), also


def _acts(request: Request) -> list[Hit]:
    acts = [_hit(request, act) for act in ACTS if act.is_open_to(request.viewer)]
    if request.viewer.projects_with(Permission.ORGANIZATION_UPDATE) is None:
        where = [request.organization.slug, Service.Kind.REGISTRY]
        acts.append(Hit("Create Service", reverse("console:service-create", args=where), "plus"))
    return acts


def _own_acts(request: Request) -> list[Hit]:
    acts = [Hit("Create API Token", reverse("robots:personal-token-create"), "key-round")]
    if may_create_organization(request.user):
        acts.append(Hit("Create Organization", reverse("teams:organization-create"), "plus"))
    return acts


def _hit(request: Request, entry: NavigationEntry) -> Hit:
    return Hit(entry.label, reverse(entry.name, args=[request.organization.slug]), entry.icon)
