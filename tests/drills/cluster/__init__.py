"""A whole cluster on this machine: what it is made of, and `make cluster`, which shows it to a person."""
