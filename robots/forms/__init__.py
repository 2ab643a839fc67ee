"""Forms of robots and tokens. Rules live on the models and in services; forms shape input."""

from robots.forms.deletion import DeletionForm
from robots.forms.downloads import DownloadForm
from robots.forms.filters import RobotFilterForm
from robots.forms.robots import RobotForm
from robots.forms.secrets import RotationForm, SecretForm
from robots.forms.teams import TeamRobotsForm
from robots.forms.tokens import TokenForm

__all__ = [
    "DeletionForm",
    "DownloadForm",
    "RobotFilterForm",
    "RobotForm",
    "RotationForm",
    "SecretForm",
    "TeamRobotsForm",
    "TokenForm",
]
