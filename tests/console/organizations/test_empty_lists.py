"""Pages with nothing in them: what is not there yet, or what somebody may not see."""

import pytest

from tests.browsers import browser, text
from tests.conftest import Cast

EMPTY = {
    "projects": ("No projects yet", "No project is open to you"),
    "repositories": ("No repositories registered", "No repository is open to you"),
    "teams": ("No teams yet", "No team to see"),
}


@pytest.mark.parametrize("page", EMPTY)
def test_a_member_is_told_that_nothing_is_open_to_them(cast: Cast, page: str) -> None:
    """And not that there is nothing: there are projects and repositories."""
    shown = text(browser(cast.member).get(f"/o/acme/{page}/"))
    nothing, closed = EMPTY[page]
    assert closed in shown
    assert nothing not in shown


@pytest.mark.parametrize("page", EMPTY)
def test_an_owner_is_told_that_there_is_nothing(cast: Cast, page: str) -> None:
    cast.organization.projects.all().delete()
    shown = text(browser(cast.owner).get(f"/o/acme/{page}/"))
    nothing, closed = EMPTY[page]
    assert nothing in shown
    assert closed not in shown
