"""The end of a person's account."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from console.audit.recording import EventActor, changing, record
from console.errors import Conflict
from console.models import NoticeChoice, NoticeReader
from teams.members.services import leave
from teams.models import Membership, User
from teams.users.services import require_other_operator


def delete_account(*, actor: User, user: User) -> None:
    """End one's own account, and be out of every organization. Refused where nobody else owns one."""
    if actor.pk != user.pk or actor.came_with is not None:
        raise PermissionDenied("Only the person themselves deletes an account, in the console.")
    actor.prove_presence()
    end_account(actor=actor, user=user)


def end_account(*, actor: EventActor, user: User) -> None:
    """The same without asking who it is: for what an older backup revived.

    Sessions, personal tokens and links that the person made end on the next request. What they did keeps
    their name in the audit log.
    """
    with changing(None) as chain:
        found = User.objects.filter(pk=user.pk).first()
        if found is None:
            raise Conflict("The account has been deleted meanwhile.")
        require_other_operator(found)
        organizations = [_leave(membership) for membership in _in_order(found)]
        before = {"email": found.email, "name": found.name, "organizations": organizations}
        record(chain, actor=actor, action="user:deleted", target=found, before=before)
        for model in (NoticeChoice, NoticeReader):
            model._default_manager.filter(person_uuid=found.uuid).delete()
        found.delete()


def _in_order(user: User) -> Iterable[Membership]:
    """In the order in which chains are locked."""
    memberships = user.memberships.select_related("organization", "user")
    return sorted(memberships, key=lambda each: each.organization.uuid.hex)


def _leave(membership: Membership) -> str:
    leave(actor=membership.user, membership=membership)
    return membership.organization.slug
