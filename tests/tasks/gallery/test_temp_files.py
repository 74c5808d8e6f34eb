"""The folder of temporary files: what is deleted when, and what is not touched."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.gallery import temp_files
from tasks.gallery.temp_files import KEPT, SPARED, own_folder, sweep

HOUR, MUCH = 3600, 2**40


def file(path: Path, seconds_ago: float = 0, size: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"." * size)
    moved(path, seconds_ago)
    return path


def moved(path: Path, seconds_ago: float) -> None:
    then = time.time() - seconds_ago
    os.utime(path, (then, then), follow_symlinks=False)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() or path.is_symlink()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "temporary"))
    with own_folder() as folder:
        yield folder


def test_what_is_older_than_an_hour_is_deleted_wherever_it_lies(folder: Path) -> None:
    assert KEPT == HOUR
    for name in ("hash/drawn.png", "tmpabcdefgh", "deep_links/a/state.json", "hash/.staged", "a/b/c/d"):
        file(folder / f"{name}.old", HOUR + 5)
        file(folder / f"{name}.new", HOUR - 5)
    deleted, _ = sweep(folder, MUCH)
    assert len(deleted) == 5 and all(path.endswith(".old") for path in deleted)
    assert files(folder) == {"drawn.png.new", "tmpabcdefgh.new", "state.json.new", ".staged.new", "d.new"}


def test_what_is_too_much_is_deleted_oldest_first_but_not_what_is_in_use(folder: Path) -> None:
    for age in (50, 100, 150, 200, 250):
        file(folder / str(age) / f"{age}", age, size=100)
    sweep(folder, 320)
    assert files(folder) == {"50", "100", "150"}
    sweep(folder, 0)
    assert files(folder) == {"50", "100"}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2 * HOUR), st.integers(0, 1000)), max_size=8), st.integers(0, 4000))
def test_a_sweep_leaves_as_much_as_it_may(made: list[tuple[int, int]], most: int) -> None:
    with TemporaryDirectory() as given_folder:
        folder = Path(given_folder)
        for number, (age, size) in enumerate(made):
            file(folder / f"{number}" / f"{number}", age + 0.5, size)
        paths, size = sweep(folder, most)
        deleted = {int(Path(path).name) for path in paths}
        left = {int(name) for name in files(folder)}
        assert size == sum(made[number][1] for number in left)
        assert left.isdisjoint(deleted) and len(left) + len(deleted) == len(made)
        assert all(made[number][0] < HOUR for number in left)
        assert all(made[number][0] >= SPARED for number in deleted)
        young_enough = [number for number in deleted if made[number][0] < HOUR]
        assert sum(made[number][1] for number in left) <= most or all(made[number][0] < SPARED for number in left)
        for number in young_enough:  # deleted for its size, so with it there would be too much
            newer = [other for other in left | set(young_enough) if made[other][0] <= made[number][0]]
            assert sum(made[other][1] for other in newer) > most


def test_links_are_deleted_and_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = file(tmp_path / "outside" / "old.txt", 2 * HOUR)
    for name, target in {"to_file": outside, "to_folder": outside.parent, "to_nothing": tmp_path / "nothing"}.items():
        (folder / name).symlink_to(target)
        moved(folder / name, 2 * HOUR)
    assert len(sweep(folder, 0)[0]) == 3
    assert outside.exists() and not files(folder)


def test_an_empty_folder_goes_when_nobody_is_about_to_fill_it(folder: Path) -> None:
    (folder / "new").mkdir()
    (folder / "old" / "older").mkdir(parents=True)
    for path in (folder / "old" / "older", folder / "old"):
        moved(path, SPARED + 5)
    sweep(folder, MUCH)
    sweep(folder, MUCH)
    assert [path.name for path in folder.iterdir()] == ["new"]
    (folder / "hash" / "inner").mkdir(parents=True)
    file(folder / "hash" / "inner" / "a.png")
    moved(folder / "hash", SPARED + 5)
    sweep(folder, MUCH)
    assert files(folder) == {"a.png"}


def test_a_file_that_is_written_again_while_the_folder_is_read_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(folder / "hash" / "a.png", 2 * HOUR)
    listed = temp_files._files
    monkeypatch.setattr(temp_files, "_files", lambda *more, **named: [*listed(*more, **named), path.touch()][:-1])
    sweep(folder, MUCH)
    assert path.exists()


def test_of_other_galleries_only_what_is_too_old_goes_and_nothing_of_other_programs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder.parents[1]))
    with own_folder() as other:
        assert other.parent == folder.parent and other != folder
        theirs = [file(other / "hash" / "new.png", HOUR - 60, size=10_000), file(other / "hash" / "old.png", 2 * HOUR)]
        others = file(folder.parents[1] / "hash" / "drawn.png", 2 * HOUR)
        sweep(folder, 100)
        assert [path.exists() for path in theirs] == [True, False] and others.exists()
        theirs[0].unlink()
        theirs[0].parent.rmdir()
        moved(other, 2 * HOUR)
        sweep(other, MUCH)  # a live gallery touches its folder, a killed one does not
        sweep(folder, MUCH)
        assert other.exists()
        moved(other, 2 * HOUR)
        sweep(folder, MUCH)
        assert not other.exists() and others.exists()


def test_a_gallery_that_ends_takes_its_own_files_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with own_folder() as first:
        kept = file(first / "hash" / "a.png")
        monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
        with own_folder() as second:
            assert os.environ["GRADIO_TEMP_DIR"] == str(second)
            file(second / "hash" / "a.png")
        assert not second.exists() and kept.exists()
        assert sys.platform == "win32" or first.stat().st_mode & 0o077 == 0


def test_without_a_given_place_it_is_where_gradio_would_put_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    monkeypatch.setattr(temp_files, "gettempdir", lambda: str(tmp_path))
    with own_folder() as folder:
        assert folder.parent == tmp_path.resolve() / "gradio" / "inference-gallery"
    assert "GRADIO_TEMP_DIR" not in os.environ


@pytest.mark.parametrize("taken", ["", "inference-gallery"])
def test_a_place_where_nothing_can_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    file(tmp_path / "place" / taken if taken else tmp_path / "place")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "place"))
    said = r"cannot be written: .+\. Set GRADIO_TEMP_DIR to a folder that can\.$"
    with pytest.raises(SystemExit, match=said), own_folder():
        pass


def test_without_any_folder_for_temporary_files_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    monkeypatch.setattr(temp_files, "gettempdir", none)
    said = "^The folder for temporary files cannot be written: No usable temporary directory found"
    with pytest.raises(SystemExit, match=said), own_folder():
        pass
