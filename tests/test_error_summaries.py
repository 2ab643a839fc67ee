"""What is wrong with a form stands above it, and each link there leads to what it is about."""

import re
from typing import Any

import pytest

from tests.browsers import text
from tests.conftest import Cast
from tests.forms.form import Form
from tests.forms.table import FORMS

FREE = [form for form in FORMS if form.fields]
SUMMARY = re.compile(r'<section class="error-summary".*?</section>', re.DOTALL)
LINK = re.compile(r'href="#([^"]*)"')
WRONG = ("", "\x00", "x" * 5000)


def leading_nowhere(page: Any) -> set[str]:
    body = text(page)
    linked = {link for summary in SUMMARY.findall(body) for link in LINK.findall(summary)}
    return {link for link in linked if f' id="{link}"' not in body}


@pytest.mark.parametrize("form", FREE, ids=str)
def test_every_link_leads_to_its_field(furnished: Cast, form: Form) -> None:
    page = form.opened(furnished)
    for wrong in WRONG:
        for fields in ([*form.fields], *([field] for field in form.fields)):
            assert not leading_nowhere(page.send(**dict.fromkeys(fields, wrong))), fields


def test_some_errors_have_links(furnished: Cast) -> None:
    """What the test above looks for is there to be found."""
    (form,) = (form for form in FREE if form.name == "robots:team-access-add")
    page = text(form.opened(furnished).send(place=""))
    assert LINK.findall("".join(SUMMARY.findall(page))) == ["id_place"]
