"""Work that takes long ends when nobody waits for it any more."""

import base64
import importlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inference_core.engine.inputs import decode_hook
from inference_core.engine.limits import Limits
from inference_core.engine.models_file import ModelsFile, ModelSpec, read_models
from inference_core.engine.work.stopping import Stopped, stoppable
from tests.support.pretrained import picture, png, tone

SOUND = base64.b64encode(tone(1, 8000)).decode()
PICTURE = base64.b64encode(png(picture())).decode()
TEXT = "the weather is nice"
IRIS = {"table": {f"{one} (cm)": [1] for one in ("sepal length", "sepal width", "petal length", "petal width")}}
LABELS = {"candidate_labels": ["a", "b"]}
WORK: list[tuple[str, Any, dict[str, Any]]] = [
    ("tiny/names", TEXT, {}),
    ("tiny/entails", TEXT, LABELS),
    ("tiny/encoder", TEXT, {}),
    ("tiny/reader", {"question": TEXT, "context": TEXT}, {}),
    ("tiny/summaries", TEXT, {}),
    ("tiny/en-de", TEXT, {}),
    ("tiny/whisper", SOUND, {}),
    ("tiny/letters", SOUND, {}),
    ("tiny/irises", None, IRIS),
    ("tiny/painter", TEXT, {}),
    ("tiny/editor", PICTURE, {"prompt": TEXT}),
    ("tiny/enlarger", PICTURE, {}),
    ("tiny/pictures", PICTURE, {}),
    ("tiny/boxes", PICTURE, {}),
    ("tiny/segments", PICTURE, {}),
    ("tiny/clip", PICTURE, LABELS),
    ("tiny/captions", PICTURE, {}),
    ("tiny/blip", PICTURE, {}),
    ("tiny/vilt", {"question": TEXT, "image": PICTURE}, {}),
    ("tiny/blip-answers", {"question": TEXT, "image": PICTURE}, {}),
    ("tiny/pages", {"question": TEXT, "image": PICTURE}, {"word_boxes": [["cat", [0, 0, 9, 9]]]}),
]


@pytest.mark.parametrize(("id", "inputs", "parameters"), WORK)
def test_nobody_waits(models: Path, id: str, inputs: Any, parameters: dict[str, Any]) -> None:
    (spec,) = (one for one in read_models(models).model if one.id == id)
    task, engine = _loaded(spec)
    sent = {"inputs": inputs, **({"parameters": parameters} if parameters else {})} if inputs else parameters
    body = msgspec.convert(sent, task.body, dec_hook=decode_hook(Limits()))
    with stoppable(lambda: True), pytest.raises(Stopped):
        task.answer(engine, body)


def _loaded(spec: ModelSpec) -> tuple[Any, Any]:
    families = importlib.import_module("inference_core.engine.pretrained.families")
    model = families.models_of(ModelsFile(model=(spec,)))[0]
    return model.tasks[0], model.load()
