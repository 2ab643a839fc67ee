"""Backups of the database that carry the proof of what they are, and putting them back."""
