"""What takes minutes: clusters of real servers, upgrades under load, faults. `make drills` runs it."""
