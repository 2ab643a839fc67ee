"""deploy/secret-scanning with real scanners, and with the engines of those that cannot be installed here."""

import hashlib
from itertools import chain
from pathlib import Path

import pytest

from tests.interop.scanners import HYPERSCAN, RE2, ask_engine, detect_secrets, secretlint
from tests.secret_shapes import FOLDER, all_minted, near_misses, patterns, searched

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> tuple[list[str], dict[int, str]]:
    """A file of secrets and near misses, and by their numbers the lines that hold a secret."""
    text: list[str] = []
    held: dict[int, str] = {}
    for kind, secrets in all_minted().items():
        for secret in secrets:
            text.append(f'value = "{secret}"')
            held[len(text)] = secret
        text += [f'value = "{miss}"' for miss in near_misses(kind, secrets[0])]
    return text, held


def sha1(secret: str) -> str:
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


def test_detect_secrets_finds_each_and_nothing_else(
    lines: tuple[list[str], dict[int, str]], tmp_path: Path
) -> None:
    text, held = lines
    (tmp_path / "values.txt").write_text("\n".join(text))
    found = detect_secrets(FOLDER / "roster_detector.py", tmp_path)
    assert found == {(number, sha1(secret)) for number, secret in held.items()}


def test_secretlint_finds_each_and_nothing_else(
    lines: tuple[list[str], dict[int, str]], tmp_path: Path
) -> None:
    text, held = lines
    (tmp_path / "values.txt").write_text("\n".join(text))
    assert secretlint(FOLDER / "secretlintrc.json", tmp_path / "values.txt") == [*held]


def test_what_gitleaks_and_trufflehog_search_with_finds_each_whole(
    lines: tuple[list[str], dict[int, str]],
) -> None:
    text, held = lines
    found = ask_engine(RE2, {kind: searched(kind) for kind in patterns()}, text)
    per_line = [[*chain(*several)] for several in zip(*found.values(), strict=True)]
    assert per_line == [[held[n]] if n in held else [] for n in range(1, len(text) + 1)]


def test_what_github_searches_with_finds_each(lines: tuple[list[str], dict[int, str]]) -> None:
    text, held = lines
    shapes = {
        kind: f"(?:{shape['before']}){shape['pattern']}(?:{shape['after']})"
        for kind, shape in patterns().items()
    }
    found = ask_engine(HYPERSCAN, shapes, text)
    per_line = [any(several) for several in zip(*found.values(), strict=True)]
    assert per_line == [number in held for number in range(1, len(text) + 1)]
