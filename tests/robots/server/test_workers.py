"""The server's own process: what it asks of the system for its connections."""

import json
import logging.config
import re
import socket
import sys
from pathlib import Path

from robots.server import workers


def test_connections_end_and_keep_little_while_nothing_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        workers._limit_answers()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            found = {
                option: accepted.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_USER_TIMEOUT, socket.TCP_NOTSENT_LOWAT)
            }
    assert found == {socket.TCP_USER_TIMEOUT: 30_000, socket.TCP_NOTSENT_LOWAT: 128 * 1024}


def test_no_file_is_left_open_by_looking_for_sockets() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        before = set(Path("/proc/self/fd").iterdir())
        workers._limit_answers()
        assert set(Path("/proc/self/fd").iterdir()) == before


def line_of(form: str) -> str:
    """What granian's word about a failure becomes."""
    factory = logging.config.DictConfigurator(workers._logging(form))
    formatter = factory.configure_formatter(workers._logging(form)["formatters"]["line"])
    try:
        int('of "many"')
    except ValueError:
        record = logging.LogRecord("", logging.ERROR, "", 0, 'said "%s"', ("so",), sys.exc_info())
    return str(formatter.format(record))


def test_the_servers_own_lines_are_json_whatever_they_say() -> None:
    entry = json.loads(line_of("json"))
    assert (entry["event"], entry["level"]) == ('said "so"', "error")
    assert 'of "many"' in entry["exception"]


def test_the_servers_own_lines_are_words_for_people() -> None:
    first, *trace = line_of("text").splitlines()
    assert re.fullmatch(r'\d\d:\d\d:\d\d  error: said "so"', first)
    assert 'of "many"' in trace[-1]
