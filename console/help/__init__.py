"""Help, and the guides of docs/ and deploy/ as pages of the console."""
