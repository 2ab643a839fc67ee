"""What keeps a backup from being made, proven or put back: one line for an operator."""


class BackupError(Exception):
    """Its text says what is wrong, and names no secret."""
