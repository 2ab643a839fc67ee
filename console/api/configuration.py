"""The libraries' settings for the API. Classes are named by dotted path: console imports nothing above it."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "robots.verifiers.api_authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["console.api.throttling.ActorRateThrottle"],
    "DEFAULT_FILTER_BACKENDS": ["console.api.filters.LookupFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "console.api.pagination.KeysetPagination",
    "DEFAULT_PARSER_CLASSES": ["console.api.parsing.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "console.api.parsing.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "console.api.schema.Schema",
    "EXCEPTION_HANDLER": "teams.api_errors.handle",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Roster",
    "DESCRIPTION": "Robot accounts, their tokens and permissions. The README says more.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["console.api.schema.of_api_alone"],
    "POSTPROCESSING_HOOKS": ["console.api.schema.declare_problems"],
}
