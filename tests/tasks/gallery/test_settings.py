"""Settings: which source wins, what is refused, and that the token is not shown."""

import pytest

from inference_core.settings.description import GallerySettings, settings_of
from tasks.gallery.settings import chosen_backend, read_settings

NAMES = ("BACKEND", "HOST", "PORT", "TIMEOUT", "THREADS", "QUEUE", "TOKEN")
VARIABLES = [setting.variable for setting in settings_of(GallerySettings) if setting.variable]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_without_any_setting_the_defaults_hold() -> None:
    assert read_settings([]) == GallerySettings()


def test_the_environment_is_read() -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(NAMES, ("local", "0.0.0.0", "7000", "5", "3", "9", "hf_x"), strict=True):  # noqa: S104
            patch.setenv(f"GALLERY_{name}", value)
        read = read_settings([])
    assert (read.backend, read.host, read.port, read.timeout) == ("local", "0.0.0.0", 7000, 5.0)  # noqa: S104
    assert (read.threads, read.queue) == (3, 9)
    assert read.token is not None and read.token.reveal() == "hf_x"


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_PORT", "7000")
    monkeypatch.setenv("GALLERY_BACKEND", "hosted")
    read = read_settings(["--port", "7001", "--backend", "local"])
    assert (read.port, read.backend) == (7001, "local")


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_variable_is_ignored(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "")
    assert read_settings([]) == GallerySettings()


@pytest.mark.parametrize(
    ("said", "has_history"), [("off", False), ("no", False), ("0", False), ("ON", True), ("1", True)]
)
def test_the_history_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, said: str, has_history: bool) -> None:
    assert read_settings(["--history", said]).history is has_history
    monkeypatch.setenv("GALLERY_HISTORY", said)
    assert read_settings([]).history is has_history


def test_auto_means_hosted_with_a_token_and_local_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_backend(read_settings([])) == "local"
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    assert chosen_backend(read_settings([])) == "hosted"
    assert chosen_backend(read_settings(["--backend", "local"])) == "local"
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setenv("GALLERY_TOKEN", "hf_given")
    assert chosen_backend(read_settings([])) == "hosted"


@pytest.mark.parametrize("backend", ["auto", "local", "hosted", "http://127.0.0.1:8080", "https://example.com/m?a=b"])
def test_a_backend_is_a_word_or_a_url(backend: str) -> None:
    assert read_settings(["--backend", backend]).backend == backend


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("backend", "lokal"),
        ("backend", "https://"),
        ("backend", "http://["),
        ("backend", "ftp://example.com"),
        ("port", "http"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "-1"),
        ("timeout", "0"),
        ("timeout", "nan"),
        ("timeout", "inf"),
        ("threads", "0"),
        ("threads", "1.5"),
        ("queue", "-3"),
        ("upload", "0"),
        ("pixels", "many"),
        ("audio", "-1"),
        ("cells", "9" * 5000),
    ],
)
@pytest.mark.parametrize("source", ["command line", "environment"])
def test_a_wrong_value_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, value: str, source: str
) -> None:
    if source == "environment":
        monkeypatch.setenv(f"GALLERY_{option.upper()}", value)
    with pytest.raises(SystemExit) as left:
        read_settings([f"--{option}={value}"] if source == "command line" else [])
    (output,) = capsys.readouterr().err.splitlines()
    named = f"--{option}" if source == "command line" else f"GALLERY_{option.upper()}"
    assert left.value.code == 2
    assert output.startswith(f"app.py: Invalid value for '{named}': ") and output.endswith(".")


def test_the_help_explains_every_setting_and_shows_no_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GALLERY_TOKEN", "hf_secret")
    with pytest.raises(SystemExit) as left:
        read_settings(["--help"])
    output = capsys.readouterr().out
    assert left.value.code == 0
    assert all(setting.option in output and setting.variable in output for setting in settings_of(GallerySettings))
    assert "--open" in output and "hf_secret" not in output


def test_no_repr_shows_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_TOKEN", "hf_secret")
    read = read_settings([])
    assert "hf_secret" not in f"{read} {read!r} {vars(type(read))} {read.variables()}"


def test_a_token_on_the_command_line_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        read_settings(["--token", "hf_secret"])
    output = capsys.readouterr().err
    assert left.value.code == 2
    assert "--token" in output and "hf_secret" not in output


@pytest.mark.parametrize("variable", ["GALLERY_OPEN", "GALLERY_DEADLINE"])
def test_variables_of_options_that_have_none_are_not_read(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "1")
    assert read_settings([]) == GallerySettings()
    assert read_settings(["--open"]).open


def test_models_of_ones_own_mean_the_local_engine_also_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_TOKEN", "hf_given")
    assert chosen_backend(read_settings(["--models", "default"])) == "local"
    assert chosen_backend(read_settings(["--models", "default", "--backend", "local"])) == "local"


@pytest.mark.parametrize("backend", ["hosted", "https://models.example"])
def test_models_of_ones_own_with_another_backend_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], backend: str
) -> None:
    monkeypatch.setenv("GALLERY_MODELS", "default")
    with pytest.raises(SystemExit) as left:
        read_settings(["--backend", backend])
    assert left.value.code == 2
    assert "--models is for the local engine" in capsys.readouterr().err
