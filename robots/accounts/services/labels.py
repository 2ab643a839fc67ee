"""Writing a robot's labels: part of a change that is under way."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from robots.models import Robot, RobotLabel
from robots.models.labels import MAX_LABELS, label_text


def save_labels(robot: Robot, labels: Mapping[str, str]) -> None:
    """Let `labels` (value by key) be the robot's labels, and no others."""
    if len(labels) > MAX_LABELS:
        raise ValidationError({"labels": f"Use at most {MAX_LABELS} labels."})
    # Before a database is asked for it: there are texts that none can be asked for.
    if not all(key.isprintable() for key in labels):
        raise ValidationError({"labels": "Remove the control characters from the keys."})
    present = labels_of(robot)
    RobotLabel.objects.filter(robot=robot, key__in=present.keys() - labels.keys()).delete()
    for key, value in sorted(labels.items()):
        if present.get(key) != value:
            _save_label(robot, key, value)


def _save_label(robot: Robot, key: str, value: str) -> None:
    label = RobotLabel.objects.filter(robot=robot, key=key).first() or RobotLabel(
        robot=robot, key=key, organization=robot.organization
    )
    label.value = value
    try:
        label.full_clean()
    except ValidationError as error:
        words = " ".join(error.messages)
        raise ValidationError({"labels": f"“{label_text(key, value)}”: {words}"}) from error
    label.save()


def labels_of(robot: Robot) -> dict[str, str]:
    """The robot's labels, value by key."""
    return dict(robot.labels.order_by("key").values_list("key", "value"))
