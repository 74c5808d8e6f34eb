"""What is wrong around the app: the page comes up all the same, or one sentence says why it does not."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.request import getproxies

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

import app
from inference_core.settings import listening
from inference_core.settings.description import GallerySettings
from inference_core.settings.listening import reason_not_to_listen
from tasks.gallery.surroundings import check_surroundings, keep_gradio_off_proxies
from tests.support import processes
from tests.support.processes import ROOT

NOBODY = ("--backend", "http://127.0.0.1:9")
NO_PROXY_THERE = "127.0.0.1:9"


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def check(**settings: object) -> str:
    """The sentence with which the process would end."""
    with pytest.raises(SystemExit) as left:
        check_surroundings(GallerySettings(**settings))  # type: ignore[arg-type]
    assert isinstance(left.value.code, str)
    return left.value.code


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("no.such.host.invalid", "there is no host of this name. Choose others with --port and --host."),
        ("a..b", "there is no host of this name. Choose others with --port and --host."),
        ("x" * 300, "there is no host of this name. Choose others with --port and --host."),
        ("203.0.113.7", "the host is not this machine. Choose others with --port and --host."),
        ("255.255.255.255", "the host is not this machine. Choose others with --port and --host."),
        ("224.0.0.1", "the host is not this machine. Choose others with --port and --host."),
    ],
)
def test_a_host_that_cannot_be_listened_on_is_named(host: str, sentence: str) -> None:
    said = check(host=host)
    assert said.startswith("The gallery cannot listen on ") and host in said and said.endswith(sentence)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", " 127.0.0.1 ", None])  # noqa: S104
def test_a_taken_port_is_named(host: str | None) -> None:
    with taken_port() as port:
        assert f"on port {port}: " in (said := check(host=host, port=port)) and "it is taken" in said


@pytest.mark.parametrize("value", ["", "0", "65536", "-1", "http", "7860.0", "٣", "9" * 5000])
@pytest.mark.parametrize("name", ["GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS"])
def test_a_number_that_gradio_could_not_read_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert check().startswith(f"{name} is '")


@pytest.mark.parametrize(("system", "is_set"), [("posix", True), ("nt", False)])
def test_where_a_second_socket_could_take_over_a_taken_port_the_check_does_not_allow_it(
    monkeypatch: pytest.MonkeyPatch, system: str, is_set: bool
) -> None:
    made: list[int] = []

    class Listener(socket.socket):
        def bind(self, address: object) -> None:
            made.append(self.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))

    monkeypatch.setattr(listening, "os", SimpleNamespace(name=system))
    monkeypatch.setattr("socket.socket", Listener)
    assert reason_not_to_listen("127.0.0.1", 0) == "" and made == [is_set]


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        (["203.0.113.7", "127.0.0.1"], "it is taken"),
        (["127.0.0.1", "203.0.113.7"], "it is taken"),
        (["203.0.113.7", "203.0.113.8"], "the host is not this machine"),
    ],
)
def test_all_addresses_of_a_name_are_tried(monkeypatch: pytest.MonkeyPatch, addresses: list[str], reason: str) -> None:
    with taken_port() as port:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (one, port)) for one in addresses]
        monkeypatch.setattr("socket.getaddrinfo", lambda *asked, **how: found)
        assert reason in reason_not_to_listen("a-name", port)
    # Nobody has the port now: one address that is this machine's is enough.
    assert (reason_not_to_listen("a-name", port) == "") is ("127.0.0.1" in addresses)


def test_a_folder_that_cannot_be_written_ends_the_app_before_the_engine_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    monkeypatch.setattr("app.choose_backend", None)
    for name in ("let_output_fail", "exit_on_signals", "check_surroundings", "import_less"):
        monkeypatch.setattr(f"app.{name}", lambda *settings: None)
    monkeypatch.setattr("app.read_command", lambda: (GallerySettings(), None))
    for place in ("/proc/nowhere", tmp_path / "file", tmp_path / "file" / "below", tmp_path / "circle"):
        monkeypatch.setenv("GRADIO_TEMP_DIR", str(place))
        with pytest.raises(SystemExit) as left:
            app.main()
        said = str(left.value.code)
        assert said.startswith(str(place)) and said.endswith("Set GRADIO_TEMP_DIR to a folder that can.")


def test_where_all_is_right_nothing_is_said() -> None:
    check_surroundings(GallerySettings())
    check_surroundings(GallerySettings(host="::", port=None))


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("proxy", "stays"),
    [
        ("http://proxy.example:3128", True),
        ("proxy.example:3128", True),
        ("socks4://127.0.0.1:1080", False),
        ("nonsense://[", False),
        ("", True),
    ],
)
def test_only_proxies_that_gradio_knows_are_left_and_none_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, proxy: str, stays: bool
) -> None:
    for variable in [one for one in os.environ if one.lower().endswith("_proxy")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv(name, proxy)
    monkeypatch.setenv("NO_PROXY", "internal.example")
    monkeypatch.setenv("no_proxy", "internal.example")
    keep_gradio_off_proxies()
    assert (os.environ.get(name) == proxy) == stays
    said = "" if stays else f"{name} is ignored: it does not name an HTTP proxy. Calls go out directly.\n"
    assert capsys.readouterr().err == said
    assert getproxies()["no"] == "internal.example,localhost,127.0.0.1,::1,::"
    httpx.Client().close()


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_what_needs_no_proxy_is_read_in_either_spelling(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv(name, "internal.example")
    keep_gradio_off_proxies()
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "internal.example,localhost,127.0.0.1,::1,::"


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        {"HTTP_PROXY": f"http://{NO_PROXY_THERE}", "HTTPS_PROXY": f"http://{NO_PROXY_THERE}"},
        {"http_proxy": NO_PROXY_THERE, "no_proxy": "", "ALL_PROXY": f"socks5://{NO_PROXY_THERE}"},
        {"all_proxy": f"socks5h://{NO_PROXY_THERE}", "NO_PROXY": "example.com"},
        {
            "HOME": "/nonexistent",
            "XDG_CACHE_HOME": "/proc/nowhere",
            "HF_HOME": "/proc/nowhere",
            "GRADIO_TEMP_DIR": "",
            "TMPDIR": "/proc/nowhere",
        },
    ],
    ids=lambda variables: "-".join(variables),
)
async def test_the_page_comes_up_and_agents_are_served(variables: dict[str, str]) -> None:
    with processes.app(*NOBODY, **variables) as app:
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=True) as http,
            streamable_http_client(f"{app.url}/gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as agent,
        ):
            assert "Inference Gallery" in (await http.get(app.url)).text
            await agent.initialize()
            answer = await agent.call_tool("text_classification", {"text": "a"})
        assert "The server cannot be reached" in answer.content[0].text  # type: ignore[union-attr]
        assert "Traceback" not in "".join(app.output)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["::", "[::1]", "localhost", "0.0.0.0"])  # noqa: S104
def test_the_page_comes_up_on_every_kind_of_address(host: str) -> None:
    with processes.app(*NOBODY, "--host", host) as app:
        assert "Inference Gallery" in httpx.get(app.url, trust_env=False).text
        assert "Traceback" not in "".join(app.output)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "variables", "sentence"),
    [
        (["--port", "0"], {}, "is not a whole number from 1 to 65535."),
        (["--port", "70000"], {}, "is not a whole number from 1 to 65535."),
        (["--host", "no.such.host.invalid"], {}, "there is no host of this name."),
        ([], {"GRADIO_SERVER_NAME": "no.such.host.invalid"}, "there is no host of this name."),
        ([], {"GRADIO_SERVER_PORT": "http"}, "set it to a whole number from 1 to 65535."),
        ([], {"GRADIO_TEMP_DIR": "/proc/nowhere"}, "Set GRADIO_TEMP_DIR to a folder that can."),
    ],
)
def test_the_app_ends_with_one_line_that_says_why(options: list[str], variables: dict[str, str], sentence: str) -> None:
    command = [sys.executable, "app.py", *NOBODY, *options]
    environment = processes.clean_environment(**variables)
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    (line,) = ended.stderr.splitlines()
    assert ended.returncode > 0 and sentence in line and ended.stdout == ""


def answer_within(seconds: float, url: str) -> httpx.Response:
    """The answer of a server that starts meanwhile."""
    until = time.monotonic() + seconds
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.ConnectError:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.parametrize("output", [">&-", ">&- 2>&- <&-", ">/dev/full 2>&1", "2>&1 | true", "| cat"])
def test_the_page_comes_up_without_a_place_for_its_output(output: str) -> None:
    with taken_port() as port:
        pass
    # The locale has no letters but those of ASCII, and Gradio prints others.
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    command = f"{sys.executable} app.py {' '.join(NOBODY)} --port {port} {output}"
    environment = processes.clean_environment(**variables)
    with subprocess.Popen(
        ["bash", "-c", command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, process_group=0
    ) as shell:
        try:
            assert "Inference Gallery" in answer_within(40, f"http://127.0.0.1:{port}").text
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
