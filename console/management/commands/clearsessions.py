"""`manage.py clearsessions` as Django has it, over the sessions that Roster keeps."""

from django.contrib.sessions.management.commands.clearsessions import Command

__all__ = ["Command"]
