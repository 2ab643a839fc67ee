"""The pages of robots and tokens, and those that need robots, teams and console together."""
