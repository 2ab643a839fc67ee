"""Forms of robots and tokens. Rules live on the models and in services; forms shape input."""

from robots.forms.addresses import AddressesForm
from robots.forms.bulk import CountForm, ExtensionForm, TickedForm
from robots.forms.deletion import DeletionForm
from robots.forms.downloads import DownloadForm
from robots.forms.editing import RobotEditForm
from robots.forms.filters import RobotFilterForm
from robots.forms.policy import PolicyForm
from robots.forms.robots import RobotForm
from robots.forms.secrets import RotationForm, SecretForm
from robots.forms.teams import TeamRobotsForm
from robots.forms.token_expiry import TokenExpiryForm
from robots.forms.tokens import PersonalTokenForm, TokenForm

__all__ = [
    "AddressesForm",
    "CountForm",
    "DeletionForm",
    "DownloadForm",
    "ExtensionForm",
    "PersonalTokenForm",
    "PolicyForm",
    "RobotEditForm",
    "RobotFilterForm",
    "RobotForm",
    "RotationForm",
    "SecretForm",
    "TeamRobotsForm",
    "TickedForm",
    "TokenExpiryForm",
    "TokenForm",
]
