"""What a log may say: words of ours, and of libraries and errors only the place."""

import logging
from collections.abc import Iterator

import pytest

from inference_core.private_log import keep_logs_private, where_raised


def failing() -> Exception:
    try:
        raise ValueError("a secret")
    except ValueError as error:
        return error


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    keep_logs_private(("ours",))
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize("name", ["root", "mcp.server.lowlevel", "oursisnot"])
@pytest.mark.parametrize("arguments", [("a secret",), ("%s", "a secret"), (ValueError("a secret"),), ("%d", "secret")])
def test_of_a_library_only_the_place_is_logged(
    caplog: pytest.LogCaptureFixture, name: str, arguments: tuple[object, ...]
) -> None:
    logging.getLogger(name).error(*arguments, exc_info=failing())
    assert "secret" not in caplog.text and "test_private_log.py:" in caplog.text and "ValueError at" in caplog.text


def test_of_us_the_words_are_logged_but_not_those_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("ours.part").error("It is %s.", "broken", exc_info=failing())
    assert "It is broken.: ValueError at " in caplog.text and "secret" not in caplog.text


def test_the_place_of_an_error_is_where_it_was_raised() -> None:
    assert where_raised(failing()).startswith("ValueError at ") and where_raised(KeyError("secret")) == "KeyError"
