"""The roster command, run as people run it: arguments, exit codes, stdout, stderr and files."""
