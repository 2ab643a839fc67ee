"""Help, the API's reference, and guides."""

from tests.e2e.opening import open_help
from tests.e2e.scenes import Place

ORGANIZATION = "organization"
HELP_PLACES = (
    Place("help", "console:help"),
    Place("api-reference", "console:api-reference"),
    Place("api-section", "console:api-section", "of-collection"),
    Place("guide", "console:guide", "guide"),
    Place("guide-here", "console:organization-guide", f"{ORGANIZATION} guide"),
    Place("guide-file", "console:guide", "guide-file"),
    Place("help-here", "console:organization-help", ORGANIZATION),
    Place("help-beside", "robots:overview", ORGANIZATION, act=open_help),
    Place("api-reference-here", "console:organization-reference", ORGANIZATION),
    Place(
        "api-section-here",
        "console:organization-reference-section",
        f"{ORGANIZATION} of-collection",
    ),
)
