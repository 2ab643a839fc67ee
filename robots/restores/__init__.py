"""What an older backup brings back: found out from the events since, and ended again."""
