"""Permissions: the whole vocabulary, the built-in roles as data, and the one function that says yes.

Everything that asks whether somebody may do something gathers what the actor holds
(`Actor.grants_on`) and gives it to `decide`, which is pure: pages, API, commands and verifiers get
the same answer and the same reason.
"""
