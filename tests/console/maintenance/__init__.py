"""Taking no changes for a while."""
