"""Logging in with a token that another issuer gave: where it comes from, and what Roster gives for it."""
