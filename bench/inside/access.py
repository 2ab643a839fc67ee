"""What a decision and the pages about access cost: `python -m bench.inside.access ANSWER TRIED`.

TRIED is JSON: indexes that are there in every second part of the run (`table (column, column)`) and
names of those that are not.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from bench.data import KNOWN
from bench.inside.calls import call
from bench.inside.hot import statements_of, token_request
from bench.inside.pages import measure_page
from console.databases.statements import POSTGRESQL, Statement
from robots.usage.counters import Use
from robots.verifiers import hot_queries
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from robots.verifiers.memory import Ends
from robots.verifiers.registry.scopes import Scope, granted
from robots.verifiers.services import find_registry

TIMES, PARTS, WARM = 100, 3, 20
PUSH_AND_PULL = frozenset({"push", "pull"})
Action = Callable[[], object]
Tried = dict[str, list[str]]


def _decision(login: list[str]) -> Action:
    """What is asked of the database and of `decide` once the secret was right."""
    user, secret, path = login
    credential = authenticate(user, secret, Use("bench"))
    if not isinstance(credential, Credential):
        raise SystemExit(f"{user} is refused: {credential}")
    service = find_registry(settings.ROSTER_REGISTRY_SERVICE, Ends())
    if service is None:
        raise SystemExit("there is no registry")
    scope = Scope("repository", path, PUSH_AND_PULL)

    def decide() -> None:
        if len(granted(service, scope, credential)) != len(PUSH_AND_PULL):
            raise SystemExit(f"{user} may not push to {path}")

    return decide


def _token(login: list[str], service: str) -> Action:
    """The whole answer of the token service."""
    request = token_request(login, service)

    def ask() -> None:
        answer = call(request)
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
def _tried(tried: Tried) -> Iterator[None]:
    """With some indexes, without others; afterwards all is as before."""
    numbered = list(enumerate(tried["with"]))
    definitions = [_definition(name) for name in tried["without"]]
    _each(f"CREATE INDEX tried_{number} ON {index}" for number, index in numbered)
    _each(f"DROP INDEX {name}" for name in tried["without"])
    yield
    _each(definitions)
    _each(f"DROP INDEX tried_{number}" for number, _ in numbered)


def _definition(name: str) -> str:
    """The statement that makes an index again."""
    known = ("pg_indexes", "indexdef", "indexname")
    if connection.vendor != POSTGRESQL:
        known = ("sqlite_master", "sql", "name")
    table, definition, column = known
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {definition} FROM {table} WHERE {column} = %s", [name])
        return str(cursor.fetchone()[0])


def _each(statements: Iterable[str]) -> None:
    """Run them, and count the rows anew."""
    with connection.cursor() as cursor:
        for statement in (*statements, "ANALYZE"):
            cursor.execute(statement)


def _decisions(known: dict[str, Any], tried: Tried) -> dict[str, dict[str, float]]:
    """Medians and numbers of statements, as it is and with what is tried."""
    actions = {f"decision\t{name}": _decision(login) for name, login in known["logins"].items()}
    for name, login in known["logins"].items():
        actions[f"token\t{name}"] = _token(login, known["service"])
    present, other = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for _ in range(PARTS):
        _into(present, _interleaved(actions))
        if any(tried.values()):
            with _tried(tried):
                _into(other, _interleaved(actions))
    return {
        name: {"statements": statements_of(action), "µs": median(present[name])}
        | ({"tried": median(other[name])} if other else {})
        for name, action in actions.items()
    }


def _into(found: dict[str, list[float]], more: dict[str, list[float]]) -> None:
    for name, taken in more.items():
        found[name] += taken


def _plans(known: dict[str, Any]) -> dict[str, list[str]]:
    """How the database finds the rows of each statement that is asked for one token."""
    user, _, path = next(iter(known["logins"].values()))
    organization, project, repository = path.split("/", 2)
    values = defaultdict(str, robot_id=1, organization_id=1, access_id=UUID(int=0), digest=user)
    values |= {"organization": organization, "project": project, "repository": repository}
    statements = {name: it for name, it in vars(hot_queries).items() if isinstance(it, Statement)}
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
        "decisions": _decisions(content, json.loads(sys.argv[2])),
        "pages": _pages(content),
        "plans": _plans(content),
    }
    answer.write_text(json.dumps(figures))
