"""What `migrate` says before it begins."""
