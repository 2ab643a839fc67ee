"""A form takes the fields it shows and no others; and it takes them from its own page alone."""

from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import settings

from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.forms.form import Form, Opened
from tests.forms.table import APPS, FORMS, forms_of
from tests.snapshots import OURS, Rows, difference, rows, undone, watched

MARK = "0ff1ce00"
EVIL_UUID = UUID("0ff1ce00-0000-4000-8000-000000000000")
ALSO = {
    "role": "owner",
    "owner": "on",
    "digest": MARK * 8,
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "actor": "1",
    "password": "a long enough phrase",
    "memberships": "1",
    "groups": "1",
    "user_permissions": "1",
    "grants": "1",
    "tokens": "1",
    "secrets": "1",
    "pk": "1",
    "state": "current",
    "level_id": "1",
    "login_name": f"robot_globex+{MARK}",
    "created_by": MARK,
    "next": "/",
}


def every_field(cast: Cast) -> dict[str, str]:
    """A value for each column of each model: another tenant's, or recognizable where it turns up."""
    foreign = {
        "organization": cast.other_organization.pk,
        "project": cast.other_project.pk,
        "robot": cast.other_robot.pk,
        "token": cast.other_minted.token.pk,
        "user": cast.stranger.pk,
    }
    offered = ALSO | {name: str(pk) for name, pk in foreign.items()}
    offered |= {f"{name}_id": str(pk) for name, pk in foreign.items()}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for column in model._meta.concrete_fields:
                kind = column.get_internal_type()
                value = {
                    "UUIDField": str(EVIL_UUID),
                    "DateTimeField": "2099-02-03 04:05:06",
                    "BigAutoField": "666",
                    "BooleanField": "on",
                    "PositiveIntegerField": "666",
                    "PositiveBigIntegerField": "666",
                }.get(kind, MARK)
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
    return value == 666 or any(mark in str(value) for mark in (MARK, "2099-02-03"))


@pytest.mark.parametrize("app", APPS)
def test_a_form_changes_only_what_it_shows(
    furnished: Cast, app: str, subtests: pytest.Subtests
) -> None:
    for form in forms_of(app):
        with subtests.test(str(form)), undone():
            page, before = form.opened(furnished), rows()
            shown = {*map(page.named, form.fields), "public", "permissions"}
            offered = {
                name: value for name, value in every_field(furnished).items() if name not in shown
            }
            answer = page.client.post(page.address, offered | page.data())
            assert answer.status_code in {200, 302}, text(answer)
            found = difference(before, rows())
            assert {name for name, _ in found.gone} <= form.ends
            assert found.changed <= form.changes
            assert {name for name, _ in found.made} <= form.makes
            assert marks(found.made) == []
            assert furnished.other_organization.pk not in {
                row.get("organization_id") for row in found.made.values()
            }


@pytest.mark.parametrize("app", APPS)
def test_a_form_works_at_all(furnished: Cast, app: str, subtests: pytest.Subtests) -> None:
    """Else the test above would find nothing to say."""
    for form in forms_of(app):
        with subtests.test(str(form)), undone():
            page = form.opened(furnished)
            if form.name.endswith("-enable"):
                page.client.post(page.address.replace("resumption", "suspension"), page.data())
            before = rows()
            page.send()
            found = difference(before, rows())
            assert {name for name, _ in found.made} == form.makes
            assert {name for name, _ in found.gone} == form.ends
            assert bool(found.changed) == (form.changes != set())


NEW_ROBOT, THEME = (
    next(form for form in FORMS if form.name == name)
    for name in ("robots:robot-create", "console:theme")
)
CSRF, TOKEN = "a" * 32, "b" * 32
FORGERIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no token": ({}, {}),
    "an empty token": ({"csrfmiddlewaretoken": ""}, {}),
    "another token": ({"csrfmiddlewaretoken": TOKEN}, {}),
    "a token of the wrong shape": ({"csrfmiddlewaretoken": "x\x00"}, {}),
    "another header": ({}, {"X-CSRFToken": TOKEN}),
    "another origin": ({"csrfmiddlewaretoken": CSRF}, {"Origin": "https://evil.example"}),
    "no origin": ({"csrfmiddlewaretoken": CSRF}, {"Origin": "null"}),
}


def check_forged(page: Opened, fields: dict[str, str], headers: dict[str, str]) -> None:
    """Sent like this, it is refused as an expired form, and changes nothing."""
    page.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    with watched() as watch:
        answer = page.client.post(page.address, page.data() | fields, headers=headers)
        assert answer.status_code == 403
        assert texts_of(answer, "h1") == ["This form has expired"]
        assert f"<code>{answer['X-Request-ID']}</code>" in text(answer)
        assert "no-store" in answer["Cache-Control"]
    assert not watch.changed()


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("form", [NEW_ROBOT, THEME], ids=str)
def test_a_form_of_another_page_changes_nothing(furnished: Cast, form: Form, forgery: str) -> None:
    """However it is forged, whether who sends it is asked for or not."""
    page = form.opened(furnished, enforce_csrf_checks=True)
    check_forged(page, *FORGERIES[forgery])


def test_no_form_is_taken_without_its_token(furnished: Cast, subtests: pytest.Subtests) -> None:
    for form in FORMS:
        with subtests.test(str(form)), undone():
            check_forged(form.opened(furnished, enforce_csrf_checks=True), {}, {})


def test_a_form_of_our_page_is_taken(furnished: Cast, subtests: pytest.Subtests) -> None:
    for form in FORMS:
        with subtests.test(str(form)), undone():
            page = form.opened(furnished, enforce_csrf_checks=True)
            page.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
            assert page.send(csrfmiddlewaretoken=CSRF).status_code in {200, 302}


@pytest.mark.parametrize(
    "field",
    [
        "project",
        "permissions",
        "access-all-choice",
        "access-all-permissions",
        "access-{}-choice",
        "access-{}-permissions",
    ],
)
def test_other_organizations_stand_in_no_field_of_a_robots_reach(
    furnished: Cast, cast: Cast, field: str
) -> None:
    """Nor in the name of one."""
    page, before = NEW_ROBOT.opened(furnished), rows()
    ids = [cast.other_project.uuid, cast.other_project.pk, cast.other_organization.uuid, uuid4()]
    for foreign in ids:
        changes = {field.format(foreign): [str(foreign)], "level": "project"}
        assert page.send(**changes).status_code == 422
    assert rows() == before


def test_ticks_of_a_foreign_project_give_nothing(furnished: Cast, cast: Cast) -> None:
    page, before = NEW_ROBOT.opened(furnished), rows()
    ticks = {f"access-{cast.other_project.uuid}-permissions": ["artifact:push"]}
    assert page.send(**ticks).status_code == 302
    assert {name for name, _ in difference(before, rows()).made} == {"Robot", "Event"}
