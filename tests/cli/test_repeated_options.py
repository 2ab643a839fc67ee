"""Of two values for one option neither counts in silence."""

from typing import Any

import pytest

from tests.cli.shells import Shell
from tests.cli.standins import Reply, StandIn

EMPTY = Reply(body={"results": [], "next": None})


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("robot list -a acme --organization globex", "--organization"),
        ("-a acme robot list -a globex", "--organization"),
        ("--format json robot --format yaml list", "--format"),
        ("robot list --format json --format json", "--format"),
        ("get tokens --system -o json --format yaml", "--output"),
        ("robot list --server https://a.example.com --server https://b.example.com", "--server"),
        ("robot list --timeout 5 --timeout 6", "--timeout"),
        ("robot list --label a=b --label c=d", "--label"),
        ("robot list -q a --search b", "--search"),
        ("robot create ci --description a --description b", "--description"),
        ("robot create ci --project a --project b", "--project"),
        ("robot create ci --expires-in 1d --expires-in never", "--expires-in"),
        ("robot create ci --label a=b --label c=d --label a=", "--label a"),
        ("robot list --label a=1 --label b=2", "--label"),
        ("diff -f a.yaml -f b.yaml", "--filename"),
        ("robot token rotate ci x -o t --overlap 1h --overlap now", "--overlap"),
        ("repository create a/b --public --private", "--public"),
        ("login -t one --token two", "--token"),
        ("service create a --host b --host c", "--host"),
        ("create token --system --role a --role b x", "--role"),
        ("get tokens -p a --project b", "--project"),
        ("api POST me/ -f a=1 -F a=2", "field a"),
        ("api POST me/ --input a --input b", "--input"),
        ("can-i artifact:pull a/b --as ci --as cd", "--as"),
    ],
)
def test_it_is_wrong_use(shell: Shell, nobody: str, line: str, what: str) -> None:
    shell.log_in(nobody, "secret", "acme")
    ran = shell(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.error == f"{what} is given twice; say one value."


@pytest.mark.parametrize(
    "line",
    [
        "--quiet robot list --quiet",
        "robot delete id --force --force",
        "robot create ci --permission artifact:pull --permission artifact:push",
        "robot create ci --label a=b --label c=d",
        "api GET me/ -f a=1 -f b=2",
    ],
)
def test_what_may_stand_there_more_than_once(shell: Shell, standin: StandIn, line: str) -> None:
    shell.log_in(standin.url, "secret", "acme")
    row: dict[str, Any] = {"id": "id", "name": "id", "path": "acme/id", "results": [], "next": None}
    standin.will(Reply(body=row | {"results": [row]} if "delete" in line else row))
    shell.good(*line.split())
