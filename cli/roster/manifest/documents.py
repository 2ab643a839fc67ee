"""YAML whose values know their line: mistakes are told by it. JSON is YAML as well."""

from collections.abc import Hashable
from typing import Any

import yaml

from roster.errors import Failure
from roster.shapes import Json

# Values that a plain word may become; a file that means the word has to quote it.
SCALARS = ("bool", "int", "float", "timestamp", "null")


class Mapping(dict[str, Any]):
    """A mapping with the line of each key, and what was written for each plain value."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.written: dict[str, str] = {}


class Listing(list[Any]):
    """A list with the line of each entry."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def line_of(value: Json, otherwise: int) -> int:
    """Where a value stands."""
    return value.line if isinstance(value, Mapping | Listing) else otherwise


class Loader(yaml.SafeLoader):
    """Reads keys as they are written, and remembers those that stand there twice."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.twice: list[tuple[int, str]] = []

    def mapping(self, node: yaml.Node) -> Mapping:
        if not isinstance(node, yaml.MappingNode):
            raise _wrong(node, "this is no mapping")
        self._note_twice(node)
        self.flatten_mapping(node)
        content = Mapping(_line(node))
        for key_node, value_node in node.value:
            key = self._key(key_node)
            content[key] = self.construct_object(value_node, deep=True)
            content.lines[key] = _line(key_node)
            if isinstance(value_node, yaml.ScalarNode) and value_node.style is None:
                content.written[key] = value_node.value
        return content

    def listing(self, node: yaml.Node) -> Listing:
        if not isinstance(node, yaml.SequenceNode):
            raise _wrong(node, "this is no list")
        content = Listing(_line(node))
        for one in node.value:
            content.append(self.construct_object(one, deep=True))
            content.lines.append(_line(one))
        return content

    def scalar(self, node: yaml.ScalarNode) -> Hashable:
        """The value, or the words themselves where there is no such value: 30 February, `!!bool maybe`."""
        read: Any = yaml.SafeLoader.yaml_constructors[node.tag]
        try:
            found: Hashable = read(self, node)
        except (ValueError, LookupError, AttributeError):
            return str(node.value)
        return found

    def _note_twice(self, node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self._key(key_node)
            # Keys that are merged in (`<<`) may be said anew.
            if key in seen and key != "<<":
                self.twice.append((_line(key_node), key))
            seen.add(key)

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _wrong(node, "a key has to be a word")
        return str(node.value)


Loader.add_constructor("tag:yaml.org,2002:map", Loader.mapping)
Loader.add_constructor("tag:yaml.org,2002:seq", Loader.listing)
for _tag in SCALARS:
    Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", Loader.scalar)


def _wrong(node: yaml.Node, text: str) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, text, node.start_mark)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def load(text: str, name: str) -> tuple[Json, list[tuple[int, str]]]:
    """The content, and the keys that stand there twice with the line of the second one."""
    try:
        loader = Loader(text)
        return loader.get_single_data() or {}, loader.twice
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise Failure(f"{name}{line}: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        number = text.count("\n", 0, error.position) + 1
        raise Failure(f"{name}, line {number}: {error.reason}") from error
    except RecursionError as error:
        raise Failure(f"{name} is nested too deeply") from error
    except OverflowError as error:
        raise Failure(f"{name} names a character that there is not (\\U…)") from error
