"""Members, invitations, passwords and sessions that an older backup brought back."""

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from console.audit.evidence import Line
from console.audit.older_database import Site
from console.audit.recording import changing, record
from console.models import Event, Session
from console.models.events import SITE
from robots.departures.services import end_account
from robots.restores.claims import ACTOR, Claim, Claims, Revived, claiming, several
from teams.members.services import change_member_role, remove_member, withdraw_invitation
from teams.models import Invitation, Membership, TeamMember, User
from teams.teams.services import change_team_role, remove_team_member
from teams.users.services import demote_person, disable_person, end_password

SESSIONS_ENDED = "session:all-ended"


def _membership(line: Line) -> Membership | None:
    found = Membership.objects.select_related("organization", "user")
    return found.filter(uuid=line.target).first()


def _left(line: Line) -> Revived | None:
    membership = _membership(line)
    if membership is None:
        return None
    end = partial(remove_member, actor=ACTOR, membership=membership)
    return Revived("member", str(membership), "was removed or had left", end)


def _lowered(line: Line) -> Revived | None:
    membership, role = _membership(line), line.after.get("role")
    if membership is None or role != Membership.Role.MEMBER or membership.role == role:
        return None
    end = partial(change_member_role, actor=ACTOR, membership=membership, role=role)
    return Revived("member", str(membership), "was an owner no longer", end)


def _place(line: Line) -> TeamMember | None:
    found = TeamMember.objects.select_related("team__organization", "user")
    return found.filter(uuid=line.target).first()


def _left_team(line: Line) -> Revived | None:
    place = _place(line)
    if place is None:
        return None
    end = partial(remove_team_member, actor=ACTOR, place=place)
    return Revived("member of a team", str(place), "was removed or had left", end)


def _lowered_in_team(line: Line) -> Revived | None:
    place, role = _place(line), line.after.get("role")
    if place is None or role != TeamMember.Role.MEMBER or place.role == role:
        return None
    end = partial(change_team_role, actor=ACTOR, place=place, role=role)
    return Revived("member of a team", str(place), "was its owner no longer", end)


def _invitation(words: str) -> Callable[[Line], Revived | None]:
    def find(line: Line) -> Revived | None:
        pending = Invitation.objects.pending().filter(uuid=line.target, sent_at__lt=line.at)
        return _withdrawable(pending.select_related("organization").first(), words)

    return find


def _accepted(line: Line) -> Iterable[Claim]:
    """Whoever joined could join once more with the same link, also after they were removed."""
    email = line.label.partition(" in ")[0]
    yield Claim(("accepted", line.chain, email), partial(_waits_again, line, email))


def _waits_again(line: Line, email: str) -> Revived | None:
    pending = Invitation.objects.pending().filter(
        organization__uuid=UUID(line.chain), email=email, sent_at__lt=line.at
    )
    return _withdrawable(pending.select_related("organization").first(), "had been accepted")


def _withdrawable(invitation: Invitation | None, words: str) -> Revived | None:
    if invitation is None:
        return None
    end = partial(withdraw_invitation, actor=ACTOR, invitation=invitation)
    return Revived("invitation", str(invitation), words, end)


def _older_password(line: Line) -> Revived | None:
    user = User.objects.filter(uuid=line.target).first()
    if user is None or not user.has_usable_password() or _since(line, "user:password-changed"):
        return None
    end = partial(end_password, actor=ACTOR, user=user)
    return Revived("password", user.email, "was changed; the older one works", end)


def _deleted(line: Line) -> Revived | None:
    user = User.objects.filter(uuid=line.target).first()
    if user is None:
        return None
    end = partial(end_account, actor=ACTOR, user=user)
    return Revived("account", user.email, "was deleted", end)


def _enabled_again(line: Line) -> Revived | None:
    user = User.objects.filter(uuid=line.target, is_active=True).first()
    if user is None:
        return None
    end = partial(disable_person, actor=ACTOR, person=user)
    return Revived("account", user.email, "was disabled", end)


def _operator_again(line: Line) -> Revived | None:
    user = User.objects.filter(uuid=line.target, is_superuser=True).first()
    if user is None:
        return None
    end = partial(demote_person, actor=ACTOR, person=user)
    return Revived("operator", user.email, "had stopped being an operator", end)


def _sessions(line: Line) -> Iterable[Claim]:
    yield Claim(("sessions",), partial(_open_sessions, line))


def _open_sessions(line: Line) -> Revived | None:
    number = Session.objects.count()
    if not number or _since(line, SESSIONS_ENDED):
        return None
    return Revived("sessions", f"{number:,} browsers", "some had signed out", _end_sessions)


def _end_sessions() -> None:
    with changing(None) as chain:
        number, _ = Session.objects.all().delete()
        record(chain, actor=ACTOR, action=SESSIONS_ENDED, target=Site(), before={"number": number})


def _since(line: Line, action: str) -> bool:
    """Whether it happened here after the event that was told: to the same target, or to the site."""
    events = Event.objects.filter(chain=SITE, action=action, created_at__gt=line.at)
    return events.filter(target_uuid__in=[line.target]).exists() or (
        action == SESSIONS_ENDED and events.exists()
    )


_member_gone, _place_gone = claiming("member", _left), claiming("place", _left_team)
CLAIMS: dict[str, Claims] = {
    "member:removed": _member_gone,
    "member:left": _member_gone,
    "member:updated": claiming("member role", _lowered),
    "member:joined": _accepted,
    "team:member-removed": _place_gone,
    "team:member-left": _place_gone,
    "team:member-updated": claiming("place role", _lowered_in_team),
    "invitation:withdrawn": claiming("invitation", _invitation("was withdrawn")),
    "invitation:sent": claiming("invitation", _invitation("an older link works again")),
    "user:password-changed": several(claiming("password", _older_password), _sessions),
    "user:signed-out": _sessions,
    "user:deleted": claiming("account", _deleted),
    "user:session-ended": _sessions,
    "user:sessions-ended": _sessions,
    "user:factor-removed": _sessions,
    "user:disabled": several(claiming("account", _enabled_again), _sessions),
    "user:enabled": claiming("account", None),
    "user:demoted": claiming("operator", _operator_again),
    "user:promoted": claiming("operator", None),
}
