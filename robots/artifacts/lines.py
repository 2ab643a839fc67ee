"""Tags and uses as lists show them: with who it was, where it lies, and what a digest is called."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from console.models import Organization, Repository
from console.permissions.decision import Viewer
from robots.artifacts.envelope import INDEX
from robots.artifacts.naming import Who, names_of
from robots.models import ArtifactUse, Tag
from robots.models.artifacts import Action

# So much of a digest tells one from another; so many of its tags are named.
SHORT, NAMED = 12, 3
# Of which the rest of a day is one row.
TOO_MANY = "everything else"


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag, what it is pulled as, what it is, and who pushed it."""

    tag: Tag
    address: str
    kind: str
    who: Who


@dataclass(frozen=True, slots=True)
class UseLine:
    """What was used, by what name, and by whom. Of what was asked for by digest, `tags` are its tags now."""

    use: ArtifactUse
    name: str
    tags: str
    action: str
    who: Who


def tag_lines(viewer: Viewer, repository: Repository, tags: Sequence[Tag]) -> list[TagLine]:
    """The lines of a repository's tags."""
    whos = names_of(viewer, repository.project.organization, tags)
    return [
        TagLine(
            tag,
            f"{tag.service.host}/{repository}:{tag.name}",
            "index" if INDEX.search(tag.media_type) else "manifest",
            who,
        )
        for tag, who in zip(tags, whos, strict=True)
    ]


def use_lines(
    viewer: Viewer, organization: Organization, uses: Sequence[ArtifactUse]
) -> list[UseLine]:
    """The lines of what was done in an organization's repositories."""
    whos, tags = names_of(viewer, organization, uses), _tags_of(uses)
    return [
        UseLine(
            use,
            _short(use.reference) or TOO_MANY,
            _listed(tags[use.repository_id, use.reference]),
            Action(use.action).label,
            who,
        )
        for use, who in zip(uses, whos, strict=True)
    ]


def _short(reference: str) -> str:
    """A tag as it is; a digest with the beginning of its number, which no tag can look like."""
    algorithm, colon, number = reference.partition(":")
    return f"{algorithm}:{number[:SHORT]}" if colon else reference


def _tags_of(uses: Sequence[ArtifactUse]) -> defaultdict[tuple[int, str], list[str]]:
    """The tags of what was asked for by its digest: many clients ask what a tag is, and pull that."""
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    digests = {use.reference for use in uses if ":" in use.reference}
    if digests:
        repositories = {use.repository_id for use in uses}
        tags = Tag.objects.filter(repository__in=repositories, digest__in=digests)
        for repository, digest, name in tags.order_by("name").values_list(
            "repository_id", "digest", "name"
        ):
            found[repository, digest].append(name)
    return found


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
