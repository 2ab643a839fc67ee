"""What a list of robots can be filtered and sorted by."""

ORDERS = {
    "name": ("name", False),
    "-name": ("name", True),
    "created": ("created_at", False),
    "-created": ("created_at", True),
    "used": ("last_used_at", False),
    "-used": ("last_used_at", True),
    "expires": ("next_expiry_at", False),
    "-expires": ("next_expiry_at", True),
}


STATES = {"active": "Active", "disabled": "Disabled", "expired": "Expired"}


LEVELS = {"organization": "Organization robots", "project": "Project robots"}


USES = {"never": "Never used", "90": "Unused for 90 days"}


ENDS = {"14": "Expiring in 14 days"}


NOBODY = "nobody"


# Of those limited to networks.
NETWORKS = {"observed": "Networks observed"}
