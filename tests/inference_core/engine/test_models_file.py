"""models.toml: what it may say, what is refused in a sentence, and the list that comes along."""

from pathlib import Path

import pytest

from inference_core.engine.models_file import UnusableModels, default_models, read_models
from inference_core.engine.pretrained import models_of
from tasks.registry import all_tasks

TABLE = '[[model]]\nid = "acme/a"\ntask = "fill-mask"\n'
NOT_IN_THE_LIST = {"text-to-speech", "tabular-classification", "tabular-regression"}


def written(folder: Path, text: str) -> Path:
    file = folder / "models.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_list_that_comes_along_has_a_model_for_every_task_that_one_can_be_had_for() -> None:
    models = models_of(read_models(default_models()))
    served = [task.id for model in models for task in model.tasks]
    assert sorted(served) == sorted({task.id for task in all_tasks()} - NOT_IN_THE_LIST)


def test_a_source_is_the_id_unless_it_is_said_or_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a").mkdir()
    beside, named = read_models(
        written(tmp_path, TABLE + '[[model]]\nid = "b"\ntask = "fill-mask"\nsource = "x/y"\n')
    ).model
    assert (beside.source, named.source) == (str(tmp_path / "acme" / "a"), "x/y")


def test_limits_have_defaults(tmp_path: Path) -> None:
    limits = read_models(written(tmp_path, TABLE + "[limits]\nqueue = 3\n")).limits
    assert (limits.memory, limits.idle_unload, limits.queue) == (None, 600.0, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[model]\n", "is not TOML"),
        ('[[model]]\nid = "acme/a"\n', 'the model acme/a has no task; say, for instance, task = "text-classification"'),
        (TABLE + "colour = 3\n", "unknown field `colour`"),
        (TABLE + 'revision = "main"\n', "revision"),
        (TABLE + 'dtype = "int4"\n', "dtype"),
        ("[limits]\nmemory = 0\n", "memory"),
        (TABLE.replace("fill-mask", "juggling"), "The model acme/a has the task juggling, but there are: audio-class"),
        (TABLE + 'tasks = ["translation"]\n', "No model can do fill-mask and translation at once"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnusableModels) as refused:
        models_of(read_models(written(tmp_path, text)))
    assert sentence in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableModels, match="cannot be read: No such file"):
        read_models(tmp_path / "nothing.toml")
