"""Mistakes in the file for `roster apply` and `diff`, told by their line, all at once."""

import pytest

from tests.cli.shells import Shell

ENDS_WITH_OFFSET = "expires_at has to be a time with its offset, such as 2099-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("robots: [", "a.yaml, line 1: "),
        ("- robots", "a.yaml, line 1: expected a mapping with projects, "),
        ("rowboats: []", "a.yaml, line 1: unknown section rowboats"),
        ("robots: {name: ci}", "a.yaml, line 1: robots has to be a list"),
        ("robots: [ci]", "a.yaml, line 1: robots, entry 1 has to be a mapping"),
        (
            "robots: [{name: a}, {name: b, token: c}]",
            "a.yaml, line 1: robots, entry 2: unknown field token",
        ),
        ("robots: [{description: a}]", "a.yaml, line 1: robots, entry 1: name is missing"),
        ("robots: [{name: 7}]", "a.yaml, line 1: robots, entry 1: name has to be text"),
        ("robots: [{name: a, labels: {b: 1}}]", "labels has to be a mapping of text to text"),
        ("robots: [{name: a, disabled: no way}]", "disabled has to be true or false"),
        ("robots: [{name: a, expires_at: soon}]", ENDS_WITH_OFFSET),
        ("robots: [{name: a, expires_at: 2099-01-31}]", ENDS_WITH_OFFSET),
        ("robots: [{name: a, expires_at: '2099-01-31'}]", ENDS_WITH_OFFSET),
        ("robots: [{name: a, expires_at: 2099-01-31T10:00:00}]", ENDS_WITH_OFFSET),
        ("robots: [{name: a}, {name: a}]", "robots, entry 2: robot a stands there twice"),
        ("teams: [{name: a, members: [b]}]", "teams, entry 1, members, entry 1 has to be a"),
        ("teams: [{name: a, robots: b}]", "teams, entry 1: robots has to be a list"),
        ("grants: [{project: a, level: read}]", "grants, entry 1: say one of team, user, robot"),
        ("grants: [{team: a, project: b}]", "say one of role, level, permissions"),
        ("grants: [{team: a, level: most}]", "level is one of view, read, write, admin"),
        ("grants: [{team: a, level: read}, {team: a, level: write}]", "another level of this"),
        ("teams: [{name: a, members: [{email: b, role: boss}]}]", "role is one of member, owner"),
        ("teams: [{name: a, robots: [7]}]", "teams, entry 1: robots has to be a list of names"),
        ("robots: [{name: Ci}]", "name 'Ci' is no name; use lower-case letters"),
        ("robots: [{name: role.viewer}]", "name begins with “role.”"),
        ("teams: [{name: new}]", "name 'new' is a name that Roster keeps for itself"),
        ("roles: [{name: owner, permissions: [artifact:pull]}]", "name 'owner' is a name that"),
        ("projects: [{slug: web/site}]", "slug 'web/site' is no name"),
        ("repositories: [{path: web}]", "path 'web' is no path; say PROJECT/NAME"),
        ("robots: [{name: a, addresses: [10.0.0.1/8]}]", "10.0.0.1/8 is one address inside"),
        ("robots: [{name: a, addresses: [home]}]", "addresses 'home' is no address and no network"),
        ("robots: [{name: a, purpose: 'b\n\n  c'}]", "purpose has several lines; use one"),
        ("robots: [{name: a, labels: {Big Key: b}}]", "labels has a key 'Big Key'"),
        (
            "robots: [{name: a, expires_at: 2027-02-30}]",
            "has a day that is in no calendar: 2027-02",
        ),
        ("robots: [{name: a, expires_at: '2027-13-01T00:00:00Z'}]", "in no calendar: 2027-13-01"),
        ("robots: [{name: no}]", 'name has to be text; without quotes no is false: name: "no"'),
        ("robots: [{name: 7}]", 'without quotes 7 is a number: name: "7"'),
        ("robots: [{name: 2027-01-31}]", 'without quotes 2027-01-31 is a date: name: "2027-01-31"'),
        ("organization: no", "organization has to be text; put it in quotes"),
        ("robots: [{name: a, name: b}]", "a.yaml, line 1: name stands there twice"),
        ("robots: []\n---\nrobots: []", "a.yaml, line 2: "),
        ("? [a]\n: b", "a.yaml, line 1: a key has to be a word"),
        ("robots: \x07", "a.yaml, line 1: "),
        ("robots: &a [*a]", "a.yaml, line 1: "),
        ("!!map robots", "a.yaml, line 1: this is no mapping"),
        ("robots: !!seq ci", "a.yaml, line 1: this is no list"),
        ("robots: [{name: a, disabled: !!bool maybe}]", "disabled has to be true or false"),
        ("robots: [{name: !!int ''}]", "name is missing"),
        ("robots: [{name: a, expires_at: !!timestamp soon}]", ENDS_WITH_OFFSET),
        ('robots: [{name: "\\UFFFFFFFF"}]', "a.yaml names a character that there is not"),
        ('robots: [{name: a, description: "a\\u202eb"}]', "change the reading direction"),
        ('robots: [{name: a, labels: {b: "a\\u2066b"}}]', "change the reading direction"),
        ("grants: [{team: a, project: b, repository: b/c, level: read}]", "say at most one of"),
        ("services: [{host: a}]", "services, entry 1: name is missing"),
        ("services: [{name: a, host: 'https://b'}]", "host 'https://b' is no host; say one and"),
        ("services: [{name: a, host: 'b:99999'}]", "host 'b:99999' is no host"),
        ("services: [{name: a, host: ''}]", "services, entry 1: host '' is no host"),
        (
            "services: [{name: a, host: b, personal_tokens: push}]",
            "services, entry 1: personal_tokens is one of none, pull, all",
        ),
        (
            "services: [{name: a, host: b, personal_tokens: no}]",
            'without quotes no is false: personal_tokens: "no"',
        ),
        ("services: [{name: a, host: b, x5c: maybe}]", "x5c has to be true or false"),
        (
            "services: [{name: a, host: b, uses_x5c: true}]",
            "unknown field uses_x5c; there are name, kind, proxy, host, audience, description,",
        ),
        ("services: [{name: a}, {name: a}]", "services, entry 2: service a stands there twice"),
        ("services: [{name: A}]", "name 'A' is no name; use lower-case letters"),
        ("robots: [{name: a, trusts: b}]", "robots, entry 1, trusts has to be a list"),
        ("robots: [{name: a, trusts: [b]}]", "robots, entry 1, trusts, entry 1 has to be a mapp"),
        (
            "robots: [{name: a, trusts: [{preset: github}]}]",
            "a.yaml, line 1: robots, entry 1, trusts, entry 1: name is missing",
        ),
        ("robots: [{name: a, trusts: [{name: b, robot: c}]}]", "unknown field robot; there are"),
        (
            "robots: [{name: a, trusts: [{name: b}, {name: b}]}]",
            "trusts, entry 2: trust a/b stands there twice, first in line 1",
        ),
    ],
)
def test_mistakes_are_told_by_their_place(shell: Shell, document: str, said: str) -> None:
    """Also to somebody who is not logged in."""
    (shell.home / "a.yaml").write_text(document)
    for command in (("diff",), ("apply", "--yes")):
        ran = shell(*command, "-f", "a.yaml")
        assert ran.code == 1
        assert said in ran.error


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("preset: jenkins", "preset is one of github, gitlab, kubernetes"),
        ("issuer: ''", "issuer has to be visible characters without spaces"),
        ("audience: two words", "audience has to be visible characters without spaces"),
        ("keys: '-----BEGIN PRIVATE KEY-----'", "keys holds a private key"),
        ("keys: [a]", "keys has to be text"),
        ("conditions: []", "conditions has to be a mapping of claims"),
        ("conditions: {}", "conditions is empty"),
        ("conditions: {sub: 74}", "conditions has no text for sub; put numbers, true and false"),
        ("conditions: {sub: true}", "conditions has no text for sub"),
        ("conditions: {sub: }", "conditions has no text for sub"),
        ("conditions: {sub: ''}", "conditions has '' for sub; use 1 to 500 visible characters"),
        ("conditions: {'': a}", "conditions has a claim ''; its name is 1 to 200 visible"),
        ("conditions: {aud: a}", "conditions has aud, which is checked anyway"),
        ("conditions: {sub: 'a*'}", "what comes before the first * ends in : or /"),
        ("conditions: {sub: a, sub: b}", "sub stands there twice"),
        ("lifetime: 1m", "lifetime has to be 5m to 60m"),
        ("lifetime: 3601", "lifetime has to be 5m to 60m"),
        ("lifetime: soon", "lifetime has to be a time such as 15m, or a number of seconds"),
        ("lifetime: true", "lifetime has to be a time such as 15m"),
        ("permissions: all", "permissions has to be a list of words"),
        ("expires_at: 2099-01-31", ENDS_WITH_OFFSET),
        ("disabled: never", "disabled has to be true or false"),
    ],
)
def test_mistakes_in_trusts_are_told_by_their_place(shell: Shell, said: str, words: str) -> None:
    (shell.home / "a.yaml").write_text(f"robots: [{{name: a, trusts: [{{name: b, {said}}}]}}]")
    ran = shell("diff", "-f", "a.yaml")
    assert (ran.code, ran.err.count("roster: error: ")) == (1, 1)
    assert words in ran.error


def test_a_mistake_inside_conditions_is_told_by_its_own_line(shell: Shell) -> None:
    lines = ("robots:", "- name: a", "  trusts:", "  - name: b", "    conditions:")
    (shell.home / "a.yaml").write_text("\n".join([*lines, "      sub: x", "      ref: 7"]))
    assert "a.yaml, line 7: " in shell("diff", "-f", "a.yaml").error


MANY = """\
projects:
  - slug: Web
    name: The Web
    colour: blue
robots:
  - name: ci
    disabled: maybe
    expires_at: 2027-02-30

  - name: no
teams:
  - name: builders
    members:
      - role: owner
    secret: true
    secret: false
"""
ALL_OF_THEM = [
    "line 2: projects, entry 1: slug 'Web' is no name",
    "line 4: projects, entry 1: unknown field colour",
    "line 7: robots, entry 1: disabled has to be true or false",
    "line 8: robots, entry 1: expires_at has a day",
    "line 10: robots, entry 2: name has to be text",
    "line 14: teams, entry 1, members, entry 1: email is missing",
    "line 16: secret stands there twice",
]


def test_all_mistakes_are_told_at_once(shell: Shell) -> None:
    (shell.home / "a.yaml").write_text(MANY)
    lines = shell("diff", "-f", "a.yaml").err.splitlines()
    assert len(lines) == len(ALL_OF_THEM), lines
    for line, text in zip(lines, ALL_OF_THEM, strict=True):
        assert line.startswith(f"roster: error: a.yaml, {text}")


def test_what_is_merged_in_may_be_said_anew(roster: Shell) -> None:
    document = "robots: [&a {name: a, purpose: Builds}, {<<: *a, name: b}]"
    (roster.home / "a.yaml").write_text(document)
    roster.good("apply", "-f", "a.yaml", "--yes")
    assert '"purpose": "Builds"' in roster.good("robot", "get", "b", "--format", "json")


def test_a_file_that_is_not_there(shell: Shell) -> None:
    assert shell("diff", "-f", "b.yaml").error == "cannot read b.yaml: No such file or directory"
    for options in (("-f", "~nobody-here/b.yaml"), ("-f", "-", "--state", "~nobody-here/b.json")):
        assert "is in the home folder of nobody here" in shell("diff", *options, typed="{}").error
