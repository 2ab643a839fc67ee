"""Whose a token is: what differs between a robot's and a person's own in every change of tokens."""

from django.core.exceptions import PermissionDenied

from console.errors import Conflict
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import keep_next_expiry, present
from robots.models import Owner, Robot, Token
from robots.queries.conferring import require_to_hold_what
from teams.models import User

NOT_YOURS = "A personal access token belongs to its person alone."
NO_PERSON = "A robot account has no personal access tokens."
# What somebody who came with a personal token hears, by what they ask for.
REFUSALS = {
    Permission.TOKEN_CREATE: "Sign in to the console to make a token.",
    Permission.TOKEN_UPDATE: "Sign in to the console to change a token.",
    Permission.TOKEN_ROTATE: "A token makes a new secret of itself alone. Sign in to the console for others.",
}
REPLACED = "This secret has been replaced. Its token is renewed with the newer one."
NARROWED = "A narrowed token neither sees nor deletes personal access tokens."


def present_owner(owner: Owner) -> Owner:
    """The owner as it is now, under the chain's lock; `Conflict` if it went meanwhile."""
    if isinstance(owner, Robot):
        return present(owner)
    found = User.objects.filter(pk=owner.pk, is_active=True).first()
    if found is None:
        raise Conflict("The account has ended meanwhile.")
    return found


def require_over(actor: Actor, permission: Permission, token: Token) -> None:
    """The actor may do this to the token: by a permission on its robot, or because it is their own."""
    if isinstance(token.owner, Robot):
        require(actor, permission, token)
    else:
        require_own(actor, permission, token.owner, token)


def require_own(
    actor: Actor, permission: Permission, person: User, token: Token | None = None
) -> None:
    """The actor is that person, and came in a way that allows this."""
    if not isinstance(actor, User):
        raise PermissionDenied(NO_PERSON)
    if actor.pk != person.pk:
        raise PermissionDenied(NOT_YOURS)
    came = actor.came_with
    is_itself = came is not None and token is not None and token.uuid == came.access_id
    if came and not (permission == Permission.TOKEN_ROTATE and is_itself):
        _require_to_breed_nothing(actor, permission)


def _require_to_breed_nothing(actor: User, permission: Permission) -> None:
    """Whoever came with a token makes none, not even by way of another one's secret."""
    if permission in REFUSALS:
        raise PermissionDenied(REFUSALS[permission])
    if actor.narrowing is not None:
        raise PermissionDenied(NARROWED)


def refuse_replaced(actor: Actor, token: Token) -> None:
    """A secret that has a successor decides no more about its token: it may be the one that leaked."""
    came = getattr(actor, "came_with", None)
    if came is None or came.access_id != token.uuid:
        return
    newest = token.secrets.live().values_list("pk", flat=True).first()
    if newest != came.secret_id:
        raise PermissionDenied(REPLACED)


def require_to_confer(actor: Actor, token: Token) -> None:
    """Nobody confers what they do not hold; a person's own token is narrowed from what they hold then."""
    if isinstance(token.owner, Robot):
        require_to_hold_what(actor, token.owner, token.permissions)


def keep_ends(owner: Owner) -> None:
    """Note with the owner that one of its tokens ends otherwise: lists of robots are sorted by it."""
    if isinstance(owner, Robot):
        keep_next_expiry(owner)
