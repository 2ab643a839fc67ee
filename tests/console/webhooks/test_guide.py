"""docs/webhooks.md: its tables have every kind and where it is told, its examples are as messages are."""

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings

from console.notices.event_kinds import AT_ORGANIZATION, AT_SITE, EVENT_KINDS, EVERYTHING
from robots.accounts.services.robots import create_robot
from tests.conftest import Cast
from tests.console.webhooks.conftest import Hook, happen
from tests.console.webhooks.test_lifecycle import deliveries

GUIDE = Path(settings.BASE_DIR, "docs", "webhooks.md").read_text()
EXAMPLES = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
ROWS = {
    cells[0].strip("`"): cells[1:]
    for line in GUIDE.splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
# What a notice has beside what each has.
OWN = {"ends_at", "days", "address"}


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key not in OWN}
    return type(value)


def test_each_kind_has_one_row_and_no_row_is_of_another() -> None:
    offered = {kind.name for kind in (*AT_ORGANIZATION, *AT_SITE) if kind is not EVERYTHING}
    assert ROWS.keys() - {"webhook.test"} == offered


def test_each_row_of_the_audit_log_says_where_it_is_told() -> None:
    for kind in EVENT_KINDS:
        places = (("organization", kind.of_organization), ("site", kind.of_site))
        expected = ", ".join(name for name, is_told in places if is_told)
        assert ROWS[kind.name][1] == expected, kind.name
        assert ROWS[kind.name][0].lower() == kind.label.lower(), kind.name


def test_the_examples_are_as_real_messages_are(cast: Cast, hook: Hook) -> None:
    hook(kinds=["everything"])
    happen(cast)
    create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    notice, act = (json.loads(each.body) for each in deliveries())
    assert [shape(notice), shape(act)] == [*map(shape, EXAMPLES)]
    assert act["type"] == EXAMPLES[1]["type"]
    words = EXAMPLES[1]["data"]["title"].replace("ada@example.com", "{actor}")
    said = act["data"]["title"].replace(act["data"]["actor"]["name"], "{actor}")
    assert said.rpartition(" ")[0] == words.rpartition(" ")[0]
