"""The e-mails about one-time links. They never hold a secret."""

from console.mail.letters import letter_from
from console.mail.outbox import Letter
from robots.models import Handover


def opened_twice_letter(handover: Handover, to: str, address: str) -> Letter:
    """The alarm about a link that was opened again after it had given its secret away."""
    return letter_from(
        "robots/tokens/opened_twice_letter.txt",
        to,
        handover=handover,
        token=handover.token,
        organization=handover.token.of_robot.organization,
        address=address,
    )
