"""What the API's JSON is called in the rest of the program."""

from typing import Any, TypeAlias

# Whatever JSON may be; whoever reads it knows the address it came from.
Json: TypeAlias = Any
# One thing of the API.
Row = dict[str, Any]
# The fields of a request.
Fields = dict[str, Any]

# Where the API is below the server's address.
BASE = "/api/v1/"
