"""Issuers that many trust, and what their claims mean. Data: the form, the warnings and the tests read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from robots.base.claim_conditions import Condition

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim that an issuer sends.

    A `workload` claim names a job, a project or an account, so that a trust may rest on it. What `can_move`
    is a name: whoever takes it over after a renaming or a deletion is let in as well.
    """

    name: str
    meaning: str
    example: str
    workload: bool = False
    can_move: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """An issuer as its own documents describe it. `issuer` may be a beginning that has to be completed.

    A trust should say one of the claims in `narrowing`; where it says none, `wide` is the warning.
    """

    key: str
    label: str
    issuer: str
    hint: str
    claims: tuple[Claim, ...]
    narrowing: frozenset[str] = frozenset()
    wide: str = ""
    lifetime_minutes: int = 15

    @property
    def workload_claims(self) -> frozenset[str]:
        return frozenset(claim.name for claim in self.claims if claim.workload)

    @property
    def movable_claims(self) -> frozenset[str]:
        return frozenset(claim.name for claim in self.claims if claim.can_move)

    @property
    def is_complete(self) -> bool:
        """Whether the issuer is the same for everybody."""
        return bool(self.issuer) and "…" not in self.issuer


_SUBJECT = Claim("sub", "The subject, as the issuer writes it", "job:1234", workload=True)

PRESETS = {
    preset.key: preset
    for preset in (
        Preset(
            "github",
            "GitHub Actions",
            "https://token.actions.githubusercontent.com",
            "The same for everybody on github.com. A GitHub Enterprise Server has its own.",
            (
                Claim("repository_id", "The repository's number, which never changes", "74", True),
                Claim("repository_owner_id", "The number of the account that owns it", "65"),
                Claim("environment", "The environment that the job runs in", "production"),
                Claim("ref", "The branch or tag that started it", "refs/heads/main"),
                Claim("event_name", "What started it", "push"),
                Claim(
                    "job_workflow_ref",
                    "The reusable workflow, with its version",
                    "acme/flows/.github/workflows/release.yml@refs/heads/main",
                ),
                Claim("repository", "The repository by name", "acme/api", True, can_move=True),
                Claim(
                    "sub",
                    "Repository and where the job runs, by name",
                    "repo:acme/api:ref:refs/heads/main",
                    True,
                    can_move=True,
                ),
            ),
            frozenset({"environment", "ref", "job_workflow_ref", "sub"}),
            "Every branch and every pull request of the repository is let in. "
            "Say an environment or a ref, unless that is what you want.",
        ),
        Preset(
            "gitlab",
            "GitLab CI/CD",
            "https://gitlab.com",
            "The address of your GitLab, as it stands in its ID tokens.",
            (
                Claim("project_id", "The project's number, which never changes", "20", True),
                Claim("namespace_id", "The number of its group", "72"),
                Claim("ref_protected", "Whether the branch or tag is protected", "true"),
                Claim("environment", "The environment that the job deploys to", "production"),
                Claim("ref", "The branch or tag", "main"),
                Claim("ref_type", "Which of the two it is", "branch"),
                Claim("project_path", "The project by name", "acme/api", True, can_move=True),
                Claim(
                    "sub",
                    "Project and ref, by name",
                    "project_path:acme/api:ref_type:branch:ref:main",
                    True,
                    can_move=True,
                ),
            ),
            frozenset({"ref_protected", "environment", "ref", "sub"}),
            "Every branch of the project is let in, also those that nobody has reviewed. "
            "Say ref_protected = true, an environment or a ref.",
        ),
        Preset(
            "kubernetes",
            "Kubernetes",
            "",
            "What the cluster calls itself: kubectl get --raw /.well-known/openid-configuration tells.",
            (
                Claim(
                    "/kubernetes.io/serviceaccount/uid",
                    "The service account's UID, which never comes again",
                    "3f1c1d1e-1b1a-4c1d-9e1f-0a1b2c3d4e5f",
                    True,
                ),
                Claim(
                    "sub",
                    "The service account by namespace and name",
                    "system:serviceaccount:ci:builder",
                    True,
                    can_move=True,
                ),
                Claim("/kubernetes.io/namespace", "The namespace", "ci"),
            ),
            lifetime_minutes=60,
        ),
        Preset(
            "buildkite",
            "Buildkite",
            "https://agent.buildkite.com",
            "The same for everybody.",
            (
                Claim(
                    "pipeline_id",
                    "The pipeline's UUID; the job asks for it with --claim pipeline_id",
                    "0192a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                    True,
                ),
                Claim("organization_slug", "The organization by name", "acme", can_move=True),
                Claim("pipeline_slug", "The pipeline by name", "release", True, can_move=True),
                Claim("build_branch", "The branch that is built", "main"),
                Claim("step_key", "The step's key", "push"),
                Claim(
                    "sub",
                    "Organization, pipeline, ref, commit and step",
                    "organization:acme:pipeline:release:ref:refs/heads/main:commit:*:step:push",
                    True,
                    can_move=True,
                ),
            ),
            frozenset({"build_branch", "sub"}),
            "Every branch of the pipeline is let in. Say a build_branch, unless that is what you want.",
        ),
        Preset(
            "circleci",
            "CircleCI",
            "https://oidc.circleci.com/org/…",
            "It ends in the UUID of your organization.",
            (
                Claim(
                    "oidc.circleci.com/project-id",
                    "The project's UUID, which never changes",
                    "7f3a2b1c-0d9e-4f8a-b7c6-5d4e3f2a1b0c",
                    True,
                ),
                Claim("oidc.circleci.com/vcs-ref", "The branch or tag", "refs/heads/main"),
                Claim(
                    "sub",
                    "Organization, project and who started it",
                    "org/0a…/project/7f…/user/*",
                    True,
                ),
            ),
            frozenset({"oidc.circleci.com/vcs-ref"}),
            "Every branch of the project is let in. Say oidc.circleci.com/vcs-ref, unless that is "
            "what you want.",
        ),
        Preset(
            "google",
            "Google Cloud",
            "https://accounts.google.com",
            "The same for everybody.",
            (
                Claim(
                    "sub", "The service account's unique ID", "104281234567890123456", workload=True
                ),
                Claim(
                    "email",
                    "The service account by name",
                    "builder@acme.iam.gserviceaccount.com",
                    True,
                    can_move=True,
                ),
                Claim("email_verified", "Whether Google vouches for the address", "true"),
            ),
        ),
        Preset(
            "azure",
            "Microsoft Azure",
            "https://login.microsoftonline.com/…/v2.0",
            "In the middle stands the UUID of your tenant.",
            (
                Claim(
                    "oid",
                    "The object ID of the managed identity or service principal",
                    "5c1e2d3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f",
                    True,
                ),
                Claim("tid", "The tenant's UUID", "8d7c6b5a-4f3e-4d2c-9b1a-0f9e8d7c6b5a"),
                Claim("sub", "The subject, for this audience", "5c1e2d3f-…", workload=True),
            ),
        ),
        Preset(
            OTHER,
            "Another issuer",
            "",
            "The address that stands in its tokens as iss.",
            (
                _SUBJECT,
                Claim("client_id", "The client that asked for the token", "builder", True),
                Claim("azp", "The party that the token was issued to", "builder", True),
            ),
        ),
    )
}
CHOICES = [(preset.key, preset.label) for preset in PRESETS.values()]


def names_workload(preset: Preset, conditions: Sequence[Condition]) -> bool:
    """Whether one of the conditions says which workload is let in."""
    return any(condition.claim in preset.workload_claims for condition in conditions)


def issuer_fault(preset: Preset, issuer: str) -> str:
    """Why this can be no issuer's address as it stands; empty where nothing is left to fill in."""
    words = f"Put what belongs there in the place of “…”. {preset.hint}"
    return words if "…" in issuer else ""


def workload_fault(preset: Preset, conditions: Sequence[Condition]) -> str:
    """Why a trust cannot rest on these conditions; empty when it can."""
    if names_workload(preset, conditions):
        return ""
    offered = ", ".join(sorted(preset.workload_claims))
    return f"Say which workload is let in, by one of these claims: {offered}."


def warnings(preset: Preset, conditions: Sequence[Condition]) -> list[str]:
    """What of these conditions lets in more than one would think, a sentence each."""
    said = {condition.claim for condition in conditions}
    words = [_starred(condition) for condition in conditions if not condition.is_exact]
    if preset.narrowing and not said & preset.narrowing:
        words.append(preset.wide)
    if moved := _resting_on_names(preset, said):
        words.append(moved)
    return words


def _starred(condition: Condition) -> str:
    return (
        f"{condition}: each * stands for any name in its place, "
        "also for those that others may choose."
    )


def _resting_on_names(preset: Preset, said: set[str]) -> str:
    """Of which claim the trust should have one as well, because all it has are names."""
    lasting = preset.workload_claims - preset.movable_claims
    if not lasting or said & lasting:
        return ""
    offered = next(claim.name for claim in preset.claims if claim.name in lasting)
    return (
        "The workload is known by its name alone. Whoever gets that name after a renaming or a deletion "
        f"is let in: say {offered} as well."
    )
