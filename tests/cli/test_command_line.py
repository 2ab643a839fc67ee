"""What needs no server: help, usage, the exit codes, and who is not logged in."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shells import ROOT, Shell

HEAVY = ("httpx", "rich", "keyring", "yaml", "platformdirs", "roster.client", "roster.commands")


def python(shell: Shell, code: str) -> str:
    """What a program prints that uses the package as a library."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=shell.home,
        env=shell.environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_names_every_command_and_loads_none(shell: Shell) -> None:
    shown, _, loaded = python(
        shell,
        "import sys; sys.argv = ['roster', '--help']\n"
        "from roster.cli import run; run()\n"
        "print('loaded:', *sys.modules, sep='\\n')",
    ).partition("loaded:\n")
    names = "login robot service team token kubernetes apply can-i who-can completion"
    for command in names.split():
        assert f"\n  {command} " in shown
    assert "roster.cli" in loaded.splitlines()
    assert not [name for name in loaded.splitlines() if name.startswith(HEAVY)]


def test_it_imports_nothing_of_django(shell: Shell) -> None:
    code = (
        "import pkgutil, sys, roster\n"
        "for one in pkgutil.walk_packages(roster.__path__, 'roster.'):\n"
        "    one.name.endswith('__main__') or __import__(one.name)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = python(shell, code)
    assert "'roster'" in loaded
    for package in ("django", "rest_framework", "console", "teams", "robots"):
        assert f"'{package}'" not in loaded


def test_every_command_has_help(shell: Shell) -> None:
    paths = python(
        shell,
        "import click; from roster.cli import root\n"
        "def walk(command, ctx):\n"
        "    assert command.help, ctx.command_path\n"
        "    command.get_help(ctx)\n"
        "    print(ctx.command_path)\n"
        "    for name in getattr(command, 'list_commands', lambda _: [])(ctx):\n"
        "        one = command.get_command(ctx, name)\n"
        "        walk(one, click.Context(one, ctx, name))\n"
        "walk(root, click.Context(root, info_name='roster'))\n"
        "import sys; print('loaded:', *sys.modules, sep='\\n')",
    ).splitlines()
    for path in (
        "robot token rotate",
        "repository permission grant",
        "robot team join",
        "service create",
        "token inspect",
        "kubernetes exec-credential",
    ):
        assert f"roster {path}" in paths
    assert "roster.commands.apply" in paths
    assert not {"httpx", "rich", "keyring"} & set(paths)


def test_version(shell: Shell) -> None:
    assert shell.good("--version") == "roster 0.1.0\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("robot",),
        ("rowboat",),
        ("robot", "list", "--format", "xml"),
        ("robot", "create"),
        ("robot", "create", "ci", "--expires-in", "soon"),
        ("robot", "create", "ci", "--expires-in", "0d"),
        ("robot", "create", "ci", "--permission", "all", "--permission", "artifact:pull"),
        ("robot", "create", "ci", "--label", "nothing"),
        ("get", "tokens"),
        ("get", "tokens", "--system", "--project", "payments"),
        ("create", "token", "--system", "nightly"),
        ("delete", "token", "--system"),
        ("repository", "create", "app"),
        ("service", "create", "mirror", "--kind", "website"),
        ("service", "create", "mirror", "--kind", "proxy", "--proxy", "apache"),
        ("service", "create", "mirror", "--host", "a", "--personal-tokens", "push"),
        ("repository", "permission", "grant", "builders", "payments/app", "all"),
        ("api", "BREW", "me/"),
        ("api", "POST", "me/tokens/", "-f", "name"),
        ("api", "POST", "me/tokens/", "-F", "days=many"),
        ("api", "POST", "me/tokens/", "-f", "name=a", "--input", "-"),
        ("completion", "tcsh"),
        ("kubernetes",),
        ("token", "inspect", "first", "second"),
    ],
)
def test_wrong_use_is_2_and_asks_nobody(
    shell: Shell, nobody: str, arguments: tuple[str, ...]
) -> None:
    shell.log_in(nobody, "secret", "acme")
    ran = shell(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: roster" in ran.err
    assert "cannot reach" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("robot", "list"),
        ("robot", "list", "-a", "acme"),
        ("team", "create", "builders"),
        ("get", "roles", "--system"),
        ("can-i", "artifact:pull", "payments/api"),
        ("api", "GET", "me/"),
        ("export",),
    ],
)
def test_who_is_not_logged_in_hears_how(shell: Shell, arguments: tuple[str, ...]) -> None:
    ran = shell(*arguments)
    assert (ran.code, ran.out) == (3 if "can-i" in arguments else 1, "")
    assert ran.err == "roster: error: not logged in; run `roster login -a ORGANIZATION`\n"


def test_a_profile_s_token_goes_to_its_own_server_alone(shell: Shell, nobody: str) -> None:
    shell.log_in("https://roster.example.com", "secret", "acme")
    ran = shell("robot", "list", "--server", nobody)
    assert ran.error.startswith("not logged in")


def test_an_unknown_profile(shell: Shell) -> None:
    for ran in (
        shell("robot", "list", "--profile", "work"),
        shell("robot", "list", ROSTER_PROFILE="work"),
        shell("profile", "use", "work"),
    ):
        assert (ran.code, ran.error) == (1, "there is no profile work; see `roster profile list`")


@pytest.mark.parametrize(
    ("name", "word"), [("bash", "complete"), ("zsh", "compdef"), ("fish", "complete")]
)
def test_completion_script(shell: Shell, name: str, word: str) -> None:
    script = shell.good("completion", name)
    assert word in script
    assert f"_ROSTER_COMPLETE={name}_complete" in script


def test_completion_of_commands_needs_no_server(shell: Shell) -> None:
    words = {"_ROSTER_COMPLETE": "bash_complete", "COMP_WORDS": "roster pro", "COMP_CWORD": "1"}
    assert shell.good(**words).splitlines() == ["plain,profile", "plain,project"]


def test_completion_is_silent_where_nobody_answers(shell: Shell, nobody: str) -> None:
    words = {
        "_ROSTER_COMPLETE": "bash_complete",
        "COMP_WORDS": "roster robot get c",
        "COMP_CWORD": "3",
    }
    for who in ({"ROSTER_TOKEN": "secret", "ROSTER_ORGANIZATION": "acme"}, {}):
        ran = shell(**words, ROSTER_SERVER=nobody, **who)
        assert (ran.code, ran.out.strip(), ran.err) == (0, "", "")


def install(source: Path, target: Path) -> None:
    """Install the distribution in `source` by itself, with nothing from an index."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
            "--no-index",
            "--target",
            str(target),
            str(source),
        ],
        check=True,
        capture_output=True,
    )


def test_it_installs_alone(shell: Shell) -> None:
    source, target = shell.home / "source", shell.home / "target"
    subprocess.run(["cp", "-r", str(ROOT / "cli"), str(source)], check=True)
    install(source, target)
    assert (target / "roster" / "manifest" / "kinds.py").exists()
    assert printed(shell, target, "roster", "--version") == "roster 0.1.0\n"
    helper = printed(shell, target, "docker-credential-roster", "version")
    assert helper == "docker-credential-roster (roster-cli) 0.1.0\n"


def printed(shell: Shell, target: Path, program: str, *arguments: str) -> str:
    """What a program prints that was installed there."""
    done = subprocess.run(
        [str(target / "bin" / program), *arguments],
        env=shell.environment | {"PYTHONPATH": str(target)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
