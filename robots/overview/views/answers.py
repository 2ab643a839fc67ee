"""Saying something about a need: it is known, somebody sees to it, it is not to be pointed out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.organizations.queries import find_project
from console.organizations.views.projects import project_crumbs
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from robots.models import NeedAnswer
from robots.overview.answers import CALLED, NeedsOf
from robots.overview.forms import AnswerForm
from robots.overview.services import answer_need, needed_to_answer, reopen_need

ASKED = "What to do with it"


@require_http_methods(["GET", "POST"])
@in_organization("overview")
def need_answer(request: Request, organization: Organization, need: str) -> HttpResponse:
    """The form; what was said before is in it."""
    return _answer(request, NeedsOf(organization), need)


@require_POST
@in_organization("overview")
def need_reopen(request: Request, organization: Organization, need: str) -> HttpResponse:
    """Point it out again."""
    return _reopen(request, NeedsOf(organization), need)


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_need_answer(
    request: Request, organization: Organization, project: str, need: str
) -> HttpResponse:
    """The form of a project's need."""
    return _answer(request, _of_project(request, project), need)


@require_POST
@in_organization("projects")
def project_need_reopen(
    request: Request, organization: Organization, project: str, need: str
) -> HttpResponse:
    return _reopen(request, _of_project(request, project), need)


def _of_project(request: Request, slug: str) -> NeedsOf:
    return NeedsOf(request.organization, find_project(request, request.organization, slug))


def _answer(request: Request, needs: NeedsOf, need: str) -> HttpResponse:
    _require(request, needs, need)
    before = needs.answers.filter(need=need).first()
    form = AnswerForm(posted(request), initial=_initial(before))
    if request.method == "POST" and attempt(form, lambda: _save(request, needs, need, form)):
        messages.success(request, f"Saved what is done with {CALLED[need]}.")
        return done(request, needs.url)
    context = {
        "form": form,
        "called": CALLED[need],
        "project": needs.project,
        "before": before,
        "reopen_url": needs.reopen_url(need),
        "back": needs.url,
        "breadcrumb": _way(needs),
    }
    template = "robots/overview/need_answer.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _way(needs: NeedsOf) -> Crumbs:
    if needs.project:
        return project_crumbs(needs.project, ASKED)
    return crumbs(needs.organization, ASKED)


def _initial(before: NeedAnswer | None) -> dict[str, Any]:
    names = ("kind", "reason", "given_to") if before else ()
    return {name: getattr(before, name) for name in names}


def _save(request: Request, needs: NeedsOf, need: str, form: AnswerForm) -> bool:
    answer_need(actor=request.user, needs=needs, need=need, **form.cleaned_data)
    return True


def _reopen(request: Request, needs: NeedsOf, need: str) -> HttpResponse:
    _require(request, needs, need)
    reopen_need(actor=request.user, needs=needs, need=need)
    messages.success(request, f"The overview points out {CALLED[need]} again.")
    return done(request, needs.url)


def _require(request: Request, needs: NeedsOf, need: str) -> None:
    if need not in needs.names:
        raise Http404
    for needed in needed_to_answer(need):
        require(request.viewer, needed, needs.place)
