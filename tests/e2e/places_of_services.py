"""The pages of services, an organization's and the site's, and of scanning partners."""

from tests.e2e.scenes import Place, confirm_password, press
from tests.e2e.secret_scenes import give_password, reveal_service

ORGANIZATION = "organization"
SERVICE, RESOURCE = "organization service", "organization resource-service"
CLUSTER = "organization cluster-service"

WHO_ASKS = (
    Place("services", "console:service-list", ORGANIZATION),
    Place("services-member", "console:service-list", ORGANIZATION, who="member"),
    Place("service-create", "console:service-create", "organization of-registry"),
    Place("service-create-resource", "console:service-create", "organization of-resource"),
    Place("service-create-proxy", "console:service-create", "organization of-proxy"),
    Place("service-create-cluster", "console:service-create", "organization of-cluster"),
    Place(
        "service-refused",
        "console:service-create",
        "organization of-registry",
        act=press("Create Service"),
    ),
    Place("service-resource", "console:service", RESOURCE),
    Place("service-proxy", "console:service", "organization proxy-service"),
    Place("service-cluster", "console:service", CLUSTER),
    Place("service-secret", "console:service-secret-create", RESOURCE, act=give_password),
    Place("service-secret-reveal", "console:service-secret-create", RESOURCE, act=reveal_service),
    Place("registry-secret-reveal", "console:service-secret-create", SERVICE, act=reveal_service),
    Place("cluster-secret-reveal", "console:service-secret-create", CLUSTER, act=reveal_service),
    Place("service", "console:service", SERVICE),
    Place("service-member", "console:service", SERVICE, who="member"),
    Place("service-of-the-site", "console:service", "organization site-service"),
    Place("service-delete", "console:service-delete", SERVICE, act=confirm_password),
    Place("site-services", "console:site-service-list", who="operator"),
    Place("site-service-create", "console:site-service-create", "of-registry", who="operator"),
    Place("site-service", "console:site-service", "site-service", who="operator"),
    Place("environments-service", "console:site-service", "environments", who="operator"),
    Place(
        "site-service-secret",
        "console:site-service-secret-create",
        "site-resource",
        who="operator",
        act=give_password,
    ),
    Place(
        "site-service-delete",
        "console:site-service-delete",
        "site-service",
        who="operator",
        act=confirm_password,
    ),
    Place("partners", "console:partner-list", who="operator"),
    Place("partner-create", "console:partner-create", who="operator"),
    Place("partner", "console:partner", "partner", who="operator"),
    Place(
        "partner-delete",
        "console:partner-delete",
        "partner",
        who="operator",
        act=confirm_password,
    ),
    Place("partner-key", "console:partner-key-create", "partner", who="operator"),
    Place(
        "partner-key-refused",
        "console:partner-key-create",
        "partner",
        who="operator",
        act=press("Add Key"),
    ),
    Place(
        "partner-key-delete", "console:partner-key-delete", "partner partner-key", who="operator"
    ),
)
