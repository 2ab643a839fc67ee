"""The database refuses what no service may write, even when it is written around the services."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet

from console.models import (
    AuditHead,
    Event,
    Organization,
    Project,
    Repository,
    Service,
    ServiceSecret,
)
from robots.models import (
    RevokedAccessToken,
    Robot,
    RobotGrant,
    Secret,
    SigningKey,
    Token,
    Usage,
)
from teams.models import Membership, User
from tests.conftest import Cast
from tests.factories import RobotFactory

Write = Callable[[Cast], object]
PULL = frozenset({"artifact:pull"})


def _grant(cast: Cast, **fields: object) -> object:
    where = {"robot": cast.organization_robot, "organization": cast.organization}
    return RobotGrant.objects.create(**(where | fields))


def _token(cast: Cast, **fields: object) -> object:
    return Token.objects.create(**({"name": "x", "created_by": "x"} | fields))


def _secret(cast: Cast, **fields: object) -> object:
    known = {"token": cast.token, "kind": "compact", "digest": "d", "root_number": 1}
    return Secret.objects.create(**(known | fields))


def _usage(cast: Cast, **fields: object) -> object:
    day = datetime(2026, 11, 22, tzinfo=UTC).date()
    known = {"token": cast.token, "day": day, "verifier": "registry", "outcome": "accepted"}
    return Usage.objects.create(**(known | fields))


def _key(state: str) -> SigningKey:
    return SigningKey.objects.create(
        kid=uuid4().hex,
        algorithm="ES256",
        purpose="registry-ca",
        state=state,
        private=b"x",
        root_number=1,
        public_pem="x",
    )


def _service(cast: Cast, **fields: object) -> Service:
    known = {"organization": cast.organization, "name": uuid4().hex, "kind": "resource"}
    return Service.objects.create(**(known | fields))


REFUSED: dict[str, Write] = {
    "a token of nobody": _token,
    "a token of a robot and a user": lambda cast: _token(cast, robot=cast.robot, user=cast.owner),
    "two living tokens of a robot of one name": lambda cast: _token(
        cast, robot=cast.robot, name="nightly"
    ),
    "two living tokens of a person of one name": lambda cast: [
        _token(cast, user=cast.owner) for _ in range(2)
    ],
    "a grant with role and permissions": lambda cast: _grant(
        cast, role="project:admin", permissions=PULL
    ),
    "a grant with neither": _grant,
    "a grant on a repository without its project": lambda cast: _grant(
        cast, repository=cast.repository, permissions=PULL
    ),
    "two living robots of one login": lambda cast: RobotFactory(
        organization=cast.organization, name="deploy"
    ),
    "a login that another organization has": lambda cast: RobotFactory(
        organization=cast.other_organization, login_name=cast.robot.login_name
    ),
    "two projects of one slug": lambda cast: Project.objects.create(
        organization=cast.organization, slug="payments", name="x"
    ),
    "two repositories of one name": lambda cast: Repository.objects.create(
        project=cast.project, name="api"
    ),
    "a reverse proxy that does not say which": lambda cast: _service(
        cast, kind="proxy", host="x.example.com"
    ),
    "a reverse proxy of an unknown kind": lambda cast: _service(
        cast, kind="proxy", proxy="apache", host="x.example.com"
    ),
    "a registry with a proxy": lambda cast: _service(cast, proxy="nginx"),
    "a cluster with a proxy": lambda cast: _service(cast, kind="cluster", proxy="nginx"),
    "a cluster that lets people pull": lambda cast: _service(
        cast, kind="cluster", personal_tokens="pull"
    ),
    "a cluster of the environment": lambda cast: Service.objects.update_or_create(
        from_environment=True, defaults={"kind": "cluster"}
    ),
    "two organizations of one slug": lambda cast: Organization.objects.create(
        slug="acme", name="x"
    ),
    "an unknown membership role": lambda cast: Membership.objects.update(role="admin"),
    "two memberships in one organization": lambda cast: Membership.objects.create(
        organization=cast.organization, user=cast.owner, role="member"
    ),
    "an e-mail address in upper case": lambda cast: User.objects.create(email="Big@example.com"),
    "two people of one e-mail address": lambda cast: User.objects.create(email=cast.owner.email),
    "two secrets of one digest": lambda cast: _secret(cast, digest=cast.minted.secret.digest),
    "a secret without digest": lambda cast: _secret(cast, digest=""),
    "a secret of an unknown kind": lambda cast: _secret(cast, kind="other"),
    "two secrets of one request": lambda cast: [
        _secret(cast, digest=digest, request_key=cast.token.uuid) for digest in "ab"
    ],
    "two rows of use for the same": lambda cast: [_usage(cast) for _ in range(2)],
    "two events of one number": lambda cast: Event.objects.filter(organization_slug="acme").update(
        number=1
    ),
    "two heads of one chain": lambda cast: AuditHead.objects.create(
        chain=cast.organization.uuid.hex
    ),
    "two current keys of one purpose": lambda cast: [_key("current") for _ in range(2)],
    "two next keys of one purpose": lambda cast: [_key("next") for _ in range(2)],
    "a key in an unknown state": lambda cast: _key("lost"),
    "a service of an unknown kind": lambda cast: _service(cast, kind="other"),
    "a registry without a host": lambda cast: _service(cast, kind="registry"),
    "two audiences of an organization": lambda cast: [
        _service(cast, audience="x") for _ in range(2)
    ],
    "two audiences of the site": lambda cast: [
        _service(cast, organization=None, audience="x") for _ in range(2)
    ],
    "two secrets of a service of one digest": lambda cast: [
        ServiceSecret.objects.create(service=service, digest="d", root_number=1)
        for service in (_service(cast), _service(cast))
    ],
    "an access token revoked twice": lambda cast: [
        RevokedAccessToken.objects.create(jti="x", expires_at=datetime(2099, 1, 1, tzinfo=UTC))
        for _ in range(2)
    ],
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED.keys())
def test_the_database_refuses(cast: Cast, write: Write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(cast)


@pytest.mark.parametrize(
    "rows", [Event.objects, AuditHead.objects, Token.objects, Robot.objects, Secret.objects]
)
def test_a_uuid_is_there_once(cast: Cast, rows: QuerySet[Model]) -> None:
    column = next(name for name in ("uuid", "chain", "digest") if hasattr(rows.model, name))
    value = rows.values_list(column, flat=True).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**{column: value})


def test_a_deleted_name_is_free(cast: Cast) -> None:
    """The constraints are about the living alone."""
    now = datetime.now(UTC)
    Token.objects.filter(pk=cast.token.pk).update(revoked_at=now)
    Robot.objects.filter(pk=cast.robot.pk).update(deleted_at=now)
    _token(cast, robot=cast.robot, name="nightly")
    RobotFactory(organization=cast.organization, project=cast.project, name="ci")


TABLES = [model._meta.db_table for model in (Organization, Robot, Token, Secret, User)]


@pytest.mark.parametrize("table", TABLES)
def test_an_id_is_never_used_again(cast: Cast, table: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a sequence of PostgreSQL never goes back")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        assert "AUTOINCREMENT" in cursor.fetchone()[0]


def test_the_id_after_the_last_one_deleted_is_a_new_one(cast: Cast) -> None:
    last = RobotFactory(organization=cast.organization)
    Robot.objects.filter(pk=last.pk).delete()
    assert RobotFactory(organization=cast.organization).pk > last.pk
