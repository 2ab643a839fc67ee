"""The lock under which what registries say of a repository is written, and under which it is deleted."""

from django.db.models import QuerySet

from console.models import Repository


def lock(repositories: QuerySet[Repository]) -> list[int]:
    """Make the rows ours until the transaction ends; the ids of those that are there.

    Always in one order, and before anything that hangs on them: nobody waits crosswise.
    """
    rows = repositories.select_for_update(no_key=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))
