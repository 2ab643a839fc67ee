"""Bringing the database to this version: what that does, how long it takes, what keeps it from beginning."""
