"""The engines of a process: loaded when first used, once, and again after a failure."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from inference_core.engine.contract import CannotLoad, Engine, File
from inference_core.engine.runners.contract import Details
from inference_core.engine.runners.engines import Engines
from tests.support.in_process import Body, Scripted, model

BODY = Body("x")


def test_a_model_is_unloaded_then_loading_then_ready() -> None:
    seen: list[str] = []

    def load() -> Engine:
        seen.append(engines.state(slow))
        return Scripted(name="slow")

    engines, slow = Engines(), replace(model(Scripted()), load=load)
    assert (engines.state(slow), engines.details(slow)) == ("unloaded", Details())
    assert engines.answer(slow, "scripted", BODY).engine == "slow"
    assert seen == ["loading"]
    details = engines.details(slow)
    assert (engines.state(slow), details.engine) == ("ready", "slow")
    assert details.load_seconds is not None and details.load_seconds < 10


def test_callers_at_once_load_it_once() -> None:
    loads = []

    def load() -> Engine:
        loads.append(threading.get_ident())
        time.sleep(0.05)
        return Scripted()

    engines, slow = Engines(), replace(model(Scripted()), load=load)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: engines.answer(slow, "scripted", BODY).content, range(8)))
    assert len(loads) == 1 and set(answers) == {b'"an answer"'}


def test_a_model_that_fails_to_load_says_so_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    outcomes = iter([OSError("/a/private/path"), None])

    def load() -> Engine:
        if failure := next(outcomes):
            raise failure
        return Scripted()

    engines, broken = Engines(), replace(model(Scripted()), load=load)
    engines.load([broken])
    assert engines.state(broken) == "failed"
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "builtin/scripted cannot be loaded" in record.getMessage() and "/a/private/path" not in record.getMessage()
    engines.answer(broken, "scripted", BODY)
    assert engines.state(broken) == "ready"


def test_the_error_names_the_model_that_failed_to_load() -> None:
    def load() -> Engine:
        raise OSError("/a/private/path")

    with pytest.raises(CannotLoad, match=r"^The model builtin/scripted cannot be loaded: choose another model\.$"):
        Engines().answer(replace(model(Scripted()), load=load), "scripted", BODY)


def test_a_file_goes_out_as_it_is() -> None:
    answer = Engines().answer(model(Scripted(answer=lambda body: File(b"RIFF", "audio/wav"))), "scripted", BODY)
    assert (answer.content, answer.mime_type) == (b"RIFF", "audio/wav")
