"""What stands between the server and the console: heads, bodies, answers, and the threads that work."""
