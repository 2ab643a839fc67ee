"""Mistakes in the file for `roster apply` and `diff`, told by their place before anything is asked."""

import pytest

from tests.cli.shells import Shell


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("robots: [", "a.yaml, line 1: "),
        ("- robots", "a.yaml: expected a mapping with projects, "),
        ("rowboats: []", "a.yaml: unknown section rowboats"),
        ("robots: {name: ci}", "a.yaml: robots has to be a list"),
        ("robots: [ci]", "a.yaml: robots, entry 1 has to be a mapping"),
        (
            "robots: [{name: a}, {name: b, token: c}]",
            "a.yaml: robots, entry 2: unknown field token",
        ),
        ("robots: [{description: a}]", "a.yaml: robots, entry 1: name is missing"),
        ("robots: [{name: 7}]", "a.yaml: robots, entry 1: name has to be text"),
        ("robots: [{name: a, labels: {b: 1}}]", "labels has to be a mapping of text to text"),
        ("robots: [{name: a, disabled: no way}]", "disabled has to be true or false"),
        ("robots: [{name: a, expires_at: soon}]", "expires_at has to be a time like"),
        ("robots: [{name: a}, {name: a}]", "robots, entry 2: robot a stands there twice"),
        ("teams: [{name: a, members: [b]}]", "teams, entry 1, members, entry 1 has to be a"),
        ("teams: [{name: a, robots: b}]", "teams, entry 1: robots has to be a list"),
        ("grants: [{project: a, level: read}]", "grants, entry 1: say one of team, user, robot"),
        ("grants: [{team: a, project: b}]", "say one of role, level, permissions"),
        ("grants: [{team: a, level: most}]", "level is one of view, read, write, admin"),
        ("grants: [{team: a, project: b, repository: b/c, level: read}]", "say at most one of"),
    ],
)
def test_mistakes_are_told_by_their_place(
    shell: Shell, nobody: str, document: str, said: str
) -> None:
    shell.log_in(nobody, "secret", "acme")
    (shell.home / "a.yaml").write_text(document)
    for command in (("diff",), ("apply", "--yes")):
        ran = shell(*command, "-f", "a.yaml")
        assert ran.code == 1
        assert said in ran.error


def test_a_file_that_is_not_there(shell: Shell, nobody: str) -> None:
    shell.log_in(nobody, "secret", "acme")
    assert shell("diff", "-f", "b.yaml").error == "cannot read b.yaml: No such file or directory"
