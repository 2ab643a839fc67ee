"""Copies of the audit log's events for other systems: a file, or a syslog server."""
