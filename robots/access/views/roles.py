"""Roles: list, one role, create, copy, edit, delete."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Organization
from console.pages.actions import Action, Tab
from console.pages.candidates import is_sent, text_to_find
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read_search
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from robots.access.deletion_preview import SHOWN, DeletionPreview, deletion_preview
from robots.access.forms.roles import RoleForm, RoleSettingsForm
from robots.access.services.roles import ROLES_WITH_TOKENS, delete_role, require_somewhere
from robots.accounts.views.choices import project_choice
from robots.models import Token
from robots.queries.people import owners_of
from robots.queries.roles import (
    ShownRole,
    builtin_roles,
    custom_roles,
    grants_of_role,
    permission_rows,
)
from teams.models import Role
from teams.roles.services import create_role, update_role


def find_role(request: Request, **which: Any) -> ShownRole:
    """The role of the address: `role`, a UUID, or `scope` and `name` of a built-in one."""
    projects, organization = require_somewhere(request, Permission.ROLE_READ), request.organization
    if "role" in which:
        seen = Role.objects.visible_to(request.viewer, organization)
        found = get_object_or_404(
            seen.select_related("organization", "project__organization"), uuid=which["role"]
        )
        return custom_roles(organization, [found])[0]
    if (which["scope"], which["name"]) not in BUILTIN_ROLES:
        raise Http404
    shown = builtin_roles(organization, projects)
    return next(
        role for role in shown if (role.scope, role.name) == (which["scope"], which["name"])
    )


def role_crumbs(role: ShownRole, *items: str) -> Crumbs:
    """The way to a page of a role."""
    listed = ("Roles", reverse("robots:role-list", args=[role.organization.slug]))
    own: tuple[str, str] | str = (role.name, role.address()) if items else role.name
    return crumbs(role.organization, listed, own, *items)


def may_create(request: Request) -> bool:
    """Whether the actor may make roles anywhere in the organization."""
    projects = request.viewer.projects_with(Permission.ROLE_CREATE)
    return projects is None or bool(projects)


def may_have_tokens(role: ShownRole) -> bool:
    """Whether tokens can be made for it."""
    return role.custom is not None or role.key in ROLES_WITH_TOKENS


def copy_button(request: Request, role: ShownRole) -> list[Action]:
    """The button that copies the role, for those who may make roles."""
    return [Action("Copy Role", role.address("-copy"), "copy")] if may_create(request) else []


def role_page(request: Request, role: ShownRole, current: str) -> dict[str, object]:
    """What the head of every page of a role shows."""
    can_update = bool(role.custom) and allows(
        request.viewer, Permission.ROLE_UPDATE, role.custom or role.organization
    )
    tabs = [
        ("Permissions", "", "permissions", True),
        ("Tokens", "-tokens", "tokens", may_have_tokens(role)),
        ("Settings", "-settings", "settings", role.custom is not None),
    ]
    return {
        "role": role,
        "buttons": copy_button(request, role),
        "can_update": can_update,
        "tabs": [
            Tab(label, role.address(page), key == current)
            for label, page, key, is_there in tabs
            if is_there
        ],
        "breadcrumb": role_crumbs(role),
    }


@require_GET
@in_organization("roles")
def role_list(request: Request, organization: Organization) -> HttpResponse:
    projects = require_somewhere(request, Permission.ROLE_READ)
    reading = read_search(request)
    seen = Role.objects.visible_to(request.viewer, organization)
    found = seen.select_related("organization", "project__organization")
    found = found.filter(name__has_text=reading.text)
    page = page_of(found, Order("name"), reading, ("custom role", "custom roles"))
    builtin = builtin_roles(organization, projects)
    context = {
        "page": page,
        "rows": custom_roles(organization, list(page.rows)),
        "roles": [role for role in builtin if role.scope is not Scope.REPOSITORY],
        "levels": [role for role in builtin if role.scope is Scope.REPOSITORY],
        "q": reading.text,
        "can_create": may_create(request),
        "breadcrumb": crumbs(organization, "Roles"),
    }
    return page_or_part(request, "robots/access/role_list.html", "role-table", context)


@require_GET
@in_organization("roles")
def role(request: Request, organization: Organization, /, **which: Any) -> HttpResponse:
    found = find_role(request, **which)
    context = role_page(request, found, "permissions") | {
        "rows": permission_rows(found.permissions),
        "uses": _uses(request, found),
    }
    return render(request, "robots/access/role.html", context)


def _uses(request: Request, role: ShownRole) -> DeletionPreview | None:
    """Who holds a custom role where, for whoever may know that."""
    if role.custom is None or not allows(request.viewer, Permission.GRANT_READ, role.custom):
        return None
    return deletion_preview(request, grants_of_role(role.custom))


@require_http_methods(["GET", "POST"])
@in_organization("roles")
def role_create(request: Request, organization: Organization, /, **which: Any) -> HttpResponse:
    """An empty role, or a copy of the one in the address."""
    source = find_role(request, **which) if which else None
    require_somewhere(request, Permission.ROLE_CREATE)
    form = _form(request, organization, source)
    sent = is_sent(request, form)
    if sent and (role := attempt(form, lambda: _create(request, form))):
        messages.success(request, f"Role {role.name} created.")
        return done(request, role)
    context = project_choice(request, form["project"], form.offered, form.matching)
    context |= _way_back(organization, source)
    context |= {"form": form, "source": source, "owners": owners_of(organization)}
    template = "robots/access/role_form.html"
    return page_or_part(request, template, "candidates", context, invalid=sent)


def _form(request: Request, organization: Organization, source: ShownRole | None) -> RoleForm:
    return RoleForm(
        posted(request),
        actor=request.viewer,
        organization=organization,
        source=source,
        search=text_to_find(request),
    )


def _way_back(organization: Organization, source: ShownRole | None) -> dict[str, object]:
    """From a copy to the role that is copied, from an empty one to the list."""
    if source:
        return {"back_url": source.address(), "breadcrumb": role_crumbs(source, "Copy")}
    listed = ("Roles", reverse("robots:role-list", args=[organization.slug]))
    return {"back_url": listed[1], "breadcrumb": crumbs(organization, listed, "Create role")}


def _create(request: Request, form: RoleForm) -> Role:
    return create_role(actor=request.user, organization=request.organization, **form.values())


@require_http_methods(["GET", "POST"])
@in_organization("roles")
def role_settings(request: Request, organization: Organization, /, **which: Any) -> HttpResponse:
    """What a custom role is for and allows; every grant of it changes with it."""
    found = find_role(request, **which)
    custom = _custom(found)
    form = RoleSettingsForm(posted(request), actor=request.viewer, role=found)
    if request.method == "POST":
        require(request.viewer, Permission.ROLE_UPDATE, custom)
        if attempt(form, lambda: _update(request, custom, form)):
            messages.success(request, f"Role {custom.name} saved.")
            return done(request, request.path)
    context = role_page(request, found, "settings") | {
        "form": form,
        "token_count": _tokens(found).count(),
        "can_delete": allows(request.viewer, Permission.ROLE_DELETE, custom),
        "owners": owners_of(organization),
    }
    return form_page(request, "robots/access/role_settings.html", context, invalid=form.is_bound)


def _custom(role: ShownRole) -> Role:
    if role.custom is None:
        raise Http404
    return role.custom


def _tokens(role: ShownRole) -> Any:  # noqa: ANN401 - a queryset of tokens
    return Token.objects.living().filter(robot__in=role.accounts())


def _update(request: Request, role: Role, form: RoleSettingsForm) -> Role:
    return update_role(actor=request.user, role=role, **named(form))


@require_http_methods(["GET", "POST"])
@in_organization("roles")
def role_delete(request: Request, organization: Organization, /, **which: Any) -> HttpResponse:
    """What goes, the name typed, and a fresh sign-in."""
    found = find_role(request, **which)
    custom = _custom(found)
    require(request.viewer, Permission.ROLE_DELETE, custom)
    consequence = Consequence(
        lambda: delete_role(actor=request.user, role=custom),
        f"Role {found.name} deleted.",
        reverse("robots:role-list", args=[organization.slug]),
    )
    return confirm_by_name(
        request,
        "robots/access/role_delete.html",
        found.name,
        lambda: _ending(request, found, custom),
        consequence,
    )


def _ending(request: Request, role: ShownRole, custom: Role) -> dict[str, Any]:
    tokens = _tokens(role).select_related("robot").order_by("name")
    return {
        "role": role,
        "grants": deletion_preview(request, grants_of_role(custom)),
        "accounts": list(role.accounts()),
        "tokens": tokens[:SHOWN],
        "token_count": tokens.count(),
        "breadcrumb": role_crumbs(role, "Delete"),
    }
