"""Pages compute one at a time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from console.serving.turns import Turn

LONG = 60.0


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def begun(
    turn: Turn, threads: ThreadPoolExecutor, order: list[str] | None = None
) -> tuple[Callable[[], None], Future[None]]:
    """A page that has the turn until the first function is called; then it says so in `order`."""
    has_begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        has_begun.set()
        assert may_end.wait(LONG)
        (order or []).append("first")

    page = threads.submit(turn.run, work)
    assert has_begun.wait(LONG)
    return may_end.set, page


def test_a_page_waits_until_the_one_before_has_computed(threads: ThreadPoolExecutor) -> None:
    turn, order = Turn(LONG), ["begun"]
    end, first = begun(turn, threads, order)
    second = threads.submit(turn.run, lambda: order.append("second"))
    end()
    second.result(LONG)
    first.result(LONG)
    assert order == ["begun", "first", "second"]
    assert not turn._lock.locked()


def test_it_does_not_wait_for_ever(threads: ThreadPoolExecutor) -> None:
    turn = Turn(0.0)
    end, first = begun(turn, threads)
    assert threads.submit(turn.run, lambda: "answered").result(LONG) == "answered"
    end()
    first.result(LONG)
    assert not turn._lock.locked()


def test_what_fails_gives_its_turn_back() -> None:
    turn = Turn(LONG)
    with pytest.raises(ZeroDivisionError):
        turn.run(lambda: 1 / 0)
    assert turn.run(lambda: "answered") == "answered"


@pytest.mark.django_db
def test_another_page_computes_while_one_waits_for_the_database(
    threads: ThreadPoolExecutor,
) -> None:
    turn, computed = Turn(LONG), []

    def meanwhile(execute: Callable[..., object], *statement: object) -> object:
        computed.append(threads.submit(turn.run, lambda: "computed").result(LONG))
        return execute(*statement)

    def page() -> None:
        with connection.execute_wrapper(turn._execute), connection.execute_wrapper(meanwhile):
            connection.cursor().execute("SELECT 1")
        assert turn._lock.locked()

    turn.run(page)
    assert computed == ["computed"]


@pytest.mark.django_db
def test_who_has_no_turn_asks_the_database_as_ever() -> None:
    turn = Turn(LONG)
    with connection.execute_wrapper(turn._execute), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert not turn._lock.locked()
