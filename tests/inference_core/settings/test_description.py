"""The description of the settings: units, derived values, and what the client must not load for it."""

import pytest

from inference_core.engine.limits import Limits, limits_of
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import EngineSettings, GallerySettings, settings_of


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in settings_of(GallerySettings):
        monkeypatch.delenv(setting.variable or "GALLERY", raising=False)


def read(*arguments: str) -> EngineSettings:
    return read_settings(EngineSettings, arguments, program="engine", about="", notes="")[0]


@pytest.mark.parametrize(
    ("timeout", "deadline"), [(120, 117.6), (50, 49), (10, 9), (2, 1), (1, 0.5), (0.001, 0.0005), (1000, 980)]
)
def test_the_engine_gives_up_before_its_caller_does(timeout: float, deadline: float) -> None:
    assert EngineSettings(timeout=timeout).deadline == pytest.approx(deadline)


def test_limits_count_in_bytes_and_pixels_what_people_write_in_mib_and_megapixels() -> None:
    settings = EngineSettings(timeout=60.0, threads=3, queue=9, upload=1.5, pixels=0.25, audio=7.5, cells=8)
    assert limits_of(settings) == Limits(
        threads=3, waiting=9, deadline=58.8, upload=1_572_864, pixels=250_000, audio=7.5, cells=8
    )
    assert limits_of(EngineSettings()) == Limits()


def test_the_smallest_amounts_are_not_rounded_to_zero() -> None:
    limits = limits_of(EngineSettings(upload=1e-9, pixels=1e-9))
    assert (limits.upload, limits.pixels) == (1, 1)


def test_an_engine_reads_from_the_environment_what_the_app_has_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = GallerySettings(
        timeout=0.1,
        threads=3,
        queue=0,
        upload=1 / 3,
        intake=9.5,
        pixels=1e-5,
        audio=7.5,
        cells=10**6,
        backend="hosted",
        port=7000,
    )
    for variable, value in decided.variables().items():
        monkeypatch.setenv(variable, value)
    assert read() == EngineSettings(
        timeout=0.1, threads=3, queue=0, upload=1 / 3, intake=9.5, pixels=1e-5, audio=7.5, cells=10**6
    )


def test_an_engine_does_not_read_where_the_gallery_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_PORT", "http")
    monkeypatch.setenv("GALLERY_BACKEND", "nobody")
    assert read() == EngineSettings()


def test_a_setting_of_the_engine_has_one_name_in_both_programs() -> None:
    gallery, engine = settings_of(GallerySettings), settings_of(EngineSettings)
    assert [setting for setting in gallery if setting in engine] == engine
