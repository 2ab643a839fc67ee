"""User name and secret to a credential: who gets in, in which order refusals are found."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console import keyring
from console.permissions.decision import Target, decide
from console.permissions.vocabulary import Permission
from robots.base.credentials import Kind, mint_compact
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.conftest import Cast
from tests.factories import RobotGrantFactory, UserFactory
from tests.secrets import compact_secret, signed_secret

USE = Use("test", "192.0.2.7", "pytest")
PULL = Permission.ARTIFACT_PULL


def result(cast: Cast, username: str | None = None, secret: str | None = None) -> Any:
    return authenticate(username, cast.secret if secret is None else secret, USE)


def let_in(cast: Cast, username: str | None = None, secret: str | None = None) -> Credential:
    found = result(cast, username, secret)
    assert isinstance(found, Credential), found
    return found


def test_the_user_name_is_the_access_id_or_the_login_name(cast: Cast) -> None:
    for name in (str(cast.token.uuid), "robot_acme.payments+ci"):
        credential = let_in(cast, name)
        assert credential.access_id == cast.token.uuid
        assert credential.actor_label == "robot_acme.payments+ci"


def test_a_percent_encoded_user_name_is_the_same_name(cast: Cast) -> None:
    assert let_in(cast, quote("robot_acme.payments+ci", safe=""))


def test_a_bearer_needs_no_user_name(cast: Cast) -> None:
    assert let_in(cast, None).actor_uuid == cast.robot.uuid


@pytest.mark.parametrize(
    "name",
    [
        "",
        "robot_acme.payments+CI",
        "robot_acme.payments+ci ",
        "robot_acme+deploy",
        "ROBOT_ACME.PAYMENTS+CI",
        "ci",
        "%00",
        "owner@example.com",
        "*",
    ],
)
def test_any_other_user_name_is_refused_even_with_the_right_secret(cast: Cast, name: str) -> None:
    assert result(cast, name) is Refusal.WRONG_NAME


def test_an_access_id_is_compared_to_the_letter_small_or_capital(cast: Cast) -> None:
    assert let_in(cast, str(cast.token.uuid).upper()).access_id == cast.token.uuid
    assert result(cast, cast.token.uuid.hex) is Refusal.WRONG_NAME
    assert result(cast, str(uuid.uuid4())) is Refusal.WRONG_NAME


def test_another_robots_name_does_not_go_with_a_secret(cast: Cast) -> None:
    assert result(cast, cast.other_robot.login_name) is Refusal.WRONG_NAME


def test_signed_and_compact_secrets_are_recognized(cast: Cast) -> None:
    assert let_in(cast, None, signed_secret(cast.token)).access_id == cast.token.uuid
    assert let_in(cast).access_id == cast.token.uuid


def test_every_truncation_of_a_signed_secret_is_refused(cast: Cast) -> None:
    secret = signed_secret(cast.token)
    assert {type(result(cast, None, secret[:cut])) for cut in range(0, len(secret), 7)} == {Refusal}
    assert result(cast, None, secret[:-1]) is Refusal.WRONG_SECRET
    assert result(cast, None, secret + "A") is Refusal.WRONG_SECRET


@pytest.mark.parametrize("secret", ["", "x", "rbt_", "a.b.c", "Bearer x", "\0"])
def test_what_is_not_recognized_is_unknown_and_nothing_is_asked(
    cast: Cast, secret: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert result(cast, None, secret) is Refusal.UNKNOWN


def test_a_secret_that_was_never_made_is_unknown(cast: Cast) -> None:
    assert result(cast, None, mint_compact().reveal()) is Refusal.UNKNOWN


def past() -> datetime:
    return timezone.now() - timedelta(seconds=1)


# Each fault alone: model, field, and the reason it gives; in the order in which they are found.
FAULTS: list[tuple[type[Token] | type[Robot] | type[Secret], str, Refusal]] = [
    (Token, "revoked_at", Refusal.REVOKED),
    (Token, "blocked_at", Refusal.BLOCKED),
    (Token, "disabled_at", Refusal.DISABLED),
    (Token, "expires_at", Refusal.EXPIRED),
    (Secret, "ends_at", Refusal.SECRET_ENDED),
    (Robot, "deleted_at", Refusal.ROBOT_DELETED),
    (Robot, "disabled_at", Refusal.ROBOT_DISABLED),
    (Robot, "expires_at", Refusal.ROBOT_EXPIRED),
]


@pytest.mark.parametrize(("model", "field", "reason"), FAULTS)
def test_each_fault_alone_refuses(cast: Cast, model: Any, field: str, reason: Refusal) -> None:
    model.objects.update(**{field: past()})
    assert result(cast) is reason


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_the_first_fault_in_the_contracts_order_is_the_reason(cast: Cast, first: int) -> None:
    for model, field, _ in FAULTS[first:]:
        model.objects.update(**{field: past()})
    assert result(cast) is FAULTS[first][2]


def test_a_wrong_secret_comes_before_everything(cast: Cast) -> None:
    wrong = signed_secret(cast.token)[:-1]
    for model, field, _ in FAULTS:
        model.objects.update(**{field: past()})
    assert result(cast, "nobody", wrong) is Refusal.WRONG_SECRET


def test_an_end_ahead_refuses_nothing_and_the_earliest_counts(cast: Cast) -> None:
    ends = {
        model: timezone.now() + timedelta(days=days)
        for model, days in ((Robot, 3), (Token, 2), (Secret, 1))
    }
    Robot.objects.update(expires_at=ends[Robot])
    Token.objects.update(expires_at=ends[Token])
    assert let_in(cast).ends_at == ends[Token]
    Secret.objects.update(ends_at=ends[Secret])
    assert let_in(cast).ends_at == ends[Secret]
    Robot.objects.update(expires_at=None)
    Token.objects.update(expires_at=None)
    Secret.objects.update(ends_at=None)
    assert let_in(cast).ends_at is None


def test_both_secrets_of_a_rotation_work_until_the_older_ends(cast: Cast) -> None:
    newer = compact_secret(cast.token)
    assert let_in(cast, None, newer).access_id == let_in(cast).access_id
    Secret.objects.filter(pk=cast.minted.secret.pk).update(ends_at=past())
    assert result(cast) is Refusal.SECRET_ENDED
    assert let_in(cast, None, newer)


def test_secrets_of_every_root_of_the_keyring_are_recognized(
    cast: Cast, settings: Settings, tmp_path: Any
) -> None:
    older = cast.secret
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    keyring.add_root()
    newer = create_token(actor=cast.owner, robot=cast.robot, name="newer", kind=Kind.COMPACT)
    assert newer.secret.root_number == cast.minted.secret.root_number + 1
    assert let_in(cast, None, older)
    assert let_in(cast, None, newer.plaintext.reveal())


def test_a_robot_that_is_made_again_under_the_same_name_does_not_get_the_old_secrets(
    cast: Cast,
) -> None:
    Robot.objects.filter(pk=cast.robot.pk).update(deleted_at=past())
    assert result(cast, cast.robot.login_name) is Refusal.ROBOT_DELETED


def personal(cast: Cast) -> str:
    return compact_secret(Token.objects.create(user=cast.owner, name="laptop", created_by="owner"))


def test_a_personal_token_is_its_person_and_has_no_user_name_but_its_access_id(cast: Cast) -> None:
    secret = personal(cast)
    credential = let_in(cast, None, secret)
    assert (credential.actor_kind, credential.actor_label) == ("user", "owner@example.com")
    assert credential.grants_on(cast.organization.target)
    assert result(cast, "owner@example.com", secret) is Refusal.WRONG_NAME
    assert result(cast, "None", secret) is Refusal.WRONG_NAME


def test_a_personal_token_of_an_inactive_person_is_refused(cast: Cast) -> None:
    secret = personal(cast)
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert result(cast, None, secret) is Refusal.OWNER_INACTIVE


def test_a_personal_token_is_refused_where_only_robots_go_after_everything_else(cast: Cast) -> None:
    secret = personal(cast)
    assert (
        authenticate(None, secret, USE, lambda row: Refusal.PERSONAL_TOKEN)
        is Refusal.PERSONAL_TOKEN
    )
    Token.objects.update(revoked_at=past())
    assert authenticate(None, secret, USE, lambda row: Refusal.PERSONAL_TOKEN) is Refusal.REVOKED


def test_a_narrowed_token_has_its_limits_and_its_robots_project(cast: Cast) -> None:
    Token.objects.filter(pk=cast.token.pk).update(permissions=frozenset({PULL}))
    limits = let_in(cast).limits
    assert (limits.permissions, limits.project_id) == (frozenset({PULL}), cast.project.pk)


def test_on_a_repository_only_covering_grants_are_read(cast: Cast) -> None:
    other = cast.other_project
    assert let_in(cast).on_place(f"globex/{other.slug}/api")[1] == []
    target, held = let_in(cast).on_place("acme/payments/api")
    assert target == cast.repository.target
    assert decide(held, PULL, cast.repository.target)


def test_what_a_repository_gives_is_what_all_grants_of_the_robot_give(cast: Cast) -> None:
    """The short question and the long one decide alike, for every kind of scope."""
    RobotGrantFactory(robot=cast.organization_robot, permissions={PULL})
    RobotGrantFactory(robot=cast.organization_robot, project=cast.project, role="project:developer")
    RobotGrantFactory(
        robot=cast.organization_robot,
        project=cast.project,
        repository=cast.repository,
        role="repository:admin",
    )
    secret = create_token(
        actor=cast.owner, robot=cast.organization_robot, name="all", kind=Kind.COMPACT
    ).plaintext.reveal()
    credential = let_in(cast, None, secret)
    for path in ("acme/payments/api", "acme/payments/new", "acme/payments/a/b"):
        target, held = credential.on_place(path)
        assert target is not None
        everything = cast.organization_robot.grants_on(target)
        for permission in Permission:
            assert bool(decide(held, permission, target)) == bool(
                decide(everything, permission, target)
            )


@pytest.mark.parametrize("path", ["", "nope", "acme/nope", "acme/payments/", "acme/nope/x", "/"])
def test_where_nothing_is_nothing_is_held(cast: Cast, path: str) -> None:
    assert let_in(cast).on_place(path) == (None, [])


def test_a_repository_without_a_row_is_a_target_of_its_project(cast: Cast) -> None:
    target, _ = let_in(cast).on_place("acme/payments/deep/er/name")
    assert target == Target(
        cast.organization.pk,
        cast.project.pk,
        None,
        on_repository=True,
        path="acme/payments/deep/er/name",
    )


@pytest.mark.parametrize("grants", [1, 50])
def test_the_number_of_questions_does_not_grow(
    cast: Cast, grants: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    RobotGrantFactory.create_batch(grants, robot=cast.robot, permissions={PULL})
    UserFactory.create_batch(2)
    # Django's own count does not see the driver's cursor; nothing else may ask.
    with django_assert_num_queries(0):
        assert let_in(cast).on_place("acme/payments/api")[1]
