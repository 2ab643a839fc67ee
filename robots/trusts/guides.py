"""What people read about an issuer while they set a trust up: data. What its claims mean is beside it, in
`trust_presets`.
"""

from dataclasses import dataclass

from robots.base.trust_presets import OTHER


@dataclass(frozen=True, slots=True)
class Guide:
    """An issuer's icon, who has its tokens, and where one says for whom a token is to be.

    Some issuers have audiences of their own (`has_own_audience`): Roster's address is none of them.
    """

    icon: str
    about: str
    audience: str
    keys: str = ""
    has_own_audience: bool = False


GUIDES = {
    "github": Guide(
        "git-branch",
        "Workflows, by repository, branch and environment.",
        "The workflow asks for it, in the address of the request or in core.getIDToken().",
    ),
    "gitlab": Guide(
        "git-merge",
        "Jobs of a project, on gitlab.com or a GitLab of your own.",
        "In .gitlab-ci.yml it is the aud under id_tokens.",
    ),
    "kubernetes": Guide(
        "ship-wheel",
        "Pods, by their service account. Nobody has to reach the cluster.",
        "In the pod it is the audience of a projected serviceAccountToken.",
        "kubectl get --raw /openid/v1/jwks prints them.",
    ),
    "buildkite": Guide(
        "blocks",
        "Steps of a pipeline.",
        "The job asks for it: buildkite-agent oidc request-token --audience.",
    ),
    "circleci": Guide(
        "circle-dot",
        "Jobs of a project.",
        'The job asks for it: circleci run oidc get --claims with {"aud": …}.',
    ),
    "google": Guide(
        "cloud",
        "Virtual machines and services that run as a service account.",
        "It stands in the request to the metadata server.",
    ),
    "azure": Guide(
        "cloudy",
        "Managed identities and service principals.",
        "Azure issues tokens for its own app registrations: give the application (client) ID of one.",
        has_own_audience=True,
    ),
    OTHER: Guide(
        "globe",
        "Whatever signs tokens as OpenID Connect says, or has keys that you can paste.",
        "What its tokens have to say as aud.",
    ),
}
