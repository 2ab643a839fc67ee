"""The configuration file: edited by hand, kept private, never spoilt."""

import json

import pytest
import yaml

from tests.cli.shells import Shell

TWO = """\
# by hand
current: work
profiles:
  work:
    server: https://roster.example.com/
    organization: acme
    account: owner@example.com
    type: user
    token: not-to-be-shown
  home:
    server: https://roster.example.com
    account: owner@example.com
    token: not-to-be-shown
    note: somebody's own
editor: vi
"""


def test_profiles_are_listed(shell: Shell) -> None:
    shell.write(TWO)
    assert shell.good("profile", "list") == (
        "CURRENT   NAME   TYPE   ORGANIZATION\n"
        "*         work   user   acme\n"
        "          home   user\n"
    )


def test_no_profiles(shell: Shell) -> None:
    assert shell.good("profile", "list") == (
        "No profiles found; run `roster login -a ORGANIZATION`\n"
    )
    assert shell.good("profile", "list", "--quiet") == ""
    assert shell("profile", "current").code == 1


def test_profiles_as_data_have_no_secret(shell: Shell) -> None:
    shell.write(TWO)
    for arguments in (("profile", "list"), ("profile", "current")):
        for kind, read in (("json", json.loads), ("yaml", yaml.safe_load)):
            shown = shell.good(*arguments, "--format", kind)
            assert "not-to-be-shown" not in shown
            found = read(shown)
            first = found[0] if isinstance(found, list) else found
            assert (first["name"], first["organization"]) == ("work", "acme")


def test_the_current_profile(shell: Shell) -> None:
    shell.write(TWO)
    assert shell.good("profile", "use", "home") == "home is the current profile\n"
    assert shell.good("profile", "current").splitlines()[1].split() == ["*", "home", "user"]
    assert "work" in shell.good("profile", "current", "--profile", "work")
    assert "work" in shell.good("profile", "current", ROSTER_PROFILE="work")


def test_what_it_does_not_know_stays(shell: Shell) -> None:
    shell.write(TWO)
    shell.good("profile", "use", "home")
    before, after = yaml.safe_load(TWO), yaml.safe_load(shell.config.read_text())
    before["profiles"]["work"]["server"] = "https://roster.example.com"
    assert after == before | {"current": "home"}
    assert list(shell.config.parent.iterdir()) == [shell.config]


def test_it_is_written_private_through_a_link(shell: Shell) -> None:
    target = shell.home / "dotfiles" / "roster"
    target.parent.mkdir()
    target.write_text(TWO)
    target.chmod(0o644)
    shell.config.parent.mkdir(parents=True)
    shell.config.symlink_to(target)
    shell.good("profile", "use", "home")
    assert shell.config.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert yaml.safe_load(target.read_text())["current"] == "home"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("current: work\nprofiles:\n  work: [\n", "line 4"),
        ("current: a\ncurrent : : b\n", "line 2"),
        ("\tcurrent: a\n", "line 1"),
        ("current: !!bool maybe\n", "cannot be read: 'maybe'"),
        ("profiles:\n  work: {}\n  work: {}\n", "line 3: `work` stands there twice"),
        ("profiles: {work: {server: a, server: b}}\n", "`server` stands there twice"),
        ("just words\n", "expected `current` and `profiles`"),
        ("profiles: [work]\n", "`profiles` has to be a mapping"),
        ("profiles: {work: acme}\n", "profile `work` has to be a mapping"),
        ("profiles: {work: {organization: 7}}\n", "`work.organization` has to be text"),
    ],
)
def test_a_broken_file_is_told_and_kept(shell: Shell, content: str, said: str) -> None:
    shell.write(content)
    for arguments in (("profile", "list"), ("login", "-t", "secret"), ("robot", "list")):
        ran = shell(*arguments)
        assert (ran.code, ran.out) == (1, "")
        assert str(shell.config) in ran.error
        assert said in ran.error
        assert "nothing was changed" in ran.error
    assert shell.config.read_text() == content


def test_a_file_that_cannot_be_read(shell: Shell) -> None:
    shell.config.mkdir(parents=True)
    assert shell("profile", "list").error == f"cannot read {shell.config}: Is a directory"


def test_a_file_that_others_can_read(shell: Shell, nobody: str) -> None:
    shell.log_in(nobody, "secret", "acme")
    assert "warning" not in shell("robot", "list").err
    shell.config.chmod(0o640)
    warning = f"roster: warning: {shell.config} can be read by others"
    assert shell("robot", "list").err.startswith(warning)


def test_logout_forgets_the_token(shell: Shell) -> None:
    shell.write(TWO)
    assert shell.good("logout") == "owner@example.com logged out\n"
    after = yaml.safe_load(shell.config.read_text())
    assert after["current"] == "home"
    assert list(after["profiles"]) == ["home"]
    assert shell("logout", "--profile", "work").error.startswith("there is no profile work")
    shell.good("logout")
    assert shell("logout").error == "not logged in; there is nothing to forget"
