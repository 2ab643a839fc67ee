"""Saying something about a need: it is known, somebody sees to it, it is not to be pointed out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import NeedAnswer
from robots.overview.answers import CALLED
from robots.overview.forms import AnswerForm
from robots.overview.services import answer_need, needed_to_see, reopen_need


@require_http_methods(["GET", "POST"])
@in_organization("overview")
def need_answer(request: Request, organization: Organization, need: str) -> HttpResponse:
    """The form; what was said before is in it."""
    _require(request, organization, need)
    before = NeedAnswer.objects.filter(organization=organization, need=need).first()
    form = AnswerForm(posted(request), initial=_initial(before))
    if request.method == "POST" and attempt(form, lambda: _answer(request, need, form)):
        messages.success(request, f"Saved what is done with {CALLED[need]}.")
        return done(request, _overview(organization))
    context = {
        "form": form,
        "need": need,
        "called": CALLED[need],
        "before": before,
        "back": _overview(organization),
        "breadcrumb": crumbs(organization, "What to do with it"),
    }
    template = "robots/overview/need_answer.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _initial(before: NeedAnswer | None) -> dict[str, Any]:
    names = ("kind", "reason", "given_to") if before else ()
    return {name: getattr(before, name) for name in names}


def _answer(request: Request, need: str, form: AnswerForm) -> bool:
    answer_need(
        actor=request.user, organization=request.organization, need=need, **form.cleaned_data
    )
    return True


@require_POST
@in_organization("overview")
def need_reopen(request: Request, organization: Organization, need: str) -> HttpResponse:
    """Point it out again."""
    _require(request, organization, need)
    reopen_need(actor=request.user, organization=organization, need=need)
    messages.success(request, f"The overview points out {CALLED[need]} again.")
    return done(request, _overview(organization))


def _require(request: Request, organization: Organization, need: str) -> None:
    if need not in CALLED:
        raise Http404
    for needed in (*needed_to_see(need), Permission.TOKEN_UPDATE):
        require(request.viewer, needed, organization)


def _overview(organization: Organization) -> str:
    return reverse("robots:overview", args=[organization.slug])
