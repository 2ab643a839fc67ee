"""Try a token: at one trust, or at all of a robot. What is sent is in no session, log, event or answer."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from console.forms import posted
from console.http import Request
from console.pages.htmx import form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Trust
from robots.trusts.assertions import Assertion, Unacceptable, read_assertion
from robots.trusts.forms.trials import TrialForm
from robots.trusts.queries import seen_trusts
from robots.trusts.trials import in_clear, try_everywhere, try_token
from robots.trusts.views.frame import crumbs_of, of_robot, of_trust, trust_crumbs, trust_list_url


@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "POST"])
@of_trust(Permission.TRUST_READ)
@sensitive_variables()
def trust_trial(request: Request, trust: Trust) -> HttpResponse:
    """Rule by rule."""
    form = TrialForm(posted(request))
    assertion = _sent(form)
    context = _trial_page(form, assertion, trust.robot) | {
        "trust": trust,
        "trial": try_token(trust, assertion) if assertion else None,
        "back": trust.get_absolute_url(),
        "breadcrumb": crumbs_of(trust, "Try a token"),
    }
    invalid = form.is_bound and not assertion
    return form_page(request, "robots/trusts/trust_trial.html", context, invalid=invalid)


@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "POST"])
@of_robot()
@sensitive_variables()
def trusts_trial(request: Request, robot: Robot) -> HttpResponse:
    """Which of the robot's trusts takes it, and what the others miss."""
    require(request.viewer, Permission.TRUST_READ, robot)
    form = TrialForm(posted(request))
    assertion = _sent(form)
    trusts = list(seen_trusts(request, robot).order_by("-id")) if assertion else []
    context = _trial_page(form, assertion, robot) | {
        "trials": try_everywhere(trusts, assertion) if assertion else None,
        "back": trust_list_url(robot),
        "breadcrumb": trust_crumbs(robot, "Try a token"),
    }
    invalid = form.is_bound and not assertion
    return form_page(request, "robots/trusts/trusts_trial.html", context, invalid=invalid)


@sensitive_variables()
def _sent(form: TrialForm) -> Assertion | None:
    """The token that was sent, if it is one; else the form says why not."""
    if not form.is_valid():
        return None
    try:
        return read_assertion(form.cleaned_data["token"])
    except Unacceptable as fault:
        form.add_error("token", str(fault))
    return None


@sensitive_variables()
def _trial_page(form: TrialForm, assertion: Assertion | None, robot: Robot) -> dict[str, object]:
    return {
        "form": form,
        "robot": robot,
        "parts": in_clear(assertion) if assertion else [],
    }
