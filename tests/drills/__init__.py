"""What takes minutes: clusters of real servers, upgrades under load, and faults of all kinds. `make drills` runs it."""
