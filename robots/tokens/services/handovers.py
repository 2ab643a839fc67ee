"""One-time links: made by those who may have the secret, opened by those who need it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from console import keyring
from console.audit.recording import Chain, changing, record
from console.errors import Conflict
from console.http import current as current_request
from console.minted_secrets import Plaintext
from console.network_modes import NetworkMode
from console.permissions.decision import Actor, MissingPermission, require
from console.permissions.vocabulary import Permission, Permissions
from robots.base.credentials import Kind
from robots.base.secret_lifetimes import LinkLife, OldEnds
from robots.models import Handover, Robot, Token
from robots.models.handovers import digest_of, new_key
from robots.policies.enforcement import require_ahead, require_allowed
from robots.tokens.letters import tell_opened_twice
from robots.tokens.services.minting import Minted, mint
from robots.tokens.services.repetition import refuse_repetition
from robots.tokens.services.secrets import (
    HOW_TO_GO_ON_BY_LINK,
    MAX_LIVE,
    TokenExpired,
    TwoSecrets,
    put_beside,
    put_instead,
    refetch_token,
    require_to_rotate,
)
from robots.tokens.services.tokens import add_token, record_created, save_secret
from teams.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """A new hand-over with the key of its link, for the one answer it belongs in."""

    handover: Handover
    key: Plaintext

    @property
    def token(self) -> Token:
        return self.handover.token


class LinkEnded(Conflict):
    """Withdrawn, too old, forged, or for something that is no longer there or allowed."""


class AlreadyOpened(LinkEnded):
    """The right key of a link that has given its secret away."""


def create_token_by_link(
    *,
    actor: User,
    robot: Robot,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    permissions: Permissions | None = None,
    addresses: str = "",
    network_mode: str = NetworkMode.ENFORCE.value,
    life: str = LinkLife.DAY,
    request_key: UUID | None = None,
) -> Link:
    """Make a token without a secret, and the link that mints its first one."""
    token = Token(
        robot=robot,
        name=name,
        permissions=permissions,
        addresses=addresses,
        network_mode=network_mode,
        expires_at=expires_at,
        created_by=actor.actor_label,
    )
    with changing(robot.organization) as chain:
        refuse_repetition(robot, request_key)
        token.robot = robot.refetch()
        return save_waiting(chain, actor, token, kind, life, request_key)


def save_waiting(
    chain: Chain,
    actor: User,
    token: Token,
    kind: str,
    life: str,
    request_key: UUID | None,
    noted: dict[str, str] | None = None,
) -> Link:
    """Write a token without a secret, the link to its first one, and their event: within a change."""
    require_ahead(token.expires_at)
    link = _new_link(actor, Handover.Purpose.CREATE, kind, "", life, request_key)
    add_token(actor, token)
    _save(link, token)
    after = {"kind": kind, "link_until": link.handover.ends_at} | (noted or {})
    record_created(chain, actor, token, after)
    return link


def create_link(
    *,
    actor: User,
    token: Token,
    purpose: str,
    kind: str = Kind.SIGNED,
    old_ends: str = "",
    life: str = LinkLife.DAY,
    request_key: UUID | None = None,
) -> Link:
    """A link that rotates or refreshes the token's secret. It replaces one that nobody has opened."""
    link = _new_link(actor, purpose, kind, old_ends, life, request_key)
    with changing(token.of_robot.organization) as chain:
        refuse_repetition(token.of_robot.refetch(), request_key)
        token = refetch_token(token)
        require_to_rotate(actor, token)
        _refuse_useless(link.handover, token)
        withdrawn = token.handovers.pending().update(withdrawn_at=timezone.now())
        _save(link, token)
        record(
            chain,
            actor=actor,
            action="handover:created",
            target=token,
            after=_as_recorded(link.handover) | ({"replaces": withdrawn} if withdrawn else {}),
        )
    return link


def _refuse_useless(handover: Handover, token: Token) -> None:
    if token.expires_at is not None and token.expires_at <= timezone.now():
        raise TokenExpired("A new secret of it would not work. Create another token.")
    require_allowed(token.of_robot, ends_at=token.expires_at, kind=handover.kind)
    beside = handover.purpose == Handover.Purpose.ROTATE
    if beside and token.secrets.live().count() >= MAX_LIVE:
        raise TwoSecrets(HOW_TO_GO_ON_BY_LINK)


def _new_link(
    maker: User, purpose: str, kind: str, old_ends: str, life: str, request_key: UUID | None
) -> Link:
    key, number = new_key(), keyring.current()
    handover = Handover(
        purpose=purpose,
        kind=kind,
        old_ends=old_ends,
        maker=maker,
        root_number=number,
        key_digest=digest_of(key, number),
        request_key=request_key,
        ends_at=timezone.now() + LinkLife(life).duration,
    )
    return Link(handover, Plaintext(key))


def _save(link: Link, token: Token) -> None:
    link.handover.token = token
    link.handover.full_clean()
    link.handover.save()


def _as_recorded(handover: Handover) -> dict[str, Any]:
    found = {"for": handover.get_purpose_display(), "kind": handover.kind}
    if handover.old_ends:
        found["old_secret_ends"] = OldEnds(handover.old_ends).label
    return found | {"link_until": handover.ends_at}


def _links() -> QuerySet[Handover]:
    return Handover.objects.select_related(
        "maker", "token__robot__organization", "token__robot__project__organization"
    )


def find_link(uuid: UUID, key: str) -> Handover:
    """The link of that UUID for whoever has its key, open or opened; else `LinkEnded`."""
    found = _links().filter(uuid=uuid, withdrawn_at=None).first()
    if found is None or not found.has_key(key):
        raise LinkEnded("There is no such link.")
    if found.opened_at is None:
        _require_alive(found)
    return found


def open_link(*, uuid: UUID, key: str) -> Minted:
    """Mint the secret of a link, once, for whoever holds its key.

    Raises `AlreadyOpened` for every later try, and `LinkEnded` when its maker could no longer do it.
    """
    seen = find_link(uuid, key)
    minted = _mint(seen)
    with changing(seen.token.of_robot.organization) as chain:
        link = find_link(uuid, key)
        if link.opened_at is not None:
            raise AlreadyOpened("The link has been opened.")
        minted = replace(minted, token=refetch_token(seen.token))
        noted = _put(link, minted)
        link.opened_at, link.secret = timezone.now(), minted.secret
        link.opened_address = current_request.get().address
        link.save(update_fields=["opened_at", "opened_address", "secret"])
        record(
            chain,
            actor=link,
            action="handover:opened",
            target=link.token,
            after={"for": link.get_purpose_display()} | noted,
        )
    return minted


def _mint(link: Handover) -> Minted:
    if link.opened_at is not None:
        raise AlreadyOpened("The link has been opened.")
    minted = mint(link, link.token, link.kind, None)
    # Who opens it is unknown; whoever made it has had it in their hands.
    minted.secret.seen_by = link.maker.uuid
    return minted


def _require_alive(link: Handover) -> None:
    """Refuse what has ended, and what whoever made the link could not do now."""
    robot, token = link.token.of_robot, link.token
    ends = (link.ends_at, token.ends_at)
    is_over = any(end is not None and end <= timezone.now() for end in ends)
    is_off = robot.deleted_at or robot.disabled_at or token.revoked_at or token.disabled_at
    if is_over or is_off or token.blocked_at or not link.maker.is_active:
        raise LinkEnded("The link has ended.")
    try:
        _require_to_hand_over(link)
    except MissingPermission as error:
        raise LinkEnded("Whoever made the link may not do this any more.") from error


def _require_to_hand_over(link: Handover) -> None:
    token = link.token
    if link.purpose != Handover.Purpose.CREATE:
        require_to_rotate(link.maker, token)
        return
    require(link.maker, Permission.TOKEN_CREATE, token)
    token.require_to_confer(link.maker)


def _put(link: Handover, minted: Minted) -> dict[str, Any]:
    """Write the secret as the link says; what of it is recorded."""
    if link.purpose == Handover.Purpose.ROTATE:
        try:
            return put_beside(minted, link.old_ends)
        except TwoSecrets as error:
            raise LinkEnded("Two secrets work already.") from error
    if link.purpose == Handover.Purpose.REFRESH:
        return put_instead(minted)
    if minted.token.secrets.exists():
        raise LinkEnded("The token has a secret meanwhile.")
    save_secret(minted)
    return minted.secret.recorded


def withdraw_link(*, actor: Actor, handover: Handover) -> None:
    """End a link that nobody has opened."""
    token = handover.token
    with changing(token.of_robot.organization) as chain:
        require(actor, Permission.TOKEN_ROTATE, token.of_robot.refetch())
        pending = Handover.objects.pending().filter(pk=handover.pk)
        if not pending.update(withdrawn_at=timezone.now()):
            raise Conflict("The link has been opened or withdrawn meanwhile.")
        record(
            chain,
            actor=actor,
            action="handover:withdrawn",
            target=token,
            before=_as_recorded(handover),
        )


def report_second_opening(*, handover: Handover) -> None:
    """Tell the owners, once, that a link was opened again after it gave its secret away."""
    token = handover.token
    organization = token.of_robot.organization
    with changing(organization) as chain:
        unreported = Handover.objects.filter(pk=handover.pk, reopened_at=None)
        if not unreported.update(reopened_at=timezone.now()):
            return
        tell_opened_twice(handover, current_request.get().address)
        record(chain, actor=handover, action="handover:reopened", target=token)
