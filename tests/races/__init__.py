"""Many at the same moment: exactly one wins."""
