"""CI systems and clouds that give a job its token when it asks, each in its own way."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from roster.errors import Failure
from roster.shapes import Json
from roster.transport import Transport

# How long a program of the job's may take.
PATIENCE_SECONDS = 60
NO_AUDIENCE = "say for whom the token has to be, by --audience; it stands on the trust's page"
GITHUB_URL, GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
BUILDKITE_CLAIMS = "BUILDKITE_OIDC_TOKEN_CLAIMS"
CIRCLECI_TOKEN = "CIRCLE_OIDC_TOKEN_V2"  # noqa: S105 - a variable's name
GOOGLE_HOST, FLAVOR = "GCE_METADATA_HOST", "Metadata-Flavor"
GOOGLE_PATH = "/computeMetadata/v1/instance/service-accounts/default/identity"

Audience = str | None


@dataclass(frozen=True)
class System:
    """One of them: whether the job runs there, and the token that it gives for an audience."""

    name: str
    is_here: Callable[[], bool]
    ask: Callable[[Audience], str]


def _github(audience: Audience) -> str:
    url, token = os.environ.get(GITHUB_URL), os.environ.get(GITHUB_TOKEN)
    if not url or not token:
        raise Failure(
            "GitHub gives this job no token; it needs `permissions: {id-token: write}` in the workflow"
        )
    parts = urlsplit(url)
    asked = f"{parts.query}&{urlencode({'audience': _needed(audience)})}".lstrip("&")
    transport = Transport(f"{parts.scheme}://{parts.netloc}", token)
    answer = transport.send("GET", f"{parts.path}?{asked}").response
    return str(_member(answer, "value", "GitHub"))


def _buildkite(audience: Audience) -> str:
    """With the pipeline's UUID, on which a trust had better rest, unless the job says which claims."""
    claims = [] if os.environ.get(BUILDKITE_CLAIMS) else ["--claim", "pipeline_id"]
    command = ["buildkite-agent", "oidc", "request-token", "--audience", _needed(audience)]
    return _printed(command + claims)


def _circleci(audience: Audience) -> str:
    """Without an audience of its own the token is for the organization at CircleCI."""
    if audience is None and (given := os.environ.get(CIRCLECI_TOKEN)):
        return given
    claims = json.dumps({"aud": _needed(audience)})
    return _printed(["circleci", "run", "oidc", "get", "--claims", claims])


def _google(audience: Audience) -> str:
    host = os.environ.get(GOOGLE_HOST, "metadata.google.internal")
    asked = urlencode({"audience": _needed(audience), "format": "full"})
    answer = Transport(f"http://{host}", None).send(
        "GET", f"{GOOGLE_PATH}?{asked}", headers={FLAVOR: "Google"}
    )
    response = answer.response
    if not response.is_success or response.headers.get(FLAVOR) != "Google":
        raise _odd("Google's metadata server", response)
    return response.text


def _needed(audience: Audience) -> str:
    if not audience:
        raise Failure(NO_AUDIENCE)
    return audience


def _member(answer: httpx.Response, name: str, whose: str) -> Json:
    try:
        if answer.is_success:
            return json.loads(answer.content)[name]
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise _odd(whose, answer)


def _odd(whose: str, answer: httpx.Response) -> Failure:
    return Failure(f"{whose} gives this job no token (it answers with {answer.status_code})")


def _printed(command: list[str]) -> str:
    """What a program of the job's prints. Its complaint is its own, and may be seen: it had no token."""
    try:
        done = subprocess.run(  # noqa: S603 - one of ours, with an audience as argument
            command, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except FileNotFoundError as error:
        raise Failure(f"{command[0]} is not there to ask for a token") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise Failure(
            f"{command[0]} cannot be asked for a token: {type(error).__name__}"
        ) from error
    if done.returncode:
        raise Failure(f"{command[0]} gives this job no token; it ends with {done.returncode}")
    return done.stdout


def _has(*names: str) -> Callable[[], bool]:
    return lambda: all(os.environ.get(name) for name in names)


# By the names that somebody may choose from; the first that the job runs at counts, and none that no
# variable tells of.
SYSTEMS = {
    "github": System("GitHub", _has(GITHUB_URL, GITHUB_TOKEN), _github),
    "buildkite": System("Buildkite", _has("BUILDKITE"), _buildkite),
    "circleci": System("CircleCI", _has("CIRCLECI"), _circleci),
    "google": System("Google's metadata server", lambda: False, _google),
}
