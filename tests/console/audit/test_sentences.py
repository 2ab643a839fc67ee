"""Every event that the code writes has a sentence, and every sentence an event."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.audit.sentences import SENTENCES, sentence, words
from console.models import Event
from console.permissions.roles import BUILTIN_ROLES
from console.permissions.vocabulary import Permission
from robots.models import SigningKey
from tests.addresses import EVERY_ADDRESS

ROOT = Path(__file__).resolve().parents[3]
ACTION = re.compile(r"[a-z]+(?:-[a-z]+)*:[a-z]+(?:-[a-z]+)*")
# What looks like an action and is not one.
OTHERS = {*map(str, Permission), *EVERY_ADDRESS, "about:blank"}
# Written with a word put in, by what the word may be.
PUT_IN = {"signing-key:": {str(state) for state in SigningKey.State if state != "retired"}}


def literals() -> Iterator[str]:
    """Every text in the product's code, sentences and migrations apart."""
    for app in ("console", "teams", "robots"):
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts and file.name != "sentences.py":
                for node in ast.walk(ast.parse(file.read_text())):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value


@functools.cache
def written() -> set[str]:
    """The actions that the code names."""
    texts = set(literals())
    found = {text for text in texts if ACTION.fullmatch(text)} - OTHERS - set(ROLES)
    return found | {
        start + word for start, ends in PUT_IN.items() if start in texts for word in ends
    }


ROLES = {f"{role.scope}:{role.name}" for role in BUILTIN_ROLES.values()}


@pytest.mark.parametrize("action", sorted(written() | set(SENTENCES)))
def test_every_action_has_a_sentence_and_every_sentence_an_action(action: str) -> None:
    assert action in written()
    assert "{target}" in SENTENCES[action]
    before, after = words(Event(action=action))
    assert action not in before + after


def test_a_sentence_as_plain_text() -> None:
    event = Event(
        action="robot:disabled", actor_label="a@example.com", target_label="robot_acme+ci"
    )
    assert sentence(event) == "a@example.com disabled the robot account robot_acme+ci"
