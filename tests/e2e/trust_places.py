"""The pages of trusts and their states, and what people do there."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from robots.base.claim_conditions import Condition
from robots.models import Robot, Trust
from robots.trusts.services import TrustChanges, create_trust
from tests.e2e.scenes import Place, Scene, press
from tests.fixtures import JOBS
from tests.forms.trusts import UNSIGNED

ROBOT = "organization robot"
# One that is narrow, and one that lets in more than one may think.
RULES = {
    "release": JOBS["conditions"],
    "previews": [Condition("sub", "repo:acme/payments:*")],
}
OPEN_MORE = "main details.more:not([open]) > summary"


def trust_page(name: str, page: str = "trust") -> Callable[[Scene], str]:
    """A page of the trust of that name, which is made unless it is there."""

    def find(scene: Scene) -> str:
        robot = Robot.objects.select_related("organization").get(uuid=scene.parts["robot"])
        trusts = Trust.objects.living().with_robot()
        trust = trusts.filter(token__robot=robot, token__name=name).first()
        if trust is None:
            given: TrustChanges = {**JOBS, "conditions": RULES[name]}
            trust = create_trust(actor=scene.people["owner"], robot=robot, name=name, **given)
        return trust.address(page)

    return find


def trusts(scene: Scene) -> str:
    """The list with both."""
    for name in RULES:
        trust_page(name)(scene)
    return scene.address("robots:trust-list", ROBOT)


def open_more(page: Page) -> None:
    for summary in page.locator(OPEN_MORE).all():
        summary.click()


def fill_wide_rule(page: Page) -> None:
    """A rule that rests on names and stars."""
    page.get_by_label("Name", exact=True).fill("all-branches")
    page.locator("[name='claim-sub']").fill("repo:acme/api:*")


def send_wide_rule(page: Page) -> None:
    fill_wide_rule(page)
    press("Create Trust")(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This lets in more than you may think"
    )


def send_half_a_rule(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("No Name")
    page.get_by_label("More conditions").fill("nothing")
    press("Create Trust")(page)
    expect(page.get_by_role("heading", name="There are 3 problems")).to_be_visible()


def try_token(page: Page) -> None:
    page.get_by_label("Token").fill(UNSIGNED)
    press("Try Token")(page)
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()


def try_no_token(page: Page) -> None:
    page.get_by_label("Token").fill("nothing")
    press("Try Token")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def ask_to_delete(page: Page) -> None:
    press("Delete Trust", role="link")(page)
    expect(page.get_by_role("dialog")).to_be_visible()


TRUST_PLACES = (
    Place("trusts", "robots:trust-list", find=trusts),
    Place("trusts-none", "robots:trust-list", "organization deploy"),
    Place("trust-presets", "robots:trust-presets", ROBOT),
    Place("trust-create", "robots:trust-create", f"{ROBOT} of-github", act=open_more),
    Place("trust-create-kubernetes", "robots:trust-create", f"{ROBOT} of-kubernetes"),
    Place("trust-create-other", "robots:trust-create", f"{ROBOT} of-other"),
    Place("trust-refused", "robots:trust-create", f"{ROBOT} of-circleci", act=send_half_a_rule),
    Place("trust-doubtful", "robots:trust-create", f"{ROBOT} of-github", act=send_wide_rule),
    Place("trust", "robots:trust", find=trust_page("release")),
    Place("trust-wide", "robots:trust", find=trust_page("previews")),
    Place("trust-edit", "robots:trust-edit", find=trust_page("release", "trust-edit")),
    Place("trust-delete", "robots:trust-delete", find=trust_page("release", "trust-delete")),
    Place("trust-delete-dialog", "robots:trust", find=trust_page("release"), act=ask_to_delete),
    Place(
        "trust-trial",
        "robots:trust-trial",
        find=trust_page("release", "trust-trial"),
        act=try_token,
    ),
    Place(
        "trust-trial-refused",
        "robots:trust-trial",
        find=trust_page("release", "trust-trial"),
        act=try_no_token,
    ),
    Place("trusts-trial-first", "robots:trusts-trial", ROBOT),
    Place("trusts-trial", "robots:trusts-trial", ROBOT, act=try_token),
)
