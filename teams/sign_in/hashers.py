"""How passwords are kept: argon2id with OWASP's smaller parameters, about 90 ms a check."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """argon2id (RFC 9106), t=2, m=19456 KiB, p=1."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
