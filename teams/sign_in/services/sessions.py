"""Signing people out of browsers."""

from console.audit.recording import EventActor, changing, record
from console.models import Session
from teams.models import User
from teams.sign_in.devices import device
from teams.sign_in.queries import sign_in_to


def end_session(*, actor: User, session: Session) -> None:
    """Sign somebody out of one of their browsers."""
    with changing(None) as chain:
        sign_in = sign_in_to(session)
        number, _ = Session.objects.filter(pk=session.pk).delete()
        if number and sign_in:
            before = {"device": device(sign_in.agent), "address": sign_in.address}
            record(chain, actor=actor, action="user:session-ended", target=actor, before=before)


def end_sessions(*, actor: EventActor, user: User) -> int:
    """Sign somebody out of all browsers; says of how many."""
    with changing(None) as chain:
        number, _ = Session.objects.held_by(user.pk).delete()
        if number:
            before = {"number": number}
            record(chain, actor=actor, action="user:sessions-ended", target=user, before=before)
    return number
