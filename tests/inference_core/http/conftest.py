"""What these tests wait for costs no time."""

from tests.support.clock import pytest_asyncio_loop_factories as pytest_asyncio_loop_factories
