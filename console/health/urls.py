"""Addresses of what operators see of the installation."""

from django.urls import path

from console.health import views

of_site = [
    path("site/", views.installation, name="installation"),
    path("site/jobs/", views.job_list, name="job-list"),
    path("site/jobs/<slug:job>/run/", views.job_run, name="job-run"),
    path("site/mail/", views.letter_list, name="letter-list"),
    path("site/mail/retry/", views.letters_retry, name="letters-retry"),
    path("site/mail/<uuid:letter>/retry/", views.letter_retry, name="letter-retry"),
    path("site/webhooks/failing/", views.webhook_list, name="failing-webhook-list"),
]
