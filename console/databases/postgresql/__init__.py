"""Django's PostgreSQL backend, except that no thread waits for a server that does not answer."""
