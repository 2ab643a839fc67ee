"""How fast, how big, how heavy: figures with their method, never tests. `make bench` prints them."""
