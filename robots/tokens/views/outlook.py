"""The sentence above *Create Token*: what the token will be able to do and until when, as the form says."""

from django.http import QueryDict

from console.http import Request
from console.moments import describe
from robots.accounts.views.access import in_words
from robots.base.states import earlier
from robots.models import Robot
from robots.policies.expiry_fields import EXPIRY_FIELDS
from robots.tokens.forms.tokens import TokenForm

# The element that scripts ask for anew, with what is chosen and nothing else of the form.
PART = "outlook"


def outlook(request: Request, robot: Robot, form: TokenForm) -> dict[str, object]:
    """By what was sent, by what is being chosen, or by what the form offers first."""
    filled = form if form.is_bound else TokenForm(_chosen(request, form), policy=form.policy)
    is_open = bool(filled.errors.keys() & EXPIRY_FIELDS)
    cleaned = filled.cleaned_data
    end = earlier(cleaned["expires_at"], robot.expires_at)
    return {
        "abilities": in_words(robot, cleaned["permissions"]),
        "until": describe(end) if end and not is_open else None,
        "is_endless": end is None and not is_open,
    }


def _chosen(request: Request, form: TokenForm) -> QueryDict | dict[str, object]:
    is_asked = bool(request.htmx) and request.htmx.target == PART
    return request.GET if is_asked else {"expiry": form["expiry"].value()}
