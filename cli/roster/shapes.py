"""What the API's JSON is called in the rest of the program."""

from typing import Any, TypeAlias

# Whatever JSON may be; whoever reads it knows the address it came from.
Json: TypeAlias = Any
# One thing of the API.
Row = dict[str, Any]
# The fields of a request.
Fields = dict[str, Any]

# Where the API is below the server's address.
BASE = "/api/v1/"

# What "all" means for a robot of the organization; for a project's robot the server knows.
ALL = (
    "artifact:push",
    "artifact:pull",
    "artifact:delete",
    "chart:read",
    "chart:create",
    "chart:delete",
    "tag:create",
    "tag:delete",
    "label:create",
    "scan:create",
)
# What becomes of a use from outside the networks of a robot: it is refused, or let in and counted.
ENFORCE, OBSERVE = NETWORK_MODES = ("enforce", "observe")
# What people's own tokens may do at a service, the least first.
PERSONAL_TOKENS = ("none", "pull", "all")
# A container registry, which a service is unless something else is said, an OAuth resource server, a reverse
# proxy, which is one of `PROXIES`, and a Kubernetes cluster.
REGISTRY, RESOURCE, PROXY, CLUSTER = SERVICE_KINDS = ("registry", "resource", "proxy", "cluster")
# What issuers of trusts are known of, and those of them that are not the same for everybody.
PRESETS = (
    *("github", "gitlab", "kubernetes", "buildkite"),
    *("circleci", "google", "azure", "other"),
)
OTHER = PRESETS[-1]
WITHOUT_ISSUER = ("kubernetes", "circleci", "azure", "other")
PROXIES = ("nginx", "traefik", "caddy", "envoy", "haproxy")
