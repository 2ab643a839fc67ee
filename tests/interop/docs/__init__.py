"""The pages of docs/: each is followed on a machine of its own, at a Roster that nobody else uses."""
