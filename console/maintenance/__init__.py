"""Taking no changes for a while: verifiers go on, whatever writes is asked to come again."""
