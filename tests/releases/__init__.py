"""What older versions left behind: databases with their keyrings, made by the code of those versions."""
