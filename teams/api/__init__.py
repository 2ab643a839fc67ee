"""The REST API's addresses about people, teams, roles and grants."""
