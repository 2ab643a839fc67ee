"""Changes to people and to what they belong to."""

import hashlib
import hmac
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError

from console import keyring
from console.audit.recording import EventActor, Values, changing, record
from console.errors import Conflict
from console.mail import outbox
from console.models import Organization, Session
from console.organizations.services import UsedBefore, noted, refuse_reuse
from console.scanning.services import SiteActor
from console.updates import assign
from teams.invitations.services import Joined, join
from teams.models import Invitation, Membership, User
from teams.users.letters import password_changed_letter, password_link_letter
from teams.users.links import password_url

SETUP_PURPOSE = "setup-link:v1"
USED_BEFORE = "A deleted organization had this name. Choose another, or ask an operator."


class LastOperator(Conflict):
    """An installation always has an operator who can sign in."""

    title = "The last operator stays"


def setup_key() -> str | None:
    """The key of the link that makes the first owner, while nobody exists; then `None`.

    It follows from the keyring, so every process and every start knows the same one.
    """
    if User.objects.exists():
        return None
    key = keyring.key(SETUP_PURPOSE, keyring.numbers()[0])
    return hmac.digest(key, b"first owner", hashlib.sha256).hex()


def is_setup_key(candidate: str) -> bool:
    """Whether `candidate` opens the set-up page now."""
    expected = setup_key()
    return expected is not None and hmac.compare_digest(candidate.encode(), expected.encode())


def create_first_owner(*, actor: EventActor, email: str, password: str, name: str = "") -> User:
    """Make the first account, the operator's. Raises `Conflict` once anybody exists."""
    with changing(None) as chain:
        if User.objects.exists():
            raise Conflict("The first owner exists already. Sign in instead.")
        user = User(email=email.strip().lower(), name=name, is_superuser=True)
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save()
        record(chain, actor=actor, action="user:created", target=user, after={"operator": True})
    return user


def create_invited_user(
    *, invitation: Invitation, key: str, name: str, password: str
) -> tuple[User, Joined]:
    """Make the account of an invited person, whose link proves the address, and let them join."""
    with changing(None) as chain:
        if User.objects.filter(email=invitation.email).exists():
            raise Conflict("There is an account with this address. Sign in instead.")
        user = User(email=invitation.email, name=name)
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save()
        record(chain, actor=user, action="user:created", target=user, after={"invited": True})
        joined = join(actor=user, invitation=invitation, key=key)
    return user, joined


def may_create_organization(user: User) -> bool:
    """Anyone with an account, unless the installation leaves it to operators."""
    return user.is_superuser or settings.ROSTER_ORGANIZATION_CREATION == "anyone"


def create_organization(*, actor: User, slug: str, name: str, reuse: bool = False) -> Organization:
    """Make an organization with `actor` as its first owner. The event stands in the site's chain as well.

    The name of a deleted one is an operator's to give again, who confirms it by `reuse`: the registry still
    holds its images, and its members could be strangers to those who pushed them.
    """
    if actor.narrowing is not None:
        raise PermissionDenied("A narrowed token creates no organizations.")
    if not may_create_organization(actor):
        raise PermissionDenied("Only an operator creates organizations on this installation.")
    organization = Organization(slug=slug, name=name)
    with changing(None) as site:
        organization.full_clean()
        used_before = _refuse_reuse(actor, organization, reuse=reuse)
        organization.save()
        with changing(organization) as chain:
            after = {"slug": slug, "name": name} | noted(used_before)
            about: dict[str, Any] = {"target": organization, "after": after}
            for each in (chain, site):
                record(each, actor=actor, action="organization:created", **about)
            _add_owner(organization, actor)
    return organization


def _refuse_reuse(actor: User, organization: Organization, *, reuse: bool) -> bool:
    try:
        return refuse_reuse(organization, reuse=reuse and actor.is_operator)
    except UsedBefore as warning:
        if actor.is_operator:
            raise
        raise ValidationError({"slug": USED_BEFORE}) from warning


def _add_owner(organization: Organization, user: User) -> None:
    membership = Membership(organization=organization, user=user, role=Membership.Role.OWNER)
    membership.full_clean()
    membership.save()


def set_password(*, actor: EventActor, user: User, password: str) -> None:
    """Give a person another password, tell them, and sign them out of all browsers.

    django-allauth then begins a new session where the password was changed.
    """
    user.set_password(password)
    with changing(None) as chain:
        user.save(update_fields=["password"])
        Session.objects.held_by(user.pk).delete()
        record(chain, actor=actor, action="user:password-changed", target=user)
        outbox.put(password_changed_letter(user))


def end_password(*, actor: EventActor, user: User) -> None:
    """Let no password open the account until the person has set another one by a link."""
    with changing(None) as chain:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        Session.objects.held_by(user.pk).delete()
        record(chain, actor=actor, action="user:password-ended", target=user)


def note_about_account(user: User, action: str) -> None:
    """Record in the site's chain what a person did with their own account."""
    with changing(None) as chain:
        record(chain, actor=user, action=action, target=user)


class ProfileChanges(TypedDict, total=False):
    """What people may change of themselves."""

    name: str


def change_profile(*, actor: User, **changes: Unpack[ProfileChanges]) -> User:
    """Change the name the person goes by."""
    with changing(None) as chain:
        person = User.objects.get(pk=actor.pk)
        before = {"name": person.name}
        if changed := assign(person, changes, ProfileChanges, ("password", "email")):
            person.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="user:updated",
                target=person,
                before=before,
                after={"name": person.name},
            )
    return person


def disable_person(*, actor: SiteActor, person: User) -> None:
    """Let nobody in by the account, its sessions and its tokens. Its memberships stay. Never one's own."""
    with changing(None):
        _require_other(actor, person)
        require_other_operator(person)
        if _set_active(actor, person, active=False):
            Session.objects.held_by(person.pk).delete()


def enable_person(*, actor: SiteActor, person: User) -> None:
    """Let the password and the tokens work again. Whoever was signed in signs in anew."""
    with changing(None):
        _require_other(actor, person)
        _set_active(actor, person, active=True)


def _set_active(actor: SiteActor, person: User, *, active: bool) -> bool:
    """Whether it was otherwise until now."""
    changed = User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active)
    if changed:
        _note(actor, person, "user:enabled" if active else "user:disabled")
    return bool(changed)


def promote_person(*, actor: SiteActor, person: User) -> bool:
    """Make a person an operator; whether they were none until now. Never a disabled one."""
    with changing(None):
        _require_other(actor, person)
        if not User.objects.filter(pk=person.pk, is_active=True).exists():
            raise Conflict("The account is disabled. Enable it first.")
        return _set_operator(actor, person, operator=True)


def demote_person(*, actor: SiteActor, person: User) -> bool:
    """Let an operator be one no longer; whether they were one until now. Never the last one."""
    with changing(None):
        _require_other(actor, person)
        require_other_operator(person)
        return _set_operator(actor, person, operator=False)


def _set_operator(actor: SiteActor, person: User, *, operator: bool) -> bool:
    others = User.objects.filter(pk=person.pk, is_superuser=not operator)
    changed = others.update(is_superuser=operator)
    if changed:
        _note(actor, person, "user:promoted" if operator else "user:demoted")
    return bool(changed)


def require_other_operator(person: User) -> None:
    """Raise `LastOperator` where nobody else could see the installation's pages. Asked within the change."""
    operators = User.objects.filter(is_superuser=True, is_active=True)
    is_one = operators.filter(pk=person.pk).exists()
    if is_one and not operators.exclude(pk=person.pk).exists():
        raise LastOperator("Make somebody else an operator of this installation first.")


def end_sessions(*, actor: SiteActor, person: User) -> int:
    """Sign a person out everywhere, and say out of how many sessions. Tokens go on."""
    with changing(None):
        _require_other(actor, person)
        number, _ = Session.objects.held_by(person.pk).delete()
        _note(actor, person, "user:sessions-ended", {"number": number})
    return number


def send_password_link(*, actor: SiteActor, person: User) -> None:
    """Send a person a link to set a new password. Nobody else sees it, and the present one works on."""
    with changing(None):
        _require_other(actor, person)
        outbox.put(password_link_letter(person.refetch(), password_url(person)))
        _note(actor, person, "user:link-sent")


def _require_other(actor: SiteActor, person: User) -> None:
    """Two operators who do this to each other at the same moment do not both succeed."""
    if not actor.is_operator:
        raise PermissionDenied("Only operators change other people's accounts.")
    own = actor.actor_uuid
    others = User.objects.exclude(is_active=True, is_superuser=True)
    if own is not None and others.filter(uuid=own).exists():
        raise Conflict("Your account has ended meanwhile, or is no operator's any more.")
    if own == person.uuid:
        raise Conflict("Nobody does this to their own account.")


def _note(actor: EventActor, person: User, action: str, after: Values = None) -> None:
    with changing(None) as chain:
        record(chain, actor=actor, action=action, target=person, after=after)
