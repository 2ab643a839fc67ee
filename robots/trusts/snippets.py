"""What a job runs to log in by a trust, ready to copy: its own token in, a registry login out, no secret
anywhere. Pure.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent
from urllib.parse import quote

from robots.tokens.export_shapes import Export

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT = "urn:ietf:params:oauth:token-type:jwt"
CURL = "curl --silent --show-error"
TOOLS = (
    "It needs curl and docker; podman, skopeo and helm registry take the same words after login."
)
ONCE = "A token is taken once."
EACH_ONCE = f"{ONCE} The cluster makes a new one after eight minutes, for a pod that logs in again."
VOLUME = "/var/run/secrets/roster"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: job
  namespace: {namespace}
spec:
  serviceAccountName: {service_account}
  containers:
    - name: job
      image: YOUR-IMAGE
      command:
        - /bin/sh
        - -euc
        - |
{script}      volumeMounts:
        - name: roster
          mountPath: {volume}
          readOnly: true
  volumes:
    - name: roster
      projected:
        sources:
          - serviceAccountToken:
              path: token
              audience: {audience}
              expirationSeconds: 600
"""


@dataclass(frozen=True, slots=True)
class Way:
    """What a job needs to know to log in: nothing of it is secret."""

    origin: str
    audience: str
    login_name: str
    registry_host: str
    # Of a pod, as far as the trust says them.
    namespace: str = "default"
    service_account: str = "default"


def snippets_of(preset: str, way: Way) -> list[Export]:
    """The one of the issuer, then the one of any shell."""
    shell = _shell(way, "ID_TOKEN=$(cat token.jwt)\n", f"The token is in token.jwt. {ONCE} {TOOLS}")
    own = BY_PRESET.get(preset)
    return [own(way), shell] if own else [shell]


def _shell(way: Way, token: str, note: str, title: str = "Shell") -> Export:
    text = f"set -eu\n{_script(way, token)}"
    return Export("shell", title, "roster-login.sh", text, title, False, note)


def _script(way: Way, token: str = "") -> str:
    """Shell commands; those of `token` set `ID_TOKEN`. No secret is an argument, which others see."""
    login = shlex.quote(way.login_name)
    return (
        f"{token}"
        f'answer=$(printf %s "$ID_TOKEN" | {CURL} \\\n'
        f"{_fields(way)}"
        "  --data-urlencode subject_token@- \\\n"
        f"  {shlex.quote(f'{way.origin}/oauth/token')})\n"
        f"access={_member('access_token', 'answer')}\n"
        '[ -n "$access" ] || { printf "%s\\n" "$answer" >&2; exit 1; }\n'
        f'printf %s "$access" | docker login --username {login} --password-stdin '
        f"{shlex.quote(way.registry_host)}\n"
    )


def _fields(way: Way) -> str:
    """The form of the exchange, but for the token."""
    fields = (
        ("grant_type", GRANT),
        ("subject_token_type", JWT),
        ("audience", way.registry_host),
        ("client_id", way.login_name),
    )
    words = (shlex.quote(f"{name}={value}") for name, value in fields)
    return "".join(f"  --data-urlencode {word} \\\n" for word in words)


def _member(name: str, variable: str) -> str:
    """A text in a JSON object, by what every system has."""
    return f'$(printf %s "${variable}" | sed -n \'s/.*"{name}": *"\\([^"]*\\)".*/\\1/p\')'


def _yaml(text: str) -> str:
    """A text in YAML, which takes JSON's."""
    return json.dumps(text, ensure_ascii=False)


def _github(way: Way) -> Export:
    bearer = '\'header = "Authorization: Bearer %s"\\n\' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"'
    address = f"$ACTIONS_ID_TOKEN_REQUEST_URL&audience={quote(way.audience, safe='')}"
    token = (
        f"answer=$(printf {bearer} \\\n"
        f'  | {CURL} --fail --config - "{address}")\n'
        f"ID_TOKEN={_member('value', 'answer')}\n"
    )
    text = (
        "permissions:\n"
        "  id-token: write\n"
        "steps:\n"
        f"  - name: {_yaml(f'Log in to {way.registry_host}')}\n"
        "    run: |\n"
        f"{indent(_script(way, token), ' ' * 6)}"
    )
    note = "The permission belongs to the job, beside its others; the step stands among its others."
    return Export("github", "Job", "github-actions.yml", text, "GitHub Actions", False, note)


def _gitlab(way: Way) -> Export:
    text = (
        ".roster:\n"
        "  id_tokens:\n"
        "    ID_TOKEN:\n"
        f"      aud: {_yaml(way.audience)}\n"
        "  before_script:\n"
        "    - |\n"
        f"{indent(_script(way), ' ' * 6)}"
    )
    note = f"A job that says extends: .roster is logged in. {TOOLS}"
    return Export("gitlab", "Jobs", "gitlab-ci.yml", text, "GitLab", False, note)


def _kubernetes(way: Way) -> Export:
    script = _script(way, f"ID_TOKEN=$(cat {VOLUME}/token)\n")
    text = POD.format(
        namespace=_yaml(way.namespace),
        service_account=_yaml(way.service_account),
        script=indent(script, " " * 10),
        volume=VOLUME,
        audience=_yaml(way.audience),
    )
    note = f"{EACH_ONCE} {TOOLS}"
    return Export("kubernetes", "Pod", "roster-pod.yaml", text, "Kubernetes", False, note)


def _buildkite(way: Way) -> Export:
    """An uploaded pipeline's `$` stands for its own variables; a doubled one is the shell's."""
    audience = shlex.quote(way.audience)
    asked = f"$(buildkite-agent oidc request-token --audience {audience} --claim pipeline_id)"
    script = _script(way, f"ID_TOKEN={asked}\n").replace("$", "$$")
    text = f"steps:\n  - label: Push\n    command: |\n      set -eu\n{indent(script, ' ' * 6)}"
    note = f"In a script of the repository each $$ is a single $. {TOOLS}"
    return Export("buildkite", "Step", "pipeline.yml", text, "Buildkite", False, note)


def _circleci(way: Way) -> Export:
    claims = shlex.quote(json.dumps({"aud": way.audience}, ensure_ascii=False))
    script = _script(way, f"ID_TOKEN=$(circleci run oidc get --claims {claims})\n")
    text = (
        "- run:\n"
        f"    name: {_yaml(f'Log in to {way.registry_host}')}\n"
        "    command: |\n"
        f"{indent(script, ' ' * 6)}"
    )
    return Export("circleci", "Step", "circleci.yml", text, "CircleCI", False, TOOLS)


def _google(way: Way) -> Export:
    address = (
        "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/"
        f"identity?audience={quote(way.audience, safe='')}&format=full"
    )
    asked = f"{CURL} --fail --header 'Metadata-Flavor: Google' {shlex.quote(address)}"
    return _shell(way, f"ID_TOKEN=$({asked})\n", TOOLS, "On Google Cloud")


def _azure(way: Way) -> Export:
    address = (
        "http://169.254.169.254/metadata/identity/oauth2/token"
        f"?api-version=2018-02-01&resource={quote(way.audience, safe='')}"
    )
    asked = f"{CURL} --fail --header 'Metadata: true' {shlex.quote(address)}"
    token = f"answer=$({asked})\nID_TOKEN={_member('access_token', 'answer')}\n"
    return _shell(way, token, TOOLS, "On Azure")


BY_PRESET: dict[str, Callable[[Way], Export]] = {
    "github": _github,
    "gitlab": _gitlab,
    "kubernetes": _kubernetes,
    "buildkite": _buildkite,
    "circleci": _circleci,
    "google": _google,
    "azure": _azure,
}
