"""Passwords in tests: argon2id as in the product, at the least cost that it takes."""

from teams.sign_in.hashers import Argon2Hasher


class QuickHasher(Argon2Hasher):
    """Hundreds of tests sign somebody in."""

    time_cost = 1
    memory_cost = 8
