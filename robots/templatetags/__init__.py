"""What templates know about tokens."""
