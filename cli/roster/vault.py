"""Session secrets in the system's keyring, where there is one that keeps what it is given."""

import keyring

SERVICE = "roster"


def fetch(profile: str, server: str) -> str | None:
    """The secret of a profile, None when the keyring has none or does not work."""
    try:
        return keyring.get_password(SERVICE, _user(profile, server))
    except Exception:  # noqa: BLE001 -- backends are others' code and fail in ways of their own
        return None


def keep(profile: str, server: str, secret: str) -> bool:
    """Whether the keyring has the secret now: some accept everything and keep nothing."""
    try:
        keyring.set_password(SERVICE, _user(profile, server), secret)
        return keyring.get_password(SERVICE, _user(profile, server)) == secret
    except Exception:  # noqa: BLE001 -- backends are others' code and fail in ways of their own
        return False


def forget(profile: str, server: str) -> None:
    """Take the secret of a profile out of the keyring, if it is there."""
    try:
        keyring.delete_password(SERVICE, _user(profile, server))
    except Exception:  # noqa: BLE001 -- backends are others' code and fail in ways of their own
        return


def _user(profile: str, server: str) -> str:
    return f"{profile}@{server}"
