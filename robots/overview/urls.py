"""Addresses of an organization's first page, and of what needs attention."""

from django.urls import URLPattern, URLResolver, include, path

from robots.overview import api
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
of_repository = [
    path("history/", history.repository_history, name="repository-history"),
    path("history/<uuid:event>/", history.repository_event, name="repository-event"),
]
of_team = [
    path("history/", history.team_history, name="team-history"),
    path("history/<uuid:event>/", history.team_event, name="team-event"),
]
of_robot = [
    path("history/", history.robot_history, name="robot-history"),
    path("history/<uuid:event>/", history.robot_event, name="robot-event"),
]
of_organization: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
    path("attention/<name:need>/", attention.need, name="need"),
    path("attention/<name:need>/answer/", answers.need_answer, name="need-answer"),
    path("attention/<name:need>/reopening/", answers.need_reopen, name="need-reopen"),
    path("audit-log/<slug:kind>/<uuid:thing>/", things.event_thing, name="event-thing"),
    path("repositories/<uuid:repository>/", include(of_repository)),
    path("teams/<uuid:team>/", include(of_team)),
]
of_project = [
    path("overview/", overview.project_overview, name="project-overview"),
    path("attention/<name:need>/answer/", answers.project_need_answer, name="project-need-answer"),
    path(
        "attention/<name:need>/reopening/",
        answers.project_need_reopen,
        name="project-need-reopen",
    ),
    path("history/", history.project_history, name="project-history"),
    path("history/<uuid:event>/", history.project_event, name="project-event"),
]
of_site = [
    path(
        "site/organizations/", organizations.site_organization_list, name="site-organization-list"
    ),
]

api_of_organization = [
    path("needs/", api.Needs.as_view(), name="needs"),
    path("needs/<name:need>/answer/", api.NeedAnswers.as_view(), name="need-answer"),
]
api_of_project = [
    path("needs/", api.ProjectNeeds.as_view(), name="project-needs"),
    path("needs/<name:need>/answer/", api.ProjectNeedAnswers.as_view(), name="project-need-answer"),
]
