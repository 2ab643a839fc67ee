"""Letters where there is no mail server: printed, for a person in a frame of their own."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import console

from console.configuration.lines import TEXT, framed


class EmailBackend(console.EmailBackend):
    """Prints a letter as it would be sent, or at a terminal what a person reads of it."""

    def write_message(self, message: EmailMessage) -> None:
        if settings.ROSTER_LOG_FORMAT != TEXT:
            super().write_message(message)
            return
        head = f"Letter to {', '.join(message.to)}: {message.subject}"
        self.stream.write(framed(f"{head}\n\n{message.body.strip()}"))
