"""Django's SQLite backend, except that a thread waits for the lock as long as it has patience."""
