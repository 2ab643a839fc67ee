"""Addresses of an organization's first page, and of what needs attention."""

from django.urls import path

from robots.overview.views import (
    answers,
    attention,
    history,
    organizations,
    overview,
    search,
    things,
)

of_everybody = [path("search/", search.search_everywhere, name="search-everywhere")]
of_organization = [
    path("", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
    path("attention/<name:need>/", attention.need, name="need"),
    path("attention/<name:need>/answer/", answers.need_answer, name="need-answer"),
    path("attention/<name:need>/reopening/", answers.need_reopen, name="need-reopen"),
    path("audit-log/<slug:kind>/<uuid:thing>/", things.event_thing, name="event-thing"),
]
of_project = [
    path("overview/", overview.project_overview, name="project-overview"),
    path("history/", history.project_history, name="project-history"),
    path("history/<uuid:event>/", history.project_event, name="project-event"),
]
of_site = [
    path(
        "site/organizations/", organizations.site_organization_list, name="site-organization-list"
    ),
]
