"""Every address. Pages of an organization stand under `/o/<organization>/`."""

from django.urls import path

urlpatterns: list = []
