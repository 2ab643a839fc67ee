"""`roster-credential-provider`: the kubelet's plugin that lets pods' service accounts pull images.

It speaks the kubelet's credential provider protocol: a CredentialProviderRequest on standard input, a
CredentialProviderResponse on standard output. What the kubelet configures it with are its arguments.
"""

import contextlib
import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any

import click

from roster import __version__, streams
from roster.errors import Failure
from roster.lazy import load
from roster.moments import Seconds
from roster.output import printable

PROGRAM = "roster-credential-provider"
FAILED = 1
GROUP = "credentialprovider.kubelet.k8s.io"
VERSION = f"{GROUP}/v1"
REQUEST, RESPONSE = "CredentialProviderRequest", "CredentialProviderResponse"
LONGEST_REQUEST = 2**20
# What a request says, and what it is where nothing is said.
MEMBERS: tuple[tuple[str, Any], ...] = (
    ("image", None),
    ("serviceAccountToken", ""),
    ("serviceAccountAnnotations", {}),
)
# What a service account may say with it: the robot account that its pods log in as.
ANNOTATION = "roster/robot"
# The kubelet ends a plugin after a minute.
TIMEOUT_SECONDS = 30.0
# The rest of a login's life is for pulls that begin at the end of it.
CACHED, OF = 11, 12

# All images of a registry have the same login.
ANSWER = {"apiVersion": VERSION, "kind": RESPONSE, "cacheKeyType": "Registry"}
KNOWN = (VERSION, f"{GROUP}/v1beta1", f"{GROUP}/v1alpha1")

ODD_REQUEST = f"standard input has no {REQUEST} of a kubelet"
OLD = f"there is no service account token in {{version}}; set apiVersion to {VERSION}"
TOKENLESS = (
    "the kubelet sent no service account token; set tokenAttributes.serviceAccountTokenAudience in its"
    " CredentialProviderConfig"
)
NO_SERVER = "say where Roster is, by --server"
NO_REGISTRY = "say which registry asks Roster, by --registry"
SEVERAL = "--service is what one registry is called, and here are several"


@dataclass(frozen=True)
class Request:
    """What a kubelet asks for."""

    image: str
    token: str = field(repr=False)
    annotations: dict[str, str]

    @property
    def registry(self) -> str:
        """Host and port that the image comes from; the kubelet has completed its name."""
        return self.image.partition("/")[0]


@dataclass(frozen=True)
class Configuration:
    """What the arguments say. `service` is what Roster calls the registry, if that is not its host."""

    server: str | None
    registries: tuple[str, ...]
    service: str | None
    robot: str | None
    annotation: str
    timeout: float
    ca_bundle: str | None


def main() -> None:
    """Answer one request; 0 done, 1 with one line on standard error."""
    streams.prepare()
    code = _code()
    streams.drop()
    sys.exit(code)


def _code() -> int:
    try:
        answer.main(prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        return _complained(error.format_message())
    except (Failure, OSError) as error:
        return _complained(str(error))
    except Exception as error:  # noqa: BLE001 -- kubelets log what is printed, and it may have a token in it
        if os.environ.get("ROSTER_DEBUG") == "1":
            load("traceback").print_exception(error)
        return _complained(f"this is a fault of {PROGRAM} ({type(error).__name__})")
    return 0


def _complained(text: str) -> int:
    with contextlib.suppress(OSError):
        click.echo(f"{PROGRAM}: error: {printable(text)}", err=True)
    return FAILED


@click.command()
@click.option("--server", envvar="ROSTER_SERVER", help="The address of Roster [ROSTER_SERVER].")
@click.option(
    "--registry",
    "registries",
    envvar="ROSTER_REGISTRIES",
    metavar="HOST[:PORT]",
    multiple=True,
    help="A registry that asks Roster [ROSTER_REGISTRIES]; may be repeated.",
)
@click.option("--service", help="What Roster calls the registry, if that is not its host.")
@click.option("--robot", metavar="LOGIN_NAME", help="Which robot account, where several fit a pod.")
@click.option(
    "--robot-annotation",
    "annotation",
    default=ANNOTATION,
    metavar="KEY",
    help=f"The annotation by which a service account says which; {ANNOTATION} if you do not say.",
)
@click.option(
    "--timeout",
    envvar="ROSTER_TIMEOUT",
    default=TIMEOUT_SECONDS,
    type=Seconds(),
    metavar="SECONDS",
    help="How long Roster may take [ROSTER_TIMEOUT]; 30 if you do not say.",
)
@click.option(
    "--ca-bundle",
    envvar="ROSTER_CA_BUNDLE",
    metavar="FILE",
    help="The certificates to believe, instead of this machine's [ROSTER_CA_BUNDLE].",
)
@click.version_option(__version__, message=f"{PROGRAM} (roster-cli) %(version)s")
def answer(**given: Any) -> None:
    """Answer a kubelet that asks on standard input for a login to pull an image with.

    The service account token that it sends is exchanged for a robot account's login.
    """
    configuration = Configuration(**given)
    _require_usable(configuration)
    request = _request(sys.stdin.buffer.read(LONGEST_REQUEST + 1))
    click.echo(json.dumps(_response(configuration, request), separators=(",", ":")))


def _require_usable(configuration: Configuration) -> None:
    if not configuration.server:
        raise Failure(NO_SERVER)
    if not configuration.registries:
        raise Failure(NO_REGISTRY)
    if configuration.service and len(configuration.registries) > 1:
        raise Failure(SEVERAL)


def _request(text: bytes) -> Request:
    """The request in what a kubelet wrote; nothing of it is repeated, because a token may be in it."""
    if len(text) > LONGEST_REQUEST:
        raise Failure(ODD_REQUEST)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Failure(ODD_REQUEST) from None
    members = found if isinstance(found, dict) else {}
    _require_version(members)
    image, token, said = (members.get(name, absent) for name, absent in MEMBERS)
    texts = isinstance(said, dict) and [image, token, *said.values()]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise Failure(ODD_REQUEST)
    return Request(image, token, said)


def _require_version(members: dict[str, Any]) -> None:
    if members.get("kind") != REQUEST or members.get("apiVersion") not in KNOWN:
        raise Failure(ODD_REQUEST)
    if members["apiVersion"] != VERSION:
        raise Failure(OLD.format(version=members["apiVersion"]))


def _response(configuration: Configuration, request: Request) -> dict[str, Any]:
    """What the kubelet takes, with no login for images of other registries."""
    known = {registry.lower() for registry in configuration.registries}
    if request.registry.lower() not in known:
        return ANSWER | {"cacheDuration": "0s", "auth": None}
    if not request.token:
        raise Failure(TOKENLESS)
    return ANSWER | _login(configuration, request)


def _login(configuration: Configuration, request: Request) -> dict[str, Any]:
    """The robot account's login. What it needs is loaded now: other registries need not wait for it."""
    transport, oidc = load("roster.transport"), load("roster.oidc.exchange")
    connection = transport.Transport(
        configuration.server,
        None,
        patience=transport.Patience(configuration.timeout),
        ca_bundle=configuration.ca_bundle,
    )
    token = oidc.require_signed(request.token, "the request of the kubelet")
    audience = configuration.service or request.registry
    robot = request.annotations.get(configuration.annotation) or configuration.robot
    got = oidc.exchange(connection, token, oidc.Wish(audience, robot))
    auth = {request.registry: {"username": got.robot, "password": got.token}}
    return {"cacheDuration": f"{got.seconds * CACHED // OF}s", "auth": auth}


if __name__ == "__main__":
    main()
