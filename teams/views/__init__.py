"""The pages about people and teams that need no robots."""
