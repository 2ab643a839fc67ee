"""The list of robots as CSV: a file of its own name, streamed, safe to open, without a secret."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from robots.models import Robot, Token
from tests.browsers import text
from tests.conftest import Cast
from tests.robots.accounts.test_robot_list import CSV, exported, many


def test_the_csv_says_of_each_robot_what_the_list_says_and_no_secret(
    as_owner: Client, cast: Cast
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(last_used_at=timezone.now())
    row, other = exported(as_owner)
    assert (row["login"], row["state"], row["level"]) == (
        cast.robot.login_name,
        "active",
        "project",
    )
    assert (row["project"], row["tokens"], row["expires"]) == ("payments", "1", "")
    assert (other["level"], other["project"]) == ("organization", "")
    assert row["permissions"].split() == sorted(cast.robot.grants.get().permissions)
    assert row["identifier"] == str(cast.robot.uuid)
    answer: Any = as_owner.get(CSV)
    body = answer.getvalue().decode()
    assert cast.secret not in body
    assert "digest" not in body


@pytest.mark.usefixtures("clock")
def test_the_csv_is_a_file_with_the_name_of_organization_and_day(as_owner: Client) -> None:
    answer = as_owner.get(CSV)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    day = timezone.now().strftime("%Y-%m-%d")
    assert answer["Content-Disposition"] == f'attachment; filename="acme-robots-{day}.csv"'
    assert answer.streaming


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_begins_like_a_formula_is_defused(
    as_owner: Client, cast: Cast, begin: str
) -> None:
    Robot.objects.filter(pk=cast.robot.pk).update(description=f"{begin}HYPERLINK(1)")
    assert exported(as_owner)[0]["description"].startswith(f"'{begin}")


def test_the_csv_costs_a_constant_number_of_queries_a_chunk(
    as_owner: Client, cast: Cast, settings: Settings
) -> None:
    """Nobody waits for all of it, and none of it is kept: three questions for each so many robots."""
    assert settings.EXPORT_CHUNK == 500
    settings.EXPORT_CHUNK = 20
    counts = []
    for number in (18, 20, 40):
        many(cast, number)
        with CaptureQueriesContext(connection) as captured:
            assert len(exported(as_owner)) == number + 2
        counts.append(len(captured))
        Robot.objects.filter(name__startswith="r0").delete()
    assert counts[1] - counts[0] <= 3
    assert counts[2] - counts[1] <= 3
    answer: Any = as_owner.get(CSV)
    assert next(iter(answer.streaming_content)).startswith(b"\xef\xbb\xbfname,login,")


def test_a_project_leads_to_the_csv_of_its_own_robots(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get("/o/acme/projects/payments/robots/", {"state": "active"}))
    (url,) = re.findall(r'href="(/o/acme/robots.csv[^"]*)"', page)
    assert unescape(url) == "/o/acme/robots.csv?state=active&project=payments"
