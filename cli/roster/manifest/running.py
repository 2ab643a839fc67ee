"""A plan carried out past what is refused: what does not depend on that is done all the same."""

from roster.errors import Failure, Refused
from roster.manifest.applying import Work
from roster.manifest.needs import Name, needs
from roster.manifest.planning import Step

# Answers after which others would be no better.
HOPELESS = {401, 429}


class Run:
    """What became of the steps."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = self.refused = self.untried = 0
        self.complaints: list[str] = []
        # What is not as the file wants it, and what is there and should be gone.
        self.missing: set[Name] = set()
        self.left: set[Name] = set()
        self.is_over = False

    def take(self, step: Step) -> str | None:
        """Carry a step out, and what to say of it; None if it was not done."""
        if reason := self._hindrance(step):
            self.untried += 1
            self._miss(step)
            self.complaints.append(f"{step.title}: not tried, because {reason}")
            return None
        if self.is_over:
            self.untried += 1
            return None
        try:
            text = self.work.do(step)
        except Failure as failure:
            self._fail(step, failure)
            return None
        self.done += 1
        return text

    def _hindrance(self, step: Step) -> str:
        if self.is_over:
            return ""
        if step.is_prune:
            return self._hindrance_to_prune(step)
        wanted = step.becomes or step.item
        absent = [need.name for need in needs(wanted) if need.name in self.missing]
        return f"{' '.join(absent[0])} is not as the file wants it" if absent else ""

    def _hindrance_to_prune(self, step: Step) -> str:
        """Nothing ends while what may take its place could not be made."""
        if self.missing:
            return "something that the file wants was refused"
        inside = [one for one in self.left if step.item.name in self._around(one)]
        return f"{' '.join(inside[0])} in it was refused" if inside else ""

    def _around(self, name: Name) -> set[Name]:
        """What a thing is in, directly or not."""
        item = self.work.world.items[name]
        near = {need.name for need in needs(item)} & self.work.world.items.keys()
        return near.union(*(self._around(one) for one in near))

    def _fail(self, step: Step, failure: Failure) -> None:
        self.refused += 1
        self._miss(step)
        self.complaints.append(str(failure))
        cause = failure.__cause__
        fair = isinstance(cause, Refused) and cause.status < 500 and cause.status not in HOPELESS
        self.is_over = not fair

    def _miss(self, step: Step) -> None:
        (self.left if step.is_prune else self.missing).add(step.item.name)

    def summary(self) -> str:
        """`3 done, 1 refused, 2 not tried.`"""
        return f"{self.done} done, {self.refused} refused, {self.untried} not tried"
