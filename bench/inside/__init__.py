"""What runs inside the product's own process, over one data set: its environment says which."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()
