"""Prometheus over a real server: rules and dashboard ask for nothing that it does not say."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interop.postgresql import on_postgresql, postgresql, standby
from tests.interop.processes import ROOT, Serving, eventually, fetch, require_tool, serving
from tests.interop.redis import redis

FOLDER = ROOT / "deploy" / "monitoring"
TOKEN = "scraper"
METRIC = re.compile(r"\broster_\w+")
# Parts of names that follow from what kind of metric it is.
SERIES = re.compile(r"^(roster_\w+)(?:\{| )", re.MULTILINE)
ADDED = ("ROSTER_METRICS_TOKEN", "ROSTER_REDIS_URL", "ROSTER_AUDIT_FILE")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One with everything that is measured: PostgreSQL and a standby, Redis, a copy of the audit log."""
    folder: Path = tmp_path_factory.mktemp("monitoring")
    folder.chmod(0o755)
    with postgresql(folder) as primary, redis(folder) as cache:
        own = on_postgresql(primary, folder / "roster")
        values = (TOKEN, cache.url, str(folder / "audit.jsonl"))
        own.environment |= dict(zip(ADDED, values, strict=True))
        own.do("prepare")
        with standby(folder, primary), serving(own) as running:
            yield running


def scrape(server: Serving) -> str:
    status, page = fetch(
        f"{server.installation.origin}/metrics", {"Authorization": f"Bearer {TOKEN}"}
    )
    assert status == 200
    return page.decode()


def named(text: str) -> set[str]:
    return set(METRIC.findall(text))


def queries() -> list[str]:
    """What the dashboard asks."""
    dashboard = json.loads((FOLDER / "dashboard.json").read_text())
    targets = [each for panel in dashboard["panels"] for each in panel.get("targets", [])]
    return [each["expr"].replace("$__rate_interval", "5m") for each in targets]


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def promtool(*arguments: str) -> str:
    done = subprocess.run(
        [require_tool("promtool"), *arguments],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_metric_that_rules_and_dashboard_name_is_in_a_scrape(server: Serving) -> None:
    wanted = named("\n".join(queries())) | named("\n".join(each["expr"] for each in rules()))
    origin = server.installation.origin
    nobody = {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}

    def missing() -> set[str]:
        fetch(f"{origin}/service/token?service=registry", nobody)
        fetch(f"{origin}/nothing-here/")
        return wanted - set(SERIES.findall(scrape(server)))

    eventually(lambda: not missing(), "all are there")


def test_gauges_say_what_the_database_says(server: Serving) -> None:
    def value(series: str) -> float | None:
        found = re.search(rf"^{re.escape(series)} (\S+)$", scrape(server), re.MULTILINE)
        return float(found[1]) if found else None

    eventually(lambda: value("roster_database_standbys") == 1, "the standby is counted")
    eventually(lambda: value('roster_audit_forwarding_lag_seconds{destination="file"}') == 0, "0")
    assert value("roster_database_up") == value("roster_redis_up") == 1
    assert value("roster_audit_faults") == 0
    eventually(
        lambda: value('roster_job_last_success_timestamp_seconds{name="send-mail"}'), "a job ran"
    )
    assert 'roster_build_info{database="postgresql"' in scrape(server)


def test_every_line_of_the_log_says_when_it_was_written(
    server: Serving,
) -> None:
    fetch(f"{server.installation.origin}/nothing-here/")
    server.require_said('"event": "request"')
    lines = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    assert all("timestamp" in line and "level" in line for line in lines)


def test_a_scrape_is_what_promtool_takes(server: Serving) -> None:
    eventually(lambda: "roster_state_timestamp_seconds" in scrape(server), "gauges are there")
    done = subprocess.run(
        [require_tool("promtool"), "check", "metrics"],
        input=scrape(server),
        capture_output=True,
        text=True,
        check=False,
    )
    # Who ends in `_info` or has buckets of its own choice is told so; what cannot be read is status 1.
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    assert "no help text" not in done.stdout + done.stderr


def test_rules_and_configuration_are_what_prometheus_takes() -> None:
    promtool("check", "rules", "alerts.yml")
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    promtool("test", "rules", "alerts.test.yml")


def test_every_alert_is_tested_and_explained() -> None:
    alerts = {each["alert"] for each in rules()}
    tests = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
    assert {each["alertname"] for test in tests for each in test["alert_rule_test"]} == alerts
    manual = (FOLDER / "README.md").read_text()
    assert set(re.findall(r"^### (Roster\w+)$", manual, re.MULTILINE)) == alerts


def test_every_query_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    records = [{"record": f"x{number}", "expr": each} for number, each in enumerate(queries())]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": records}]}))
    promtool("check", "rules", str(file))
    assert len(records) > 30
