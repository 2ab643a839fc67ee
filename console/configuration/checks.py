"""What is checked of an installation, named by dotted path: these modules need the settings. Part of them."""

# What /readyz asks besides database and keyring: name -> a function that raises when it is not so.
READY_CHECKS = {"restore_check": "console.audit.older_database.require_accepted"}

# What `doctor` checks of the apps above console: `console.health.findings.Check`s.
HEALTH_CHECKS = ["robots.secrets.health.CHECK"]

# Gauges of the apps above console: functions that yield metrics (console/monitoring/).
GAUGES = ["robots.secrets.gauges.signing_keys"]

# Asked of roots of the keyring that are new to the database: console/keyring_checks.py.
KEYRING_PROOFS = [
    "robots.secrets.signing_keys.opens_a_key",
    "console.audit.proof.seals_a_chain",
]
