"""No requirement of the list is without a test, and no test names one that is not in it."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.checklist.requirements import REQUIREMENTS

HERE = Path(__file__).parent
IDS = re.compile(r"\A((?:V\d+\.\d+\.\d+(?:, | and )?)+):")


def named(file: Path) -> Counter[str]:
    """How many tests of a file begin with each requirement."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            begins = IDS.match(ast.get_docstring(node) or "")
            found.update(re.findall(r"V\d+\.\d+\.\d+", begins[1]) if begins else ())
    return found


def test_each_requirement_has_a_test() -> None:
    found = sum((named(file) for file in HERE.glob("test_v*.py")), Counter[str]())
    assert set(REQUIREMENTS) - set(found) == set()
    assert set(found) - set(REQUIREMENTS) == set()


def test_each_stands_in_the_file_of_its_chapter() -> None:
    for file in HERE.glob("test_v*.py"):
        chapter = file.name.removeprefix("test_v").partition("_")[0]
        assert {name.partition(".")[0] for name in named(file)} <= {f"V{chapter}"}, file.name
