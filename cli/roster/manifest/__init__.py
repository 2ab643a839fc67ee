"""One file for an organization: what it says, what is there, and the steps from one to the other."""
