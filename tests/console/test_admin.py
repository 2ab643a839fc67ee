"""The Django admin answers only what its pages show: no question about what they hide."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from console.admin import ReadOnlyAdmin
from tests.browsers import browser, text
from tests.conftest import Cast

ADMINS = list(admin.site._registry.items())
IDS = [model._meta.label for model, _ in ADMINS]
# What columns are called that nobody may read.
SECRET_NAME = re.compile(r"password|digest|hash|private|seal|^link$|key$")
Admin = tuple[type[models.Model], "admin.ModelAdmin[Any]"]


def list_of(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def columns(model: type[models.Model]) -> Iterator[str]:
    """As look-ups name them: all of the table, and the secret ones of the tables that it leads to."""
    for field in model._meta.concrete_fields:
        yield field.name
        if field.related_model:
            names = [other.name for other in field.related_model._meta.concrete_fields]
            yield from (f"{field.name}__{name}" for name in names if SECRET_NAME.search(name))


def test_every_page_of_it_is_of_the_kind_that_only_shows() -> None:
    assert all(isinstance(page, ReadOnlyAdmin) for _, page in ADMINS)


@pytest.mark.parametrize("registered", ADMINS, ids=IDS)
def test_no_column_can_be_asked_about(cast: Cast, registered: Admin) -> None:
    model, _ = registered
    client = browser(cast.operator)
    for column in columns(model):
        answer = client.get(list_of(model), {f"{column}__regex": "^1"})
        assert answer.status_code == 400, column
    assert client.get(list_of(model)).status_code == 200


@pytest.mark.parametrize("registered", ADMINS, ids=IDS)
def test_no_row_is_found_by_another_column(cast: Cast, registered: Admin) -> None:
    model, _ = registered
    client = browser(cast.operator)
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            assert client.get(list_of(model), {"_to_field": field.name}).status_code == 400


@pytest.mark.parametrize("registered", ADMINS, ids=IDS)
def test_a_page_shows_what_is_listed_and_nothing_secret(registered: Admin) -> None:
    _, page = registered
    assert page.fields
    shown = {*page.fields, *page.list_display, *page.search_fields}
    assert [name for name in shown if SECRET_NAME.search(name)] == []


def test_the_page_of_a_secret_shows_no_hash(cast: Cast) -> None:
    secret = cast.token.secrets.get()
    address = reverse("admin:robots_secret_change", args=[secret.pk])
    page = text(browser(cast.operator).get(address))
    assert "Root number" in page
    assert "hash" not in page.lower()
    assert str(secret.digest) not in page


def test_what_was_never_used_says_so(cast: Cast) -> None:
    client = browser(cast.operator)
    for thing in (cast.robot, cast.token):
        meta = thing._meta
        page = text(
            client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk]))
        )
        assert "never" in page
        assert "1970" not in page
    assert "1970" not in text(client.get(list_of(type(cast.token))))


def test_never_is_a_word_and_no_day(cast: Cast) -> None:
    client = browser(cast.operator)
    for thing, name in ((cast.robot, "robot"), (cast.token, "token")):
        page = text(client.get(reverse(f"admin:robots_{name}_change", args=[thing.pk])))
        assert not re.search(r"1970|9999", page), name
        assert ">never<" in page
