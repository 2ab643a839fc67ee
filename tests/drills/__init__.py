"""What takes minutes: clusters, upgrades under load, and faults of all kinds. `make drills` runs it."""
