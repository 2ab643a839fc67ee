"""The addresses of a host, asked for once and waited for no longer than there is time."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence

from console.hosts import is_address
from console.networks import Address
from console.outgoing.deadlines import Deadline

# All addresses of a name, each as text. Raises `socket.gaierror` if there are none.
Resolver = Callable[[str], Sequence[str]]
# The system's resolver cannot be interrupted; so many of its threads may be left behind at once.
MOST_LOOKUPS = 16

_lookups = threading.BoundedSemaphore(MOST_LOOKUPS)


def system_resolver(name: str) -> list[str]:
    """What the machine says, its hosts file included."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def addresses_of(host: str, resolve: Resolver, deadline: Deadline) -> list[Address]:
    """The addresses of a name or of an address, each once.

    Raises `socket.gaierror` if there are none, `TimeoutError` if that could not be told in time.
    """
    found = [host] if is_address(host) else _looked_up(host, resolve, deadline)
    addresses = dict.fromkeys(ipaddress.ip_address(text.partition("%")[0]) for text in found)
    if not addresses:
        raise socket.gaierror
    return list(addresses)


def _looked_up(name: str, resolve: Resolver, deadline: Deadline) -> Sequence[str]:
    if not _lookups.acquire(timeout=deadline.left()):
        raise TimeoutError
    answers = queue.SimpleQueue[Sequence[str] | socket.gaierror]()
    threading.Thread(target=_look_up, args=(name, resolve, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, socket.gaierror):
        raise answer
    return answer


def _look_up(
    name: str, resolve: Resolver, answers: "queue.SimpleQueue[Sequence[str] | socket.gaierror]"
) -> None:
    try:
        answers.put(resolve(name))
    except socket.gaierror as fault:
        answers.put(fault)
    finally:
        _lookups.release()
