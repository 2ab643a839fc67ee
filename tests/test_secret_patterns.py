"""The published patterns find what Roster mints, and nothing that only looks like it; each file has them."""

import ast
import json
import re
import tomllib
from collections.abc import Callable
from functools import cache

import pytest
import yaml

from tests.secret_shapes import (
    COMPACT,
    EACH,
    FOLDER,
    SERVICE,
    SIGNED,
    all_minted,
    found,
    near_misses,
    patterns,
    searched,
)

PLACES = ('token = "{}"', "{}\n", "https://x.example.com/?t={}&u=1", "a,{},b", "\\n{}\\n", "('{}')")


@pytest.fixture
def minted(db: None) -> dict[str, list[str]]:
    return all_minted()


@pytest.mark.parametrize("kind", [COMPACT, SIGNED, SERVICE])
def test_each_secret_is_found_whole_wherever_it_stands(
    minted: dict[str, list[str]], kind: str
) -> None:
    assert len(set(minted[kind])) == EACH
    for number, secret in enumerate(minted[kind]):
        text = PLACES[number % len(PLACES)].format(secret)
        assert found(kind, text) == [secret]
        assert found(kind, secret) == [secret]
        assert patterns()[kind]["keyword"] in secret


@pytest.mark.parametrize("kind", [COMPACT, SIGNED, SERVICE])
def test_what_is_no_secret_is_not_found(minted: dict[str, list[str]], kind: str) -> None:
    for secret in minted[kind]:
        for text in near_misses(kind, secret):
            assert found(kind, text) == [], text


def test_no_kind_is_taken_for_another(minted: dict[str, list[str]]) -> None:
    for kind, secrets in minted.items():
        for other in minted.keys() - {kind}:
            assert found(other, "\n".join(secrets)) == []


def test_several_on_one_line_are_all_found(minted: dict[str, list[str]]) -> None:
    for kind, secrets in minted.items():
        assert found(kind, " ".join(secrets)) == secrets


@cache
def _gitleaks(name: str) -> dict[str, str]:
    rules = tomllib.loads((FOLDER / name).read_text())["rules"]
    return {rule["id"].replace("-", "_"): rule["regex"] for rule in rules}


def _trufflehog() -> dict[str, str]:
    detectors = yaml.safe_load((FOLDER / "trufflehog.yaml").read_text())["detectors"]
    return {each["name"]: each["regex"]["secret"] for each in detectors}


def _secretlint() -> dict[str, str]:
    (rule,) = json.loads((FOLDER / "secretlintrc.json").read_text())["rules"]
    shapes = {each["name"]: each["patterns"] for each in rule["options"]["patterns"]}
    return {name: own.strip("/").replace("?<secret>", "", 1) for name, [own] in shapes.items()}


def _detect_secrets() -> dict[str, str]:
    tree = ast.parse((FOLDER / "roster_detector.py").read_text())
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return dict(zip(patterns(), [text for text in texts if text.startswith("(")], strict=True))


FILES: dict[str, Callable[[], dict[str, str]]] = {
    "gitleaks": lambda: _gitleaks("gitleaks.toml"),
    "GitLab": lambda: _gitleaks("gitlab/roster.toml"),
    "TruffleHog": _trufflehog,
    "secretlint": _secretlint,
    "detect-secrets": _detect_secrets,
}


@pytest.mark.parametrize("scanner", FILES)
def test_each_file_has_the_published_patterns(scanner: str) -> None:
    assert FILES[scanner]() == {kind: searched(kind) for kind in patterns()}


def test_each_rule_says_how_its_secrets_begin() -> None:
    """Scanners look for that first; they compare it in small letters."""
    keywords = [[shape["keyword"]] for shape in patterns().values()]
    for name in ("gitleaks.toml", "gitlab/roster.toml"):
        rules = tomllib.loads((FOLDER / name).read_text())["rules"]
        assert [rule["keywords"] for rule in rules] == keywords
        assert {rule["secretGroup"] for rule in rules} == {1}
    detectors = yaml.safe_load((FOLDER / "trufflehog.yaml").read_text())["detectors"]
    assert [each["keywords"] for each in detectors] == keywords


def test_gitlabs_file_names_the_other() -> None:
    rules = tomllib.loads((FOLDER / "gitlab/secret-detection-ruleset.toml").read_text())
    (passed,) = rules["secrets"]["passthrough"]
    assert passed == {"type": "file", "target": "gitleaks.toml", "value": ".gitlab/roster.toml"}
    own = tomllib.loads((FOLDER / "gitlab/roster.toml").read_text())
    assert own["extend"] == {"path": "/gitleaks.toml"}


def test_the_guide_shows_the_published_patterns() -> None:
    guide = (FOLDER.parent.parent / "docs" / "secret-scanning.md").read_text()
    for shape in patterns().values():
        assert re.search(rf"^\| `{re.escape(shape['type'])}` \|", guide, re.MULTILINE)
        assert f"`{shape['pattern']}`" in guide
