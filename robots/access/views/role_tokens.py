"""The tokens of a role: a role account is made with the first one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, parse_uuid, posted
from console.http import Request
from console.models import Organization, Project
from console.models.organizations import ProjectQuerySet
from console.organizations.queries import projects_matching
from console.pages.actions import Action
from console.pages.candidates import is_sent, text_to_find
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import MissingPermission
from console.permissions.roles import Scope
from console.permissions.vocabulary import (
    STRONG_PERMISSIONS,
    Permission,
    Permissions,
    with_implied,
)
from console.reauthentication import require_fresh_sign_in
from robots.access.forms.role_tokens import RoleTokenForm
from robots.access.forms.roles import held_on
from robots.access.services.roles import RoleAt, create_role_token, create_role_token_by_link
from robots.access.views.menus import role_token_menu
from robots.access.views.roles import (
    copy_button,
    find_role,
    may_have_tokens,
    role_crumbs,
    role_page,
)
from robots.accounts.views.choices import project_choice
from robots.base.policy import Policy
from robots.models import Robot, Token, TokenPolicy
from robots.models.robots import RobotQuerySet
from robots.queries.roles import ShownRole
from robots.tokens.services.handovers import Link
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.views.frame import robot_frame
from robots.tokens.views.reveal import answer

TEMPLATE = "robots/access/role_token_form.html"
# What making a token for a role takes at its level, beside all that the role confers.
NEEDED = frozenset({Permission.TOKEN_CREATE, Permission.ROBOT_CREATE, Permission.GRANT_CREATE})


def _is_placed_in_projects(role: ShownRole) -> bool:
    """Whether the level of a token has to be chosen: built-in roles of projects fit any project."""
    return role.builtin is not None and role.scope is Scope.PROJECT


def _places(request: Request, role: ShownRole) -> ProjectQuerySet | None:
    """The projects that may be chosen as the level; `None` when it is given. 403 when there is none."""
    if not may_have_tokens(role):
        raise Http404
    needed = NEEDED | with_implied(role.permissions)
    projects = None
    if _is_placed_in_projects(role):
        projects = Project.objects.where(request.viewer, needed, role.organization)
        if projects.exists():
            return projects
    target = (role.project or role.organization).target
    missing = needed - held_on(request.viewer, target, needed)
    if missing:
        raise MissingPermission(min(missing), target, "no grant gives it here")
    return projects


def _can_create(request: Request, role: ShownRole) -> bool:
    try:
        _places(request, role)
    except MissingPermission:
        return False
    return True


@require_GET
@in_organization("roles")
def role_tokens(request: Request, organization: Organization, /, **which: Any) -> HttpResponse:
    """The role's tokens at every level that the actor sees."""
    found = find_role(request, **which)
    tokens = Token.objects.living().filter(robot__in=_seen_accounts(request, found))
    page = page_of(
        tokens.select_related("robot__organization", "robot__project"),
        Order("created_at", descending=True),
        read(request),
        ("token", "tokens"),
    )
    context = role_page(request, found, "tokens") | {
        "page": page,
        "rows": [(token, role_token_menu(token)) for token in page.rows],
        "takes_tokens": may_have_tokens(found),
        "buttons": [*copy_button(request, found), *_create_button(request, found)],
    }
    return page_or_part(request, "robots/access/role_tokens.html", "token-table", context)


def _create_button(request: Request, role: ShownRole) -> list[Action]:
    if not may_have_tokens(role) or not _can_create(request, role):
        return []
    return [Action("Create Token", role.address("-token-create"), "key-round", "primary")]


def _seen_accounts(request: Request, role: ShownRole) -> RobotQuerySet:
    """The role's accounts whose tokens the actor may see."""
    projects = request.viewer.projects_with(Permission.TOKEN_READ)
    seen = Robot.objects.visible_to(request.viewer, role.organization)
    accounts = seen.filter(pk__in=role.accounts().values("pk"))
    return accounts if projects is None else accounts.filter(project__in=projects)


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization("roles")
def role_token_create(
    request: Request, organization: Organization, /, **which: Any
) -> HttpResponse:
    """The form; its POST answers with the secret or the link. A name that is taken at its level is a 409."""
    found = find_role(request, **which)
    projects, strong = _places(request, found), found.permissions & STRONG_PERMISSIONS
    if strong:
        require_fresh_sign_in(request)
    form = _form(request, found, projects, strong)
    sent = is_sent(request, form)
    try:
        made = attempt(form, lambda: _create(request, found, form)) if sent else None
    except RepeatedRequest as repeated:
        return redirect(repeated.token)
    if made:
        return answer(request, robot_frame(made.token.of_robot), made)
    context = _choice(request, form, projects) | {
        "role": found,
        "form": form,
        "strong": len(strong),
        "back_url": found.address("-tokens"),
        "breadcrumb": role_crumbs(found, "Create token"),
    }
    return page_or_part(request, TEMPLATE, "candidates", context, invalid=sent)


def _form(
    request: Request, role: ShownRole, projects: ProjectQuerySet | None, strong: Permissions
) -> RoleTokenForm:
    named = request.GET.get("project", "")
    project = role.project or _named_project(projects, request.POST.get("project", named))
    policy = _policy(role, project, strong)
    return RoleTokenForm(posted(request), policy=policy, projects=projects, project=named)


def _named_project(projects: ProjectQuerySet | None, named: str) -> Project | None:
    identifier = parse_uuid(named)
    return projects.filter(uuid=identifier).first() if projects is not None and identifier else None


def _choice(
    request: Request, form: RoleTokenForm, projects: ProjectQuerySet | None
) -> dict[str, object]:
    """The projects to choose from, where one has to be chosen."""
    if projects is None:
        return {}
    matching = projects_matching(projects, text_to_find(request))
    return project_choice(request, form["project"], projects, matching)


def _policy(role: ShownRole, project: Project | None, strong: Permissions) -> Policy:
    """What the form offers: as far as is known in which project the token is to be."""
    policy = TokenPolicy.objects.governing(role.organization.pk, project.pk if project else None)
    return policy.presetting_an_end() if strong else policy


def _create(request: Request, role: ShownRole, form: RoleTokenForm) -> Minted | Link:
    project = role.project or form.chosen_project
    at = RoleAt(role.organization, project, key=role.key, custom=role.custom)
    create = create_role_token_by_link if form.by_link else create_role_token
    return create(actor=request.user, role=at, **form.values())
