"""What an organization asks of its people: the form, the preview, the change, and the reminder."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console import moments
from console.forms import attempt
from console.http import Request, current
from console.models import Organization
from console.models.sign_in_rules import RULES
from console.organizations.views.organizations import settings_tabs
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done
from teams.sign_in_rules.forms import SignInRulesForm
from teams.sign_in_rules.queries import first_not_ready
from teams.sign_in_rules.services import (
    apply_changes,
    change_sign_in_rules,
    may_set_rules,
    remind,
    require_to_set_rules,
)


@require_GET
@in_organization("settings")
def sign_in_rules(request: Request, organization: Organization) -> HttpResponse:
    """The rules; for those who may change them, the form and the people who are not ready."""
    return _form_page(request, organization, SignInRulesForm(organization=organization))


def _form_page(
    request: Request, organization: Organization, form: SignInRulesForm, status: int = 200
) -> HttpResponse:
    can_set = may_set_rules(request.viewer, organization)
    context = _page(request, organization, form) | {"can_set": can_set}
    if can_set:
        context |= first_not_ready(organization)
    template = "teams/sign_in_rules/sign_in_rules.html"
    return render(request, template, context, status=status)


def _page(request: Request, organization: Organization, form: SignInRulesForm) -> dict[str, Any]:
    return {
        "form": form,
        "address": current.get().address,
        "tabs": settings_tabs(request.viewer, organization, "sign-in"),
        "breadcrumb": crumbs(organization, "Settings"),
    }


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def sign_in_rules_change(request: Request, organization: Organization) -> HttpResponse:
    """What the rules in the address would mean; its POST makes them hold."""
    require_to_set_rules(request.viewer, organization)
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and not sent:
        return redirect("teams:sign-in-rules", organization.slug)
    form = SignInRulesForm(sent, organization=organization)
    change = _save if request.method == "POST" else _apply
    after = attempt(form, lambda: change(request, organization, form))
    if after is None:
        return _form_page(request, organization, form, status=422)
    if request.method == "POST":
        messages.success(request, "Sign-in rules saved.")
        return done(request, reverse("teams:sign-in-rules", args=[organization.slug]))
    return _preview(request, organization, form, after)


def _save(request: Request, organization: Organization, form: SignInRulesForm) -> Organization:
    return change_sign_in_rules(actor=request.user, organization=organization, **form.changes())


def _apply(request: Request, organization: Organization, form: SignInRulesForm) -> Organization:
    """The organization as it would be; the page's own stays as it is."""
    after = Organization.objects.get(pk=organization.pk)
    apply_changes(request.user, after, form.changes())
    return after


def _preview(
    request: Request, organization: Organization, form: SignInRulesForm, after: Organization
) -> HttpResponse:
    context = _page(request, organization, form) | {
        "changes": _changes(form, organization, after),
        "after": after,
        "is_due": after.is_factor_due,
        "tells": _requirement(after) != _requirement(organization),
        **first_not_ready(after),
    }
    return render(request, "teams/sign_in_rules/sign_in_rules_change.html", context)


def _requirement(organization: Organization) -> tuple[object, object]:
    return organization.required_factor, organization.factor_from


def _changes(
    form: SignInRulesForm, before: Organization, after: Organization
) -> list[tuple[str, str, str]]:
    """Each rule that changes, in words, before and after."""
    return [
        (str(form.fields[name].label), _words(name, before), _words(name, after))
        for name in RULES
        if getattr(before, name) != getattr(after, name)
    ]


def _words(name: str, organization: Organization) -> str:
    match name:
        case "required_factor":
            return organization.get_required_factor_display()
        case "factor_from":
            begins = organization.factor_begins
            return moments.date(begins) if begins else "no day"
    return ", ".join(organization.people_networks.split()) or "from everywhere"


@require_POST
@in_organization("settings")
def sign_in_rules_remind(request: Request, organization: Organization) -> HttpResponse:
    """A letter to everybody who is not ready."""
    number = remind(actor=request.user, organization=organization)
    people = "1 person is" if number == 1 else f"{number:,} people are"
    messages.success(request, f"{people} reminded.")
    return done(request, reverse("teams:sign-in-rules", args=[organization.slug]))
