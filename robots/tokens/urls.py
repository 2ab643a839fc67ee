"""Addresses of tokens: a robot's below the robot, a person's own below the account."""

from django.urls import URLPattern, URLResolver, include, path

from robots.tokens.api import me
from robots.tokens.api import personal as personal_api
from robots.tokens.api import tokens as tokens_api
from robots.tokens.views import (
    addresses,
    all_tokens,
    expiry,
    handovers,
    links,
    personal,
    saved,
    search,
    secrets,
    ticked,
    tokens,
)


def of_token(prefix: str) -> list[URLPattern]:
    """The pages of a token; `prefix` begins the names of those of a person's own."""
    return [
        path("", tokens.token, name=f"{prefix}token"),
        path("download/", tokens.token_download, name=f"{prefix}token-download"),
        path("addresses/", addresses.token_addresses, name=f"{prefix}token-addresses"),
        path(
            "addresses/enforcement/",
            addresses.token_addresses_enforce,
            name=f"{prefix}token-addresses-enforce",
        ),
        path("expiry/", expiry.token_expiry, name=f"{prefix}token-expiry"),
        path("suspension/", tokens.token_disable, name=f"{prefix}token-disable"),
        path("resumption/", tokens.token_enable, name=f"{prefix}token-enable"),
        path("deletion/", tokens.token_delete, name=f"{prefix}token-delete"),
        path("rotation/", secrets.token_rotate, name=f"{prefix}token-rotate"),
        path("refresh/", secrets.token_refresh, name=f"{prefix}token-refresh"),
        path("secrets/<int:secret>/ending/", secrets.secret_end, name=f"{prefix}secret-end"),
    ]


of_handover = [
    path(
        "handovers/<uuid:handover>/withdrawal/",
        handovers.handover_withdraw,
        name="handover-withdraw",
    ),
]
of_robot: list[URLPattern | URLResolver] = [
    path("addresses/", addresses.robot_addresses, name="robot-addresses"),
    path(
        "addresses/enforcement/",
        addresses.robot_addresses_enforce,
        name="robot-addresses-enforce",
    ),
    path("refresh/", secrets.robot_refresh, name="robot-refresh"),
    path("tokens/new/", tokens.token_create, name="token-create"),
    path("tokens/<uuid:token>/", include([*of_token(""), *of_handover])),
]
of_organization = [
    path("audit-log/token/", search.event_token, name="event-token"),
    path("tokens/", all_tokens.token_list, name="token-list"),
    path("tokens.csv", all_tokens.token_export, name="token-export"),
    path("tokens/views/new/", saved.token_view_create, name="token-view-create"),
    path("tokens/views/<uuid:view>/deletion/", saved.token_view_delete, name="token-view-delete"),
    path("tokens/handover/", links.tokens_hand_over, name="tokens-hand-over"),
    path("tokens/extension/", ticked.tokens_extend, name="tokens-extend"),
    path("tokens/suspension/", ticked.tokens_disable, name="tokens-disable"),
    path("tokens/resumption/", ticked.tokens_enable, name="tokens-enable"),
    path("tokens/deletion/", ticked.tokens_delete, name="tokens-delete"),
]
of_everybody: list[URLPattern | URLResolver] = [
    path("account/tokens/", personal.personal_token_list, name="personal-token-list"),
    path("account/tokens/new/", personal.personal_token_create, name="personal-token-create"),
    path("account/tokens/<uuid:token>/", include(of_token("personal-"))),
    path("handover/<uuid:handover>/", handovers.handover_open, name="handover-open"),
    path(
        "handover/<uuid:handover>/download/", handovers.handover_download, name="handover-download"
    ),
    path("handover/<uuid:handover>/<slug:key>/", handovers.handover, name="handover"),
]

api_of_token = [
    path("", tokens_api.TokenResource.as_view(), name="token"),
    path("rotation/", tokens_api.TokenRotation.as_view(), name="token-rotation"),
    path("refresh/", tokens_api.TokenRefresh.as_view(), name="token-refresh"),
    path("secrets/<int:secret>/", tokens_api.SecretResource.as_view(), name="secret"),
]
api_of_robot: list[URLPattern | URLResolver] = [
    path("tokens/", tokens_api.Tokens.as_view(), name="tokens"),
    path("tokens/<uuid:token>/", include(api_of_token)),
]
api_of_organization = [
    path("tokens/", tokens_api.OrganizationTokens.as_view(), name="organization-tokens"),
]
api_of_personal_token = [
    path("", personal_api.PersonalToken.as_view(), name="personal-token"),
    path("rotation/", personal_api.PersonalTokenRotation.as_view(), name="personal-token-rotation"),
    path("refresh/", personal_api.PersonalTokenRefresh.as_view(), name="personal-token-refresh"),
]
api_of_me: list[URLPattern | URLResolver] = [
    path("", me.Me.as_view(), name="me"),
    path("token/", me.OwnToken.as_view(), name="own-token"),
    path("token/rotation/", me.OwnTokenRotation.as_view(), name="own-token-rotation"),
    path("tokens/", personal_api.PersonalTokens.as_view(), name="personal-tokens"),
    path("tokens/<uuid:token>/", include(api_of_personal_token)),
]
