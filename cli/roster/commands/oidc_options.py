"""What `roster login --oidc` takes beside what every login takes."""

from collections.abc import Callable

import click

from roster.shapes import Fields

Function = Callable[..., None]
OPTIONS = (
    click.option(
        "--oidc",
        is_flag=True,
        help="Log in with the token that this job has of GitHub, GitLab or another issuer.",
    ),
    click.option("--audience", help="For whom the job's token is: the audience of the trust."),
    click.option(
        "--token-file",
        "files",
        metavar="FILE",
        multiple=True,
        help="Where the job has a token; - is standard input; may be repeated.",
    ),
    click.option(
        "--token-env",
        "variables",
        metavar="NAME",
        multiple=True,
        help="The variable in which the job has a token; may be repeated.",
    ),
    click.option(
        "--token-from",
        "system",
        type=click.Choice(["github", "buildkite", "circleci", "google"]),
        help="Whom to ask for the job's tokens, instead of finding out.",
    ),
    click.option(
        "--robot", metavar="LOGIN_NAME", help="Which robot account, where several trust the token."
    ),
    click.option(
        "--permission",
        "permissions",
        metavar="PERMISSION",
        multiple=True,
        help="Of what the robot account may do, only this; may be repeated.",
    ),
    click.option("--no-api", is_flag=True, help="For registries alone, not for Roster's API."),
)


OWN = (
    "--audience, --token-file, --token-env, --token-from, --robot, --permission and --no-api are about"
    " --oidc."
)


def oidc_options(function: Function) -> Function:
    """Add them to a command."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def is_by_oidc(given: Fields, token: str | None) -> bool:
    """Whether the job's own token is to be used, without any of these beside one that was given."""
    by_oidc: bool = given.pop("oidc")
    if by_oidc and token is not None:
        raise click.UsageError("Say --token or --oidc, not both.")
    if any(given.values()) and not by_oidc:
        raise click.UsageError(OWN)
    if sum(map(bool, (given["files"], given["variables"], given["system"]))) > 1:
        raise click.UsageError("Say --token-file, --token-env or --token-from, and not several.")
    return by_oidc
