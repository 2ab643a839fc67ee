"""The chart on the page of one token, and of a trust by its login."""

from console.http import Request
from console.pages.reading import read
from robots.models import Token
from robots.usage.charts import Chart, PeriodForm, chart_of, days_of
from robots.usage.days import token_use


def token_chart(request: Request, token: Token) -> Chart | None:
    """The days that the page's address asks for; none for what was never asked with."""
    reading = read(request, PeriodForm(request.GET))
    use = token_use(token, days_of(request.GET))
    return chart_of(use, reading) if use.verifiers or reading.wanted else None
