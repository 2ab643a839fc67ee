"""What is measured about the front, and the page a Prometheus server reads it from."""

import hmac
import os
from typing import TYPE_CHECKING

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

if TYPE_CHECKING:
    from console.front import FrontRequest, FrontResponse
