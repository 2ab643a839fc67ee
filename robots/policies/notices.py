"""The notice about tokens that a token policy blocked."""

from django.urls import reverse

from console.models import Organization, Project
from console.notices.kinds import POLICY_BLOCKED
from console.notices.letters import tell_by_letter
from console.notices.telling import News, people_of


def tell_of_blocked(organization: Organization, place: Organization | Project, number: int) -> None:
    """Tell the owners how many tokens are refused from now on: one notice, however many."""
    if not number:
        return
    words = "1 token" if number == 1 else f"{number:,} tokens"
    news = News(
        place,
        f"The token policy of {place} blocked {words}",
        reverse("robots:robot-list", args=[organization.slug]),
        people_of(organization),
        {"blocked": number},
    )
    tell_by_letter(POLICY_BLOCKED, organization, news)
