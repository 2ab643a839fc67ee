"""What is answered ahead of Django by `endpoints`: exact path -> plain function. Part of the settings.

Named by dotted path, because console imports nothing of the apps above it.
"""

FRONT_ROUTES = {
    "/livez": "console.serving.health.live",
    "/readyz": "console.serving.health.ready",
    "/metrics": "console.serving.metrics.exposition",
    "/policy-reports": "console.serving.policy_reports.take",
    "/service/token": "robots.verifiers.registry.answers.token",
    "/service/events": "robots.verifiers.registry.events.events",
    "/auth/verify": "robots.verifiers.forward_auth.answers.verify",
    "/auth/registry": "robots.verifiers.forward_auth.answers.registry",
    "/.well-known/jwks.json": "robots.verifiers.published_keys.key_set",
    "/.well-known/oauth-authorization-server": "robots.verifiers.oauth.metadata.metadata",
    "/.well-known/openid-configuration": "robots.verifiers.oauth.metadata.metadata",
    "/oauth/token": "robots.verifiers.oauth.token.token",
    "/oauth/introspect": "robots.verifiers.oauth.introspection.introspect",
    "/oauth/revoke": "robots.verifiers.oauth.revocation.revoke",
    "/kubernetes/token-review": "robots.verifiers.kubernetes.token_review.review",
    "/credentials/revoke": "robots.verifiers.leaks.answers.revoke",
    "/credentials/leaks": "robots.verifiers.leaks.answers.leaks",
}
