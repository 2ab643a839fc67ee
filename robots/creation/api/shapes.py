"""What is asked of a new robot and its first token, and what is said of both."""

from rest_framework import serializers

from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import TICKABLE
from robots.accounts.api.shapes import (
    RobotChange,
    RobotSerializer,
    RobotTextsInput,
)
from robots.tokens.api.shapes import GeneratedTokenInput, MintedSerializer

ALL = "all"


class GrantRequestInput(InputSerializer):
    """What a robot gets on a project, or on all of them."""

    project = StrictCharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="A slug. `null`: all projects, also future ones.",
    )
    permissions = serializers.ListField(
        max_length=MAX_ITEMS,
        child=serializers.ChoiceField([str(name) for name in TICKABLE]),
        required=False,
        default=list,
    )
    level = serializers.ChoiceField(REPOSITORY_LEVELS, required=False)


class FirstTokenInput(GeneratedTokenInput):
    """A new robot's first token, whose secret Roster makes."""


class RobotInput(RobotTextsInput):
    """A new robot. `permissions` is short for one grant on the robot's own project."""

    text_options = {"default": ""}

    name = StrictCharField()
    project = StrictCharField(required=False, allow_null=True, default=None)
    grants = GrantRequestInput(many=True, required=False, default=list, max_length=MAX_ITEMS)  # type: ignore[call-arg] # the framework's own option of `many`
    permissions = serializers.ListField(
        max_length=MAX_ITEMS,
        child=serializers.ChoiceField([ALL, *(str(name) for name in TICKABLE)]),
        required=False,
        help_text="Some of the ten, or `all`.",
    )
    labels = RobotChange().fields["labels"]
    responsible = RobotChange().fields["responsible"]
    addresses = RobotChange().fields["addresses"]
    network_mode = RobotChange().fields["network_mode"]
    disabled = RobotChange().fields["disabled"]
    teams = serializers.ListField(
        max_length=MAX_ITEMS,
        child=StrictCharField(),
        required=False,
        default=list,
        help_text="Names of teams.",
    )
    token = FirstTokenInput(
        required=False, help_text="Made with it; if it is refused, nothing is made."
    )


class NewRobotSerializer(RobotSerializer):
    """A new robot account; `token`, if one was asked for, with its secret, which no other answer has."""

    token = MintedSerializer(source="robot.first_token", required=False)
