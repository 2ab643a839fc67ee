"""The pages that need neither people nor robots."""
