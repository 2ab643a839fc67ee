"""What is said about a need, and what an overview is asked for."""

from django import forms

from console.forms import filter_text
from robots.models import NeedAnswer
from robots.models.needs import MAX_REASON
from robots.usage.charts import PeriodForm

MUTED = "muted"
ANSWERS = (
    (NeedAnswer.Kind.ACKNOWLEDGED, "Acknowledge: until something new comes, for 30 days at most"),
    (
        NeedAnswer.Kind.GIVEN,
        "Give to somebody, who is told: until something new comes, for 30 days at most",
    ),
    (NeedAnswer.Kind.MUTED, "Mute: it is not shown until somebody takes it up again"),
)


class OverviewForm(PeriodForm):
    """The days of the chart, and whether muted needs are shown as well."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[(MUTED, "Muted")],
        error_messages={"invalid_choice": "Write muted."},
    )


class NeedFilter(forms.Form):
    """Of which project the tokens behind a figure are."""

    project = filter_text("Project", 100)


class AnswerForm(forms.Form):
    """What is said about a need."""

    kind = forms.ChoiceField(
        label="What to do with it",
        choices=ANSWERS,
        widget=forms.RadioSelect,
        initial=NeedAnswer.Kind.ACKNOWLEDGED,
    )
    given_to = forms.EmailField(
        label="Give to",
        required=False,
        max_length=254,
        help_text="A member's e-mail address.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=MAX_REASON,
        help_text="Shown to everybody who sees it; needed to mute.",
    )
