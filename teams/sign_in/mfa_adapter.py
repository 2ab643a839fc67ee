"""Where django-allauth asks us about second factors."""

from typing import Any, NoReturn

from allauth.mfa.adapter import DefaultMFAAdapter

from teams.models import User
from teams.sign_in.origins import own_name

SITE = "Roster"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth is not typed
    """What passkeys are made for; seeds and codes are kept by `teams.sign_in.sealing` alone."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": own_name(), "name": SITE}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.email, "display_name": user.display_name}

    def encrypt(self, text: str) -> NoReturn:
        raise NotImplementedError("a seed is sealed for its person: teams.sign_in.sealing")

    def decrypt(self, encrypted_text: str) -> NoReturn:
        raise NotImplementedError("a seed is opened for its person: teams.sign_in.sealing")
