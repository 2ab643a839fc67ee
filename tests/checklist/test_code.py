"""Where the product's source may do what is dangerous elsewhere: each place is named, with its reason."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checklist import ROOT
from tests.checklist import code_rules as rules
from tests.checklist.code_rules import PLANTED, Rule

PRODUCT = ("console", "teams", "robots")
# In these nothing that a person typed is a part of a statement; other modules ask models.
SQL = {
    "console/audit/search.py": "full text, which each database spells in its own way",
    "console/audit/verification.py": "a compiled query, read as a stream",
    "console/backups/postgresql.py": "a snapshot; names of tables come from its catalogue and are quoted",
    "console/backups/sqlite.py": "the state of a copy",
    "console/databases/at_once.py": "compiled statements",
    "console/databases/clock.py": "the database's clock",
    "console/databases/folding.py": "which collations there are",
    "console/databases/migrations.py": "a limit, and an index that was broken off, whose name is quoted",
    "console/databases/postgresql/base.py": "a time limit, a number",
    "console/databases/statements.py": "compiled statements",
    "console/health/databases.py": "statements that stand there",
    "console/health/installation.py": "PostgreSQL's standbys",
    "console/jobs/purges.py": "the cache's table, which has no model; its name is a setting",
    "console/jobs/statistics.py": "statements of SQLite that take no parameters; numbers of ours",
    "console/migrating/plan.py": "how many rows; names of tables are ours and quoted",
    "console/migrating/requirements.py": "a setting of PostgreSQL",
    "console/migrating/waiting.py": "a time limit, a number",
    "console/monitoring/database.py": "statements that stand there",
    "console/serving/health.py": "whether the database answers, and is no standby",
    "robots/queries/search.py": "full text, which each database spells in its own way",
    "robots/server/capacity.py": "settings of PostgreSQL",
    "robots/server/preparation.py": "a lock",
    "robots/usage/by_address.py": "counters, many rows at once; statements that stand there",
    "robots/usage/flush.py": "counters, many rows at once; statements that stand there",
    "robots/usage/outside.py": "counters, many rows at once; statements that stand there",
}
ROOMS: dict[Rule, dict[str, str]] = {
    rules.marks_as_safe: {
        "console/templatetags/roster_ui.py": "drawings of ours",
        "console/help/rendering.py": "guides of ours, whose HTML is escaped",
    },
    rules.formats_what_varies: {},
    rules.speaks_sql: SQL,
    rules.builds_sql: {
        name: SQL[name]
        for name in (
            "console/backups/postgresql.py",
            "console/databases/migrations.py",
            "console/databases/postgresql/base.py",
            "console/jobs/purges.py",
            "console/jobs/statistics.py",
            "console/migrating/plan.py",
            "console/migrating/waiting.py",
        )
    },
    rules.imports_chance: {
        "console/http.py": "a request's ID, which opens nothing",
        "robots/verifiers/registry/tokens.py": "a token's own ID, which opens nothing",
        "robots/management/demo_trusts.py": "a demonstration, the same each time",
        "robots/management/demo_artifacts.py": "a demonstration, the same each time",
        "robots/management/demo_use.py": "a demonstration, the same each time",
        "robots/management/commands/demo.py": "a demonstration, the same each time",
    },
    rules.believes_any_certificate: {},
    rules.compares_secrets: {
        "console/backups/manifest.py": "whether a file was damaged; the manifest itself is sealed",
        "robots/verifiers/oauth/clients.py": "a client's secret with another spelling of itself",
    },
    rules.sends_requests: {
        "console/audit/forwarding/syslog.py": "copies of the audit log, to the server that a setting names",
        "console/databases/at_once.py": "the database's file",
        "console/health/origin.py": "`doctor`, which asks for the installation's own address",
        "robots/server/supervision.py": "whether the server that was started here answers",
    },
}
SAFE = re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq")
# `help_text` is ours, with links; nobody types it.
SAFE_TEMPLATES = {"templates/components/field.html": 1}


def modules() -> Iterator[Path]:
    for app in PRODUCT:
        found = (ROOT / app).rglob("*.py")
        yield from (path for path in found if "migrations" not in path.parts)


@functools.cache
def broken() -> dict[str, dict[str, list[int]]]:
    """Rule -> module of the product that it finds something in -> the lines."""
    found: dict[str, dict[str, list[int]]] = {rule.__name__: {} for rule in ROOMS}
    for path in modules():
        nodes = list(ast.walk(ast.parse(path.read_text())))
        for rule in ROOMS:
            if lines := [getattr(node, "lineno", 0) for node in rule(nodes)]:
                found[rule.__name__][str(path.relative_to(ROOT))] = lines
    return found


@pytest.mark.parametrize("rule", ROOMS, ids=lambda rule: rule.__name__)
def test_what_is_dangerous_is_done_in_named_places_alone(rule: Rule) -> None:
    found = broken()[rule.__name__]
    assert {name: lines for name, lines in found.items() if name not in ROOMS[rule]} == {}
    assert ROOMS[rule].keys() - found.keys() == set(), "no longer needed"


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_each_rule_finds_what_it_is_for(rule: Rule) -> None:
    assert list(rule(list(ast.walk(ast.parse(PLANTED[rule])))))
    good = "import secrets\nright = compare_digest(one, two)"
    assert not list(rule(list(ast.walk(ast.parse(good)))))


def test_every_rule_has_a_planted_fault() -> None:
    assert PLANTED.keys() == ROOMS.keys()


def test_templates_escape_what_they_show() -> None:
    found = {
        str(path.relative_to(ROOT)): len(SAFE.findall(path.read_text()))
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {name: number for name, number in found.items() if number} == SAFE_TEMPLATES
