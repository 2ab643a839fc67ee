"""A token as lines of variables, which programs read in different ways. Pure."""

import shlex

from robots.tokens.export_shapes import Export, Handover, PersonalHandover

# The variable that holds the secret, in `.env` and in the pipelines' settings.
VARIABLE = "ROSTER_TOKEN"
# Who reads a saved `.env`. Only a shell undoes all quotes, and `docker run` none.
BY_ALL = "Read by shells, python-dotenv, Node (dotenv, --env-file) and docker run --env-file."
BY_QUOTES = (
    "Read by shells, python-dotenv and Node (dotenv, --env-file). "
    "docker run --env-file takes the quotes for a part of the value."
)
BY_SHELLS = (
    "Read by shells alone: with this token, other readers of .env take the quotes in another way. "
    "Programs find it whole in JSON."
)
AS_IT_IS = "Read by docker run --env-file and podman run --env-file, which take each line as it is."
# What the dotenv readers change between single quotes.
CHANGED_IN_QUOTES = ("'", "\\", "${")


def _values(token: PersonalHandover) -> dict[str, str]:
    if isinstance(token, Handover):
        return {
            "ROSTER_ACCESS_ID": str(token.access_id),
            "ROSTER_LOGIN_NAME": token.login_name,
            VARIABLE: token.secret,
            "ROSTER_REGISTRY_HOST": token.registry_host,
        }
    return {
        "ROSTER_SERVER": token.origin,
        "ROSTER_ACCESS_ID": str(token.access_id),
        VARIABLE: token.secret,
    }


def needs_quotes(token: PersonalHandover) -> bool:
    return any(value != shlex.quote(value) for value in _values(token).values())


def environment(token: PersonalHandover) -> Export:
    """Lines that a shell takes, and what else does is said. Browsers save no name that begins with a dot, so
    the file is called for its token.
    """
    values = _values(token)
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    note = BY_QUOTES if needs_quotes(token) else BY_ALL
    if any(part in value for part in CHANGED_IN_QUOTES for value in values.values()):
        note = BY_SHELLS
    file = f"{token.stem}.env"
    sourced = f"set -a; . {shlex.quote(f'./{file}')}; set +a"
    steps = (("Take it into a shell and the programs that it starts:", sourced),)
    return Export("env", ".env", file, text, ".env", note=note, steps=steps)


def raw_environment(token: PersonalHandover) -> Export:
    """The same without any quotes."""
    text = "".join(f"{name}={value}\n" for name, value in _values(token).items())
    file = f"{token.stem}-docker.env"
    return Export("env-docker", ".env for docker run", file, text, ".env", note=AS_IT_IS)
