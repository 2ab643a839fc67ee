"""What a decision and the pages about access cost: `python -m bench.inside.access ANSWER [INDEX …]`.

An INDEX, `table (column, column)`, is made in every second part of the run and gone afterwards.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from bench.data import KNOWN
from bench.inside.calls import call
from bench.inside.hot import statements_of, token_request
from bench.inside.pages import measure_page
from robots import lookups
from robots.authentication import Credential, authenticate
from robots.statements import POSTGRESQL, Statement
from robots.usage import Use
from robots.verifiers.registry_scopes import Scope, granted

TIMES, PARTS, WARM = 100, 6, 20
PUSH_AND_PULL = frozenset({"push", "pull"})
Action = Callable[[], object]


def _decision(login: list[str]) -> Action:
    """What is asked of the database and of `decide` once the secret was right."""
    user, secret, path = login
    credential = authenticate(user, secret, Use("bench"))
    if not isinstance(credential, Credential):
        raise SystemExit(f"{user} is refused: {credential}")
    scope = Scope("repository", path, PUSH_AND_PULL)

    def decide() -> None:
        if len(granted(scope, credential)) != len(PUSH_AND_PULL):
            raise SystemExit(f"{user} may not push to {path}")

    return decide


def _token(login: list[str], service: str) -> Action:
    """The whole answer of the token service."""
    request = token_request(login, service)

    def ask() -> None:
        answer = call(dict(request))
        if answer.status != 200:
            raise SystemExit(f"the token service answered {answer.status}: {answer.body!r}")

    return ask


def _interleaved(actions: dict[str, Action]) -> dict[str, list[float]]:
    """Microseconds of each, one after the other in turn."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(TIMES + WARM):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            if number >= WARM:
                taken[name].append((time.perf_counter() - started) * 1e6)
    return taken


@contextmanager
def _with(indexes: list[str]) -> Iterator[None]:
    with connection.cursor() as cursor:
        for number, index in enumerate(indexes):
            table, _, columns = index.partition(" ")
            cursor.execute(f"CREATE INDEX tried_{number} ON {table} {columns}")
        cursor.execute("ANALYZE")
        yield
        for number, _ in enumerate(indexes):
            cursor.execute(f"DROP INDEX tried_{number}")
        cursor.execute("ANALYZE")


def _decisions(known: dict[str, Any], indexes: list[str]) -> dict[str, dict[str, float]]:
    """Medians and numbers of statements, without and with the indexes."""
    actions = {f"decision\t{name}": _decision(login) for name, login in known["logins"].items()}
    for name, login in known["logins"].items():
        actions[f"token\t{name}"] = _token(login, known["service"])
    found: dict[bool, dict[str, list[float]]] = {
        tried: {n: [] for n in actions} for tried in (False, True)
    }
    for part in range(PARTS):
        tried = bool(indexes) and part % 2 == 1
        with _with(indexes if tried else []):
            for name, taken in _interleaved(actions).items():
                found[tried][name] += taken
    return {
        name: {"statements": statements_of(action), "µs": median(found[False][name])}
        | ({"µs with": median(found[True][name])} if indexes else {})
        for name, action in actions.items()
    }


def _plans(known: dict[str, Any]) -> dict[str, list[str]]:
    """How the database finds the rows of each statement that is asked for one token."""
    user, _, path = next(iter(known["logins"].values()))
    organization, project, repository = path.split("/", 2)
    values = {
        "organization": organization, "project": project, "repository": repository,
        "robot_id": 1, "organization_id": 1, "digest": user,
        "access_id": "00000000-0000-0000-0000-000000000000",
    }  # fmt: skip
    statements = {name: it for name, it in vars(lookups).items() if isinstance(it, Statement)}
    return {name: _plan(statement, values) for name, statement in statements.items()}


def _plan(statement: Statement[Any], values: dict[str, Any]) -> list[str]:
    compiled = statement.compiled
    parameters = [get(values, connection) for get in compiled.getters]
    is_postgresql = connection.vendor == POSTGRESQL
    sql = "EXPLAIN " if is_postgresql else "EXPLAIN QUERY PLAN "
    rows = connection.connection.execute(sql + compiled.sql, parameters).fetchall()
    lines = [str(row[-1]).strip().removeprefix("->").strip() for row in rows]
    words = ("Scan", "Index Cond") if is_postgresql else ("SEARCH", "SCAN")
    return [line.partition("  (cost")[0] for line in lines if any(word in line for word in words)]


def _pages(known: dict[str, Any]) -> list[dict[str, Any]]:
    found = [measure_page(name, path, known["cookies"]) for name, path in known["pages"].items()]
    return [
        {"name": page.name, "milliseconds": page.milliseconds, "queries": page.queries}
        for page in found
    ]


if __name__ == "__main__":
    answer = Path(sys.argv[1])
    content = json.loads(answer.with_name(KNOWN).read_text())
    figures = {
        "decisions": _decisions(content, sys.argv[2:]),
        "pages": _pages(content),
        "plans": _plans(content),
    }
    answer.write_text(json.dumps(figures))
