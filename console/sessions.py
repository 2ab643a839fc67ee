"""Django's session engine over `console.models.Session`, which has neither keys nor content in the clear.

It behaves as `django.contrib.sessions.backends.db` does. The asynchronous methods are those of
Django's base class, which call these.
"""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from console import keyring
from console.databases.statements import InstancesStatement, Parameter
from console.models import Maintenance, Session
from console.models.sessions import digest_of, digests_of, holder_of
from console.signed_in import SEEN_EVERY, end_of, note_sign_in

MAINTENANCE = ("begun_at", "until", "reason")

logger = structlog.get_logger("roster.sessions")


class SessionStore(SessionBase):
    """One browser's session."""

    # The key of the session that was read or made last, and the root that its row is under.
    _known_root: tuple[str, int] | None = None
    # Whether its row was read, and what keeps changes out, which came with it: every page says so.
    is_read = False
    maintenance: Maintenance | None = None
    # Of Django's base class; its stubs leave them out.
    _get_new_session_key: Callable[[], str]
    _get_session: Callable[..., dict[str, Any]]

    def exists(self, session_key: str) -> bool:
        return Session.objects.with_key(session_key).exists()

    def load(self) -> dict[str, Any]:
        """What is kept for the cookie's key. If there is nothing, the key is given up as well."""
        key = self.session_key or ""
        row = _find(key)
        content = content_of(row) if row else None
        if row is None or content is None:
            self._session_key = None
            return {}
        self._known_root = key, row.root_number
        self.is_read, self.maintenance = True, _maintenance(row)
        if timezone.now() - row.seen_at > SEEN_EVERY:
            _keep_seen(row, content)
        return content

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:  # somebody else got the same key meanwhile
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises `UpdateError` if the session was deleted meanwhile: it stays deleted."""
        if self.session_key is None:
            self.create()
            return
        content = self._get_session(no_load=must_create)
        note_sign_in(content)
        row = self._row(content, keyring.current() if must_create else self._root())
        if must_create:
            _insert(row)
        else:
            _update(row)
        self._known_root = self.session_key, row.root_number

    def _root(self) -> int:
        """The root that the row is under; it is asked for only when the session was never read."""
        key = self.session_key or ""
        if self._known_root and self._known_root[0] == key:
            return self._known_root[1]
        row = Session.objects.with_key(key).first()
        if row is None:
            raise UpdateError
        return row.root_number

    def _row(self, content: dict[str, Any], root: int) -> Session:
        digest = digest_of(self.session_key or "", root)
        end = min(self.get_expiry_date(), end_of(content))
        row = Session(digest=digest, root_number=root, expires_at=end)
        if user_id := content.get(SESSION_KEY):
            row.holder = holder_of(user_id, root)
        row.seal(self.serializer().dumps(content))
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = self.session_key if session_key is None else session_key
        if key is not None:
            Session.objects.with_key(key).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lt=timezone.now()).delete()


def content_of(row: Session) -> dict[str, Any] | None:
    """What a session holds; nothing if the row was changed by somebody else."""
    try:
        content: dict[str, Any] = SessionStore().serializer().loads(row.opened())
    except InvalidTag:
        logger.warning("a session is not as Roster kept it", session=row.digest)
        return None
    return content


@functools.cache
def _with_digest_of(count: int) -> InstancesStatement[Session]:
    """Sessions that go on; every request begins with this. The digests are called by their numbers."""
    digests = [Parameter(f"digest{number}") for number in range(count)]
    now = Parameter("now", models.DateTimeField())
    beside = {f"maintenance_{name}": _column(name) for name in MAINTENANCE}
    return InstancesStatement(
        lambda: Session.objects.filter(digest__in=digests, expires_at__gt=now).annotate(**beside)
    )


def _column(name: str) -> models.Subquery:
    return models.Subquery(Maintenance.objects.values(name)[:1])


def _maintenance(row: Any) -> Maintenance | None:  # noqa: ANN401 - with what was read beside it
    if row.maintenance_until is None:
        return None
    return Maintenance(**{name: getattr(row, f"maintenance_{name}") for name in MAINTENANCE})


def _find(key: str) -> Session | None:
    """The session that the cookie's key opens now."""
    digests = {f"digest{number}": digest for number, digest in enumerate(digests_of(key))}
    found = _with_digest_of(len(digests)).ask(now=timezone.now(), **digests)
    return next(iter(found), None)


def _insert(row: Session) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CreateError from error


def _update(row: Session) -> None:
    names = ("sealed", "expires_at", "holder", "seen_at")
    kept = Session.objects.filter(pk=row.pk)
    if not kept.update(**{name: getattr(row, name) for name in names}):
        raise UpdateError


def _keep_seen(row: Session, content: dict[str, Any]) -> None:
    """That it was used just now; what it holds is left alone, since others may be saving it."""
    kept = Session.objects.filter(pk=row.pk)
    kept.update(seen_at=timezone.now(), expires_at=end_of(content))
