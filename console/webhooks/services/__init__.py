"""Changes to webhooks and to their secrets."""
