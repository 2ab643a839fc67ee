"""The token policy of an organization and of a project: the form, the preview, the change."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.audit.sentences import in_words
from console.forms import attempt
from console.http import Request
from console.models import Organization, Project
from console.organizations.queries import find_project
from console.organizations.views.organizations import settings_tabs
from console.organizations.views.projects import project_page
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.base.policy import Policy
from robots.models import TokenPolicy
from robots.models.policy import LIMITS
from robots.policies.forms import PolicyForm
from robots.policies.services import (
    Effects,
    EffectsChanged,
    PolicyAt,
    change_policy,
    check_policy,
    effects_of,
    hits,
    may_set_policy,
    require_to_set_policy,
)

# What a rule says that is not there.
ABSENT = {"maximum_days": "no limit", "unused_days": "not pointed out"}


@require_GET
@in_organization("settings")
def policy(request: Request, organization: Organization) -> HttpResponse:
    return _policy(request, None)


@require_GET
@in_organization("projects")
def project_policy(request: Request, organization: Organization, project: str) -> HttpResponse:
    return _policy(request, _project(request, organization, project))


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def policy_change(request: Request, organization: Organization) -> HttpResponse:
    """What the policy in the address would do; its POST does that."""
    return _policy_change(request, None)


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_policy_change(
    request: Request, organization: Organization, project: str
) -> HttpResponse:
    return _policy_change(request, _project(request, organization, project))


def _project(request: Request, organization: Organization, slug: str) -> Project:
    found = find_project(request, organization, slug)
    require(request.viewer, Permission.PROJECT_READ, found)
    return found


def _policy(request: Request, project: Project | None) -> HttpResponse:
    return render(
        request, "robots/policies/policy.html", _page(request, project, _form(request, project))
    )


def _form(request: Request, project: Project | None, data: Any = None) -> PolicyForm:  # noqa: ANN401 - GET or POST
    return PolicyForm(data, instance=TokenPolicy.objects.own(request.organization, project))


def _page(request: Request, project: Project | None, form: PolicyForm) -> dict[str, Any]:
    """What the form's page shows, inside the settings of the organization or the project."""
    organization = request.organization
    whole = TokenPolicy.objects.governing(organization.pk, None)
    at = PolicyAt(organization, project)
    context = {
        "form": form,
        "base": "console/organizations/project_base.html"
        if project
        else "console/organizations/settings_base.html",
        "place": at.place,
        "whole_words": whole.words if project else "",
        "can_set": may_set_policy(request.viewer, at),
        "change_url": _address("policy-change", organization, project),
        "policy_url": _address("policy", organization, project),
    }
    if project:
        return context | project_page(request, project, "settings")
    tabs = settings_tabs(request.viewer, organization, "policy")
    return context | {"tabs": tabs, "breadcrumb": crumbs(organization, "Settings")}


def _address(name: str, organization: Organization, project: Project | None) -> str:
    if project:
        return reverse(f"robots:project-{name}", args=[organization.slug, project.slug])
    return reverse(f"robots:{name}", args=[organization.slug])


def _policy_change(request: Request, project: Project | None) -> HttpResponse:
    at = PolicyAt(request.organization, project)
    require_to_set_policy(request.viewer, at)
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and not sent:
        return redirect(_address("policy", request.organization, project))
    form = _form(request, project, sent)
    if attempt(form, lambda: check_policy(at, **form.changes())) is None:
        return _with_errors(request, at, form)
    if request.method == "POST":
        return _changed(request, at, form)
    return _preview(request, at, form, effects_of(at, **form.changes()))


def _changed(request: Request, at: PolicyAt, form: PolicyForm) -> HttpResponse:
    seen = form.cleaned_data["seen"]
    try:
        effects = attempt(
            form,
            lambda: change_policy(actor=request.user, policy=at, seen=seen, **form.changes()),
        )
    except EffectsChanged as changed:
        return _preview(request, at, form, changed.effects, status=409)
    if effects is None:  # the organization's policy was narrowed meanwhile
        return _with_errors(request, at, form)
    messages.success(request, f"Token policy saved. {_outcome(effects)}")
    return done(request, _address("policy", at.organization, at.project))


def _with_errors(request: Request, at: PolicyAt, form: PolicyForm) -> HttpResponse:
    """The form with what was typed, and what is wrong with it."""
    context = _page(request, at.project, form)
    return render(request, "robots/policies/policy.html", context, status=422)


def _outcome(effects: Effects) -> str:
    blocked, unblocked = len(effects.blocked), len(effects.unblocked)
    if not blocked and not unblocked:
        return "No token is affected."
    return f"Blocked now: {blocked:,}. Working again: {unblocked:,}."


def _preview(
    request: Request, at: PolicyAt, form: PolicyForm, effects: Effects, status: int = 200
) -> HttpResponse:
    context = _page(request, at.project, form) | {
        "changes": _changes(at, form),
        "blocked": hits(effects.blocked),
        "blocked_count": len(effects.blocked),
        "unblocked": hits(effects.unblocked),
        "unblocked_count": len(effects.unblocked),
        "unused": hits(effects.unused.tokens),
        "unused_count": len(effects.unused.tokens),
        "unused_robots": effects.unused.robot_hits(),
        "unused_robot_count": len(effects.unused.robots),
        "seen": effects.fingerprint,
        "is_outdated": status == 409,
    }
    return render(request, "robots/policies/policy_change.html", context, status=status)


def _changes(at: PolicyAt, form: PolicyForm) -> list[tuple[str, str, str]]:
    """Each rule that changes, in words, before and after."""
    before = TokenPolicy.objects.own(at.organization, at.project).limits
    after = replace(before, **form.changes())
    return [
        (str(form.fields[name].label), _value(name, before), _value(name, after))
        for name in LIMITS
        if getattr(before, name) != getattr(after, name)
    ]


def _value(name: str, policy: Policy) -> str:
    value = getattr(policy, name)
    if value is None:
        return ABSENT.get(name, "never")
    return in_words(value) if isinstance(value, bool) else f"{value:,} days"
