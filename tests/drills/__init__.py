"""What takes minutes: clusters of real servers, upgrades under load, and faults; `make drills` runs it."""
