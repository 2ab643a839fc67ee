"""The address of the keys' page."""

from django.urls import path

from robots.secrets import views

of_site = [path("site/keys/", views.key_list, name="key-list")]
