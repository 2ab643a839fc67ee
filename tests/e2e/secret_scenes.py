"""States of a token's secrets and links, made when a page of them is visited; and what people do there."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from robots.models import Secret, Token
from robots.tokens.services.handovers import Link, create_link, create_token_by_link, open_link
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token
from robots.usage import flush
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from tests.e2e.scenes import Scene, make_token, open_everything, press
from tests.factories import PASSWORD

TYPED = "only-lower-case"


def _token(scene: Scene) -> Token:
    return Token.objects.select_related("robot__organization").get(uuid=scene.parts["token"])


def _link(scene: Scene, purpose: str = "refresh") -> Link:
    owner = scene.people["owner"]
    return create_link(actor=owner, token=_token(scene), purpose=purpose, kind="compact")


def _path(link: Link) -> str:
    return reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()])


def rotating_token(scene: Scene) -> str:
    """A token in the middle of a rotation; an ended secret of it was tried."""
    token = _token(scene)
    if token.secrets.live().count() == 1:
        owner, current = scene.people["owner"], token.secrets.live().get()
        lost = create_token(actor=owner, robot=token.of_robot, name="lost", kind="compact")
        Secret.objects.filter(pk=lost.secret.pk).update(token=token, ends_at=timezone.now())
        authenticate(None, lost.plaintext.reveal(), Use("registry", "198.51.100.4"))
        flush.flush()
        new = rotate_token(actor=owner, token=token, current=current.pk, kind="compact")
        mark_handed_over(new.secret)
        used = {
            "last_used_at": timezone.now() - timedelta(minutes=3),
            "last_used_address": "10.0.0.8",
        }
        Secret.objects.filter(pk=current.pk).update(**used)
    return token.get_absolute_url()


def full_rotation(scene: Scene) -> str:
    return f"{rotating_token(scene)}rotation/"


def lost_secret(scene: Scene) -> str:
    """A token whose answer was lost on the way."""
    token = _token(scene)
    token.secrets.update(handed_over_at=None)
    return token.get_absolute_url()


def waiting_token(scene: Scene) -> str:
    """A token that waits for whoever opens its link."""
    name = f"waiting-{uuid4().hex[:6]}"
    link = create_token_by_link(
        actor=scene.people["owner"], robot=_token(scene).of_robot, name=name
    )
    return link.handover.token.get_absolute_url()


def disabled_token(scene: Scene) -> str:
    """A token that somebody stopped."""
    robot = _token(scene).of_robot
    stopped = robot.tokens.living().filter(name="stopped").first() or (
        create_token(actor=scene.people["owner"], robot=robot, name="stopped", kind="compact").token
    )
    return disable_token(actor=scene.people["owner"], token=stopped).get_absolute_url()


def give_password(page: Page) -> None:
    """Confirm that it is oneself, if that is asked."""
    password = page.get_by_label("Password", exact=True)
    if password.is_visible():
        password.fill(PASSWORD)
        press("Confirm")(page)
    expect(page.locator("main form .form-actions")).to_be_visible()


def form_of_own_token(page: Page) -> None:
    give_password(page)
    open_everything(page)


def reveal_own_token(page: Page) -> None:
    give_password(page)
    make_token(page)


def reveal_service(page: Page) -> None:
    give_password(page)
    press("Create Secret")(page)
    expect(page.locator("#secret")).to_be_visible()


def which_token(scene: Scene) -> str:
    """A robot with several tokens."""
    robot = _token(scene).of_robot
    if robot.tokens.living().count() < 2:
        create_token(actor=scene.people["owner"], robot=robot, name="weekly", kind="compact")
    return reverse("robots:robot-refresh", args=[robot.organization.slug, robot.uuid])


def link_to_open(scene: Scene) -> str:
    """A link as it was sent."""
    return _path(_link(scene))


def opened_link(scene: Scene) -> str:
    """A link that somebody opened before."""
    link = _link(scene)
    open_link(uuid=link.handover.uuid, key=link.key.reveal())
    return _path(link)


def type_own(page: Page) -> None:
    """Half of an own secret."""
    page.get_by_label("Specify the new secret manually").check()
    page.locator("#id_own_secret").fill(TYPED)
    expect(page.locator(".rules [data-met]")).to_have_count(3)


def send_wrong_own(page: Page) -> None:
    type_own(page)
    press("Refresh Secret")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def choose_link(page: Page) -> None:
    page.get_by_role("radio", name="Hand it over").check()
    expect(page.get_by_label("The link works for")).to_be_visible()


def make_link(button: str) -> Callable[[Page], None]:
    """Ask for a link with that button of the form."""

    def act(page: Page) -> None:
        if button == "Create Token":
            page.get_by_label("Name", exact=True).fill(f"link-{uuid4().hex[:8]}")
        choose_link(page)
        press(button)(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Send this link now")

    return act


def receive(page: Page) -> None:
    press("Show the Secret")(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Save this token now")
