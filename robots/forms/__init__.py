"""Forms of robots and tokens. Rules live on the models and in services; forms shape input."""

from robots.forms.bulk import CountForm, ExtensionForm, TickedForm
from robots.forms.deletion import DeletionForm
from robots.forms.downloads import DownloadForm
from robots.forms.editing import RobotEditForm
from robots.forms.filters import RobotFilterForm
from robots.forms.robots import RobotForm
from robots.forms.teams import TeamRobotsForm
from robots.forms.tokens import TokenForm

__all__ = [
    "CountForm",
    "DeletionForm",
    "DownloadForm",
    "ExtensionForm",
    "RobotEditForm",
    "RobotFilterForm",
    "RobotForm",
    "TeamRobotsForm",
    "TickedForm",
    "TokenForm",
]
