"""The e-mails about one-time links. They never hold a secret."""

from console.mail import outbox
from console.mail.letters import letter_from
from console.mail.outbox import Letter
from console.notices.kinds import LINK_REOPENED
from console.notices.telling import News, people_of, tell
from robots.models import Handover


def tell_opened_twice(handover: Handover, address: str) -> None:
    """The alarm about a link that was opened again after it had given its secret away: for all owners."""
    token, organization = handover.token, handover.token.of_robot.organization
    news = News(
        token,
        f"A one-time link for a secret of the token {token} was opened twice",
        token.get_absolute_url(),
        people_of(organization),
        {"address": address},
    )
    for person in tell(LINK_REOPENED, organization, news):
        outbox.put(_letter(handover, person.email, address))


def _letter(handover: Handover, to: str, address: str) -> Letter:
    return letter_from(
        "robots/tokens/opened_twice_letter.txt",
        to,
        handover=handover,
        token=handover.token,
        organization=handover.token.of_robot.organization,
        address=address,
    )
