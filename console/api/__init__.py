"""The REST API (contracts.md, 4): what all of its addresses share, and those of console's own things."""
