"""The e-mails about robots and tokens, as text. Pure but for the settings' origin."""

from django.conf import settings

from console import moments
from console.outbox import Letter
from robots.models import Handover


def opened_twice_letter(handover: Handover, to: str, address: str) -> Letter:
    """The alarm about a link that was opened again after it had given its secret away."""
    token = handover.token
    name = token.of_robot.organization.name
    page = f"{settings.ROSTER_ORIGIN}{token.get_absolute_url()}"
    opened = moments.absolute(handover.opened_at) if handover.opened_at else ""
    return Letter(
        to=to,
        subject=f"A one-time link of {name} was opened twice",
        body=(
            f"{handover.maker.email} made a one-time link for a secret of the token {token}.\n\n"
            f"It was opened on {opened} from {handover.opened_address or 'an unknown address'}, and "
            f"again just now from {address or 'an unknown address'}. The second opening got no secret.\n\n"
            "If you cannot say that it was the same person both times, somebody else may have the "
            f"secret. Refresh it then:\n\n{page}\n"
        ),
    )
