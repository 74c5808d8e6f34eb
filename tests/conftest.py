"""What all tests share: one engine, one app, and an eye on what asyncio logs."""

import gc
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tasks.gallery.leaner_gradio import import_less
from tests.support import processes
from tests.support.processes import Running, Server
from tests.support.shared import common_folder, shared

import_less()  # as the app does

# The same examples in every run: a failure seen once is seen again.
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One per processor, and four at most, for each has an engine and an app of its own; none for single files."""
    single_files = all(path.partition("::")[0].endswith(".py") for path in config.args)
    return 0 if single_files else min(os.cpu_count() or 1, 4)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what the collected tests consist of out of garbage collections, each of which took half a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def engine() -> Iterator[Server]:
    with processes.engine() as server:
        yield server


@pytest.fixture(scope="session")
def app() -> Iterator[Server]:
    with processes.app() as server:
        yield server


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The engine with all tiny models of one's own, one for all workers: each model is a process and takes seconds."""
    from tests.support.pretrained import tiny_engine

    with shared(common_folder(tmp_path_factory) / "tiny", tiny_engine) as url:
        yield Running(url)


@pytest.fixture(scope="session")
def models(tiny: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models.toml of all tiny models."""
    from tests.support.pretrained import LIST

    return common_folder(tmp_path_factory) / "tiny" / LIST


@pytest.fixture(autouse=True)
def no_asyncio_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail on what asyncio only logs: unretrieved exceptions, unclosed sessions, destroyed tasks."""
    yield
    for phase in ("setup", "call", "teardown"):
        records = caplog.get_records(phase)
        errors = [
            record.getMessage() for record in records if record.name == "asyncio" and record.levelno >= logging.ERROR
        ]
        assert not errors, errors


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's token or endpoint must not change what a test sees."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_INFERENCE_ENDPOINT", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_TOKEN_PATH", "/nonexistent/token")
