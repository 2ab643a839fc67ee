"""How robots are called where they log in."""

RESERVED_PREFIX = "role."


def login_name(organization_slug: str, project_slug: str, name: str) -> str:
    """`robot_<org>+<name>`, or `robot_<org>.<project>+<name>` for a project's robot."""
    home = f"{organization_slug}.{project_slug}" if project_slug else organization_slug
    return f"robot_{home}+{name}"
