"""Addresses of the pages that belong to no organization."""

from django.urls import path

from console.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("theme/", views.theme, name="theme"),
]
