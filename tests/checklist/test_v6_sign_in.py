"""V6: how people prove who they are."""

import re
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils import timezone

from teams.models import User
from teams.users.services import setup_key
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser, text
from tests.checklist import ROOT
from tests.checklist.answers import Answer
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory
from tests.front import basic
from tests.leak_search import Haystack
from tests.robots.trusts.foreign import Issuer, exchange, trusting
from tests.snapshots import undone
from tests.teams.members.test_invitation import invited, link
from tests.teams.sign_in.factors import code, with_app
from tests.teams.sign_in.signing_in import is_signed_in, mails, refusal, sign_in
from tests.teams.sign_in.test_passwords import NEW, ask_for_link, change_password, follow
from tests.teams.sign_in.test_session_pages import LINUX, PHONE, entered

INPUT = re.compile(r"<input\b[^>]*>", re.DOTALL)
# Whom nobody has to be known at: where one signs in, is led by a link, or reads why one cannot.
OPEN = {
    *("teams:setup", "teams:invitation", "teams:invitation-accept", "robots:handover"),
    *("robots:handover-open", "robots:handover-download", "teams:sign-in-anew", "console:theme"),
}


@pytest.fixture
def person(db: None) -> User:
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    return made


def takes(password: str) -> bool:
    """Whether somebody may choose it, where the first account is made."""
    form = {"name": "First", "email": "first@example.com", "password": password}
    answer = browser().post(f"/setup/{setup_key()}/", form)
    User.objects.filter(email="first@example.com").delete()
    return bool(answer.status_code == 302)


def fields(answers: list[Answer]) -> list[str]:
    """Every field for a password on any page, and where the first account is made."""
    pages = [it.body.decode() for it in answers if it.kind == "text/html"]
    with undone():
        User.objects.all().delete()
        pages.append(text(browser().get(f"/setup/{setup_key()}/")))
    found = [field for page in pages for field in INPUT.findall(page)]
    return [it for it in found if re.search(r'(?:name|id)="[^"]*password|-password"', it)]


def test_how_guessing_is_slowed_is_written_down() -> None:
    """V6.1.1: each number of the settings, and how owners are not locked out, stands in SECURITY.md."""
    told = " ".join((ROOT / "SECURITY.md").read_text().split())
    limits = settings.ACCOUNT_RATE_LIMITS
    assert (limits["login_failed_here"], limits["login_failed_anywhere"]) == (
        "5/300s/key",
        "50/300s/key",
    )
    assert "in five minutes 5 for an account from one client, 50 for it from everywhere" in told
    assert limits["login_failed"] == "10/m/ip"
    assert "in a minute 10 from one client for all accounts" in told
    assert "A new password, by a link, ends a lock-out" in told


@pytest.mark.django_db
def test_a_password_is_long() -> None:
    """V6.2.1: twelve characters are enough, eleven are not."""
    assert takes("kq7wzpxv3mrt")
    assert not takes("kq7wzpxv3mr")


def test_people_change_their_password(person: User) -> None:
    """V6.2.2: on a page of their account."""
    assert change_password(browser(person)).status_code == 302
    assert User.objects.get().check_password(NEW)


def test_to_change_a_password_takes_the_present_one(person: User) -> None:
    """V6.2.3: a session alone does not change it, also one that was made just now."""
    for wrong in ("", "not the password"):
        change_password(browser(person, confirmed=True), oldpassword=wrong)
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.django_db
def test_what_everybody_tries_is_refused() -> None:
    """V6.2.4: of the twenty thousand that are tried first, those that are long enough to be chosen."""
    known = CommonPasswordValidator().passwords
    long_enough = sorted(it for it in known if len(it) >= 12)
    assert len(known) > 3000
    assert len(long_enough) > 50
    assert [it for it in islice(long_enough, 0, None, 10) if takes(it)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["onlysmallletters", "839201748362", "kennwort aus wörtern", "🦉" * 12]
)
def test_a_password_is_made_of_anything(password: str) -> None:
    """V6.2.5: no rule asks for capitals, digits or signs, or forbids any."""
    assert takes(password)


def test_no_password_is_shown_while_it_is_typed(answers: list[Answer]) -> None:
    """V6.2.6: each field for one hides it."""
    found = fields(answers)
    assert found
    assert [field for field in found if 'type="password"' not in field] == []


def test_passwords_are_pasted_and_kept(answers: list[Answer]) -> None:
    """V6.2.7: each field says which password it is for, and no script stands in the way of pasting."""
    found = fields(answers)
    assert [
        it for it in found if not re.search(r'autocomplete="(?:current|new)-password', it)
    ] == []
    scripts = (ROOT / "static/console/js").glob("*.js")
    listens = [it.name for it in scripts if re.search(r"[\"']paste[\"']", it.read_text())]
    assert [
        it for it in listens if "password" in (ROOT / "static/console/js" / it).read_text()
    ] == []


def test_a_password_is_compared_as_it_was_typed(db: None) -> None:
    """V6.2.8: blanks around it, capitals and what stands at its very end count."""
    chosen = " A Long enough Phrase, " + "x" * 100 + "y"
    UserFactory(email="person@example.com", password=chosen)
    for wrong in (chosen.strip(), chosen.lower(), chosen[:-1], chosen[:72], f"{chosen} "):
        client = browser(REMOTE_ADDR=f"192.0.2.{len(wrong)}")
        sign_in(client, password=wrong)
        assert not is_signed_in(client), wrong
    client = browser(REMOTE_ADDR="198.51.100.1")
    sign_in(client, password=chosen)
    assert is_signed_in(client)


@pytest.mark.django_db
def test_a_long_password_is_taken() -> None:
    """V6.2.9: 64 characters, and twice as many."""
    assert takes("word and " * 7 + "z")
    assert takes("word and " * 14 + "zz")


def test_guessing_ends_early(person: User) -> None:
    """V6.3.1: after five wrong ones the right one waits as well."""
    for _ in range(5):
        refusal(person.email, "not the password")
    assert "Too many" in str(refusal(person.email, PASSWORD)[1])


@pytest.mark.django_db
def test_there_is_no_account_that_nobody_made() -> None:
    """V6.3.2: a fresh installation lets nobody in, neither `admin` nor `root`."""
    assert not User.objects.exists()
    for name in ("admin", "root", "admin@example.com"):
        client = browser()
        sign_in(client, name, name)
        assert not is_signed_in(client)


def test_who_has_a_second_factor_is_asked_for_it(person: User) -> None:
    """V6.3.3: the password alone opens nothing then, and the code does."""
    seed, _ = with_app(person)
    client = browser()
    assert sign_in(client)["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 302
    client.post("/sign-in/code/", {"code": code(seed)})
    assert is_signed_in(client)


def test_there_is_no_way_in_beside_the_known_ones(furnished: Cast) -> None:
    """V6.3.4: all else leads who is not known to the sign-in, and no token makes a session."""
    places = acme(furnished)
    answers = {name: browser().get(address_of(name, places)) for name in ADDRESSES}
    led = {n for n, it in answers.items() if it.get("Location", "").startswith("/sign-in/?next=")}
    assert {name for name in answers.keys() - led if name.partition(":")[2]} <= OPEN
    for way in (f"Bearer {furnished.secret}", basic(furnished.robot.login_name, furnished.secret)):
        client = browser(headers={"Authorization": way})
        client.get("/api/v1/me/")
        assert not is_signed_in(client)


def test_people_are_told_of_sign_ins_that_may_not_be_theirs(person: User) -> None:
    """V6.3.5: one from a browser and network that was never seen is a letter."""
    entered(person, LINUX)
    assert mails() == []
    entered(person, PHONE, "198.51.100.7")
    assert "198.51.100.7" in mails()[0].body


def test_a_letter_is_no_factor(person: User) -> None:
    """V6.3.6: whoever reads the mailbox sets a password, and is still asked for the second factor."""
    with_app(person)
    mails().clear()
    ask_for_link()
    (found,) = re.findall(r"http://\S+?(/password/\S+)", str(mails()[0].body))
    client = follow(found)
    assert not is_signed_in(client)
    assert sign_in(client, password=NEW)["Location"] == "/sign-in/code/"


def test_people_are_told_when_their_sign_in_changed(person: User) -> None:
    """V6.3.7: a new password and a new factor are a letter each."""
    client = browser(person, confirmed=True)
    with_app(person, client)
    change_password(client)
    subjects = [letter.subject for letter in mails()]
    assert any("password was changed" in it for it in subjects)
    assert any("authenticator app" in it for it in subjects)


def test_a_refusal_does_not_say_whether_there_is_an_account(person: User) -> None:
    """V6.3.8: neither at the sign-in nor where a new password is asked for."""
    known, unknown = (refusal(it, "wrong") for it in (person.email, "nobody@example.com"))
    assert known == unknown
    asked = [ask_for_link(it) for it in (person.email, "nobody@example.com")]
    assert asked[0].status_code == asked[1].status_code
    assert asked[0]["Location"] == asked[1]["Location"]


def test_what_begins_an_account_is_random_and_ends(cast: Cast) -> None:
    """V6.4.1: an invitation's link has 256 bits, works once, and for a week."""
    found = invited(cast)
    assert re.fullmatch(r"[0-9a-f]{64}", found.key())
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert browser().get(link(found)).status_code == 404
    client = browser()
    client.get(link(found))
    joined = client.post(f"/invitations/{found.uuid}/", {"name": "New", "password": PASSWORD})
    assert joined.status_code == 302, text(joined)
    assert browser().get(link(found)).status_code == 404


def enters(seed_code: str) -> bool:
    client = browser()
    sign_in(client)
    client.post("/sign-in/code/", {"code": seed_code})
    return is_signed_in(client)


def test_a_code_works_once(person: User) -> None:
    """V6.5.1: neither an app's nor a recovery code lets in a second time."""
    seed, codes = with_app(person)
    now = code(seed)
    assert [enters(now), enters(now)] == [True, False]
    assert [enters(codes[0]), enters(codes[0])] == [True, False]


def test_recovery_codes_are_not_kept(person: User, haystack: Haystack) -> None:
    """V6.5.2: what is kept of them is a digest under the keyring, and none stands in the database."""
    _, codes = with_app(person)
    kept: Any = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).data["codes"]
    assert {len(it) for it in kept} == {64}
    found = haystack.places()["database"]
    forms = [form.encode() for it in codes for form in (it, it.replace("-", ""))]
    assert [form for form in forms if form in found] == []


def test_no_issuer_names_anothers_jobs(cast: Cast, signer: Issuer) -> None:
    """V6.8.1: the same subject, audience and key ID of another issuer let nobody in."""
    trust, other = trusting(cast, signer), Issuer("https://evil.example.com")
    trusting(cast, other, name="other", audience="https://elsewhere.example.com")
    assert exchange(other.token(trust.audience)).status == 400
    forged = Issuer(signer.url)
    assert exchange(forged.token(trust.audience)).status == 400
    assert exchange(signer.token(trust.audience)).status == 200


def test_whose_signature_is_missing_is_nobody(cast: Cast, signer: Issuer) -> None:
    """V6.8.2: an assertion without a signature, or with another's, is refused."""
    trust = trusting(cast, signer)
    head, body, signature = signer.token(trust.audience).split(".")
    _, _, others = signer.token(trust.audience).split(".")
    for token in (f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{others}"):
        assert exchange(token).status == 400
    assert exchange(f"{head}.{body}.{signature}").status == 200
