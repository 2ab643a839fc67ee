"""The files and commands a token is taken away in (contracts: Files). Pure."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import yaml

KUBERNETES_NAME_LIMIT = 253


@dataclass(frozen=True, slots=True)
class Handover:
    """A token with its secret in the clear, in the moment it is handed over."""

    access_id: UUID
    secret: str
    robot_id: int
    robot_name: str
    token_name: str
    login_name: str
    registry_host: str
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Export:
    """One ready form: what it is called, its file's name and its text."""

    key: str
    title: str
    filename: str
    text: str
    holds_secret: bool = True


def _compact(document: dict[str, object]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def roster_json(token: Handover) -> Export:
    """Upbound's shape: access ID and token, nothing else."""
    text = _compact({"accessId": str(token.access_id), "token": token.secret})
    return Export("json", "JSON", f"{token.robot_name}-{token.token_name}.json", text)


def harbor_json(token: Handover) -> Export:
    """Harbor's shape; `expires_at` in Unix seconds, -1 for never."""
    created = token.created_at.astimezone(UTC).replace(microsecond=0).isoformat()
    text = _compact(
        {
            "creation_time": created.replace("+00:00", "Z"),
            "expires_at": int(token.ends_at.timestamp()) if token.ends_at else -1,
            "id": token.robot_id,
            "name": token.login_name,
            "secret": token.secret,
        }
    )
    return Export("harbor", "Harbor JSON", f"{token.login_name}.json", text)


def docker_login(token: Handover) -> Export:
    """The login command; the secret goes to its standard input and never into an argument."""
    text = f"docker login --username '{token.login_name}' --password-stdin {token.registry_host}"
    return Export("docker", "Docker login", "docker-login.sh", text, holds_secret=False)


def _docker_config(token: Handover) -> str:
    credentials = f"{token.login_name}:{token.secret}".encode()
    auth = base64.b64encode(credentials).decode()
    return _compact({"auths": {token.registry_host: {"auth": auth}}})


def docker_config(token: Handover) -> Export:
    """`config.json` as Docker, Podman and skopeo read it."""
    return Export("docker-config", "Docker config", "config.json", _docker_config(token))


def kubernetes_secret(token: Handover, namespace: str = "default") -> Export:
    """A pull secret, `kubernetes.io/dockerconfigjson`."""
    suffix = "-pull-secret"
    stem = token.robot_name.replace("_", "-")[: KUBERNETES_NAME_LIMIT - len(suffix)]
    name = f"{stem}{suffix}"
    config = base64.b64encode(_docker_config(token).encode()).decode()
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": config},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=100_000)
    return Export("kubernetes", "Kubernetes Secret", f"{name}.yaml", text)


FORMS = (docker_login, docker_config, kubernetes_secret, harbor_json)
BY_KEY = {
    "json": roster_json,
    "harbor": harbor_json,
    "docker": docker_login,
    "docker-config": docker_config,
    "kubernetes": kubernetes_secret,
}
