"""A form takes the fields it shows and no others; and it takes them from its own page alone."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import settings

from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.forms import FORMS, Form
from tests.snapshots import OURS, Rows, difference, rows

MARK = "0ff1ce00"
EVIL_UUID = UUID("0ff1ce00-0000-4000-8000-000000000000")
ALSO = {
    "role": "owner", "owner": "on", "digest": MARK * 8, "is_superuser": "on", "is_staff": "on",
    "is_active": "", "actor": "1", "password": "a long enough phrase", "memberships": "1", "groups": "1",
    "user_permissions": "1", "grants": "1", "tokens": "1", "secrets": "1", "pk": "1", "state": "current",
    "level_id": "1", "login_name": f"robot_globex+{MARK}", "created_by": MARK, "next": "/",
}  # fmt: skip


def every_field(cast: Cast) -> dict[str, str]:
    """A value for each column of each model: another tenant's, or recognizable where it turns up."""
    foreign = {
        "organization": cast.other_organization.pk, "project": cast.other_project.pk,
        "robot": cast.other_robot.pk, "token": cast.other_minted.token.pk, "user": cast.stranger.pk,
    }  # fmt: skip
    offered = ALSO | {name: str(pk) for name, pk in foreign.items()}
    offered |= {f"{name}_id": str(pk) for name, pk in foreign.items()}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for column in model._meta.concrete_fields:
                kind = column.get_internal_type()
                value = {
                    "UUIDField": str(EVIL_UUID), "DateTimeField": "2040-02-03 04:05:06",
                    "BigAutoField": "666", "BooleanField": "on",
                    "PositiveIntegerField": "666", "PositiveBigIntegerField": "666",
                }.get(kind, MARK)  # fmt: skip
                offered.setdefault(column.name, value)
    return offered


def marks(made: Rows) -> list[str]:
    """Where something that was offered turned up."""
    return [
        f"{name}.{column}"
        for (name, _), row in made.items()
        for column, value in row.items()
        if column != "link" and is_offered(value)
    ]


def is_offered(value: object) -> bool:
    return value == 666 or any(mark in str(value) for mark in (MARK, "2040-02-03"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_changes_only_what_it_shows(cast: Cast, form: Form) -> None:
    shown: dict[str, Any] = dict.fromkeys((*form.texts, "public", "permissions"))
    extra = {
        name: value
        for name, value in every_field(cast).items()
        if name not in {**shown, **form.right}
    }
    client, before = form.client(cast), rows()
    answer = client.post(form.address(cast), form.data(cast, **extra))
    assert answer.status_code in {200, 302}, text(answer)
    found = difference(before, rows())
    # A robot that is deleted takes its own grants along.
    assert {name for name, _ in found.gone} <= {"RobotGrant"}
    assert found.changed <= form.changes
    assert {name for name, _ in found.made} <= form.makes
    assert marks(found.made) == []
    assert not {row.get("organization_id") for row in found.made.values()} & {
        cast.other_organization.pk
    }


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_works_at_all(cast: Cast, form: Form) -> None:
    """Else the test above would find nothing to say."""
    client, before = form.client(cast), rows()
    if form.name == "robots:robot-enable":
        client.post(form.address(cast).replace("resumption", "suspension"))
        before = rows()
    client.post(form.address(cast), form.data(cast))
    found = difference(before, rows())
    assert {name for name, _ in found.made} == form.makes
    assert bool(found.made or found.changed) == (form.makes != set())


TOKEN = "b" * 32
FORGERIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no token": ({}, {}),
    "an empty token": ({"csrfmiddlewaretoken": ""}, {}),
    "another token": ({"csrfmiddlewaretoken": TOKEN}, {}),
    "a token of the wrong shape": ({"csrfmiddlewaretoken": "x\x00"}, {}),
    "another header": ({}, {"X-CSRFToken": TOKEN}),
    "another origin": ({"csrfmiddlewaretoken": "a" * 32}, {"Origin": "https://evil.example"}),
    "no origin": ({"csrfmiddlewaretoken": "a" * 32}, {"Origin": "null"}),
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_of_another_page_changes_nothing(cast: Cast, form: Form) -> None:
    client, before = form.client(cast, enforce_csrf_checks=True), rows()
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    for fields, headers in FORGERIES.values():
        answer = client.post(form.address(cast), form.data(cast) | fields, headers=headers)
        assert answer.status_code == 403
        assert texts_of(answer, "h1") == ["This form has expired"]
        assert f"<code>{answer['X-Request-ID']}</code>" in text(answer)
        assert "no-store" in answer["Cache-Control"]
    assert rows() == before


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_of_our_page_is_taken(cast: Cast, form: Form) -> None:
    client = form.client(cast, enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    data = form.data(cast, csrfmiddlewaretoken="a" * 32)
    assert client.post(form.address(cast), data).status_code in {200, 302}


@pytest.mark.parametrize(
    "field", ["project", "reach", "permissions_all", "permissions_{}", "permissions"]
)
def test_things_of_another_organization_are_no_choice(cast: Cast, field: str) -> None:
    """Every id of another tenant in every field that takes one."""
    robots = next(form for form in FORMS if form.name == "robots:robot-create")
    client, before = robots.client(cast), rows()
    ids = [cast.other_project.uuid, cast.other_project.pk, cast.other_organization.uuid, uuid4()]
    for foreign in ids:
        changes = {field.format(foreign): [str(foreign)], "level": "project"}
        answer = client.post(robots.address(cast), robots.data(cast, **changes))
        assert answer.status_code == 422
    assert rows() == before


def test_ticks_of_a_foreign_project_give_nothing(cast: Cast) -> None:
    robots = next(form for form in FORMS if form.name == "robots:robot-create")
    foreign = str(cast.other_project.uuid)
    data = robots.data(cast, **{"reach": [], f"permissions_{foreign}": ["artifact:push"]})
    before = rows()
    assert robots.client(cast).post(robots.address(cast), data).status_code == 302
    assert {name for name, _ in difference(before, rows()).made} == {"Robot", "Event"}
