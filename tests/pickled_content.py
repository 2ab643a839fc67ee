"""What a world holds, as bytes: each test takes a copy of its own, at a fifth of what `deepcopy` costs."""

import io
import pickle
from typing import Any, Generic, TypeVar

from console.minted_secrets import Plaintext

Content = TypeVar("Content")


class PickledContent(Generic[Content]):
    """What `content` was when this was made. Secrets refuse to be pickled, and need not be: none changes."""

    def __init__(self, content: Content) -> None:
        self._secrets: dict[int, Plaintext] = {}
        written = io.BytesIO()
        pickler = pickle.Pickler(written, protocol=5)
        pickler.persistent_id = self._keep  # type: ignore[method-assign] # as its documentation says
        pickler.dump(content)
        self._bytes = written.getvalue()

    def _keep(self, value: Any) -> int | None:
        if not isinstance(value, Plaintext):
            return None
        self._secrets[id(value)] = value
        return id(value)

    def copy(self) -> Content:
        unpickler = pickle.Unpickler(io.BytesIO(self._bytes))
        unpickler.persistent_load = self._secrets.__getitem__  # type: ignore[method-assign] # as above
        content: Content = unpickler.load()
        return content
