"""The REST API's addresses about robots, tokens, and all that needs to know robots; who may come in."""
