"""Trials of tasks with photographs: what they show, where it is, and what was asked to be done with them."""

import base64
import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.edits import DONE
from tests.benchmarks.judging.item_files import installed, items, package_file
from tests.benchmarks.judging.levels import CONFIDENTLY_WRONG, SHARE, SHARE_BY_PROXY, Rule
from tests.benchmarks.judging.made_pictures import file_of, made_picture
from tests.benchmarks.judging.measures import Box, has_word, overlap
from tests.benchmarks.judging.trials import Body, Row, Trial, asked, each

_CLASSES, _ZERO_SHOT = "image-classification", "zero-shot-image-classification"
_SEGMENTS, _CAPTIONS, _OBJECTS = "image-segmentation", "image-to-text", "object-detection"
_QUESTIONS, _EDITS, _DRAWINGS = "visual-question-answering", "image-to-image", "text-to-image"
_SOURCE = "photographs of foolbox, scikit-image, imgaug, Gradio and scikit-learn, labelled by hand"
_UNSURE = "not sure"
_KINDS = {"photo", "drawing", "document", "screenshot", "chart"}
_OVERLAP = 0.5
_NEW = "foolbox"
_CAT = {"package": "skimage", "path": "data/chelsea.png"}

Picture = tuple[dict[str, Any], Path]


def trials(engine: Engine) -> Iterator[Trial]:
    """Without foolbox, imgaug and scikit-image, with the few photographs that are left; two tasks then have none."""
    read = items("pictures")
    pictures = installed(read["pictures"])
    yield from _classification(engine, read, [one for one in pictures if one[0]["names"]])
    for group in _groups(pictures):
        yield _zero_shot(engine, group)
        yield _captions(engine, group)
        yield _visual_questions(engine, group)
    yield _attributes(engine)
    yield _segmentation(engine, [one for one in pictures if "box" in one[0]])
    if with_objects := [one for one in pictures if "object" in one[0]]:
        yield _detection(engine, with_objects)
    if cat := package_file(_CAT):
        yield _edits(engine, cat)
    yield _drawings(engine)


@dataclass(frozen=True, slots=True)
class _Group:
    """Photographs, how the table names them, and whether their figures count for the level."""

    pictures: Sequence[Picture]
    name: str
    rule: Rule | None


def _groups(pictures: Sequence[Picture]) -> Iterator[_Group]:
    """Those of foolbox, and all others: with these, thresholds of models were chosen, so they count only if need be."""
    new = [one for one in pictures if one[0]["package"] == _NEW]
    others = [one for one in pictures if one not in new]
    if new:
        yield _Group(new, "new photos", SHARE)
    yield _Group(others, "other photos", None if new else SHARE)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _uploads(pictures: Sequence[Picture]) -> list[Body]:
    return [{"inputs": _base64(path.read_bytes())} for _, path in pictures]


def _classification(engine: Engine, read: Mapping[str, Any], named: Sequence[Picture]) -> Iterator[Trial]:
    trial = partial(Trial, task=_CLASSES, source=_SOURCE)
    for group in _groups(named):
        best, among_five = (
            [partial(_is_named, item["names"], among=most) for item, _ in group.pictures] for most in (1, 5)
        )
        bodies = _uploads(group.pictures)
        yield trial(
            measure=f"named right, {group.name}", outcome=asked(engine, _CLASSES, bodies, each(best)), rule=group.rule
        )
        yield trial(
            measure=f"named right among five, or “not sure”, {group.name}",
            outcome=asked(engine, _CLASSES, bodies, each(among_five, if_refused=1.0)),
        )
    yield _outside(engine, read)
    bodies = _uploads(named)
    kinds = [*(["photo"] * len(named)), *read["kinds"].values()]
    made: list[Body] = [{"inputs": _base64(made_picture(name))} for name in read["kinds"]]
    yield trial(
        measure="kind of picture right",
        outcome=asked(engine, _CLASSES, [*bodies, *made], each([partial(_is_kind, kind) for kind in kinds])),
    )


def _is_unsure(answer: Sequence[Mapping[str, Any]]) -> bool:
    return not answer or _UNSURE in answer[0]["label"].lower()


def _is_named(names: Sequence[str], answer: Sequence[Mapping[str, Any]], among: int) -> bool:
    """Whether one of the best labels, or of the names that a label lists with commas, is accepted."""
    if _is_unsure(answer):
        return among > 1
    given = {name.strip().lower() for one in answer[:among] for name in (one["label"], *one["label"].split(","))}
    return not given.isdisjoint(names)


def _is_kind(kind: str, answer: Sequence[Mapping[str, Any]]) -> bool:
    return bool(answer) and answer[0]["label"].lower() == kind


def _outside(engine: Engine, read: Mapping[str, Any]) -> Trial:
    """A kind of picture, such as "chart", is an answer too: it is wrong only where the items say another kind."""
    outside, kinds = read["outside"], read["kinds"]

    def is_wrong(accepted: set[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        surely = not _is_unsure(answer) and answer[0]["score"] >= outside["confident"]
        return surely and answer[0]["label"].lower() not in accepted

    files = [(path.read_bytes(), _KINDS) for _, path in installed(outside["pictures"])]
    files += [(made_picture(name), {kinds[name]} if name in kinds else _KINDS) for name in outside["made"]]
    bodies: list[Body] = [{"inputs": _base64(content)} for content, _ in files]
    return Trial(
        task=_CLASSES,
        measure="sure and wrong, outside its classes",
        outcome=asked(engine, _CLASSES, bodies, each([partial(is_wrong, accepted) for _, accepted in files])),
        trivial=1.0,
        rule=CONFIDENTLY_WRONG,
        source="pictures of scikit-image and Gradio, and drawn ones, that no class of ImageNet fits",
        less_is_better=True,
    )


def _shuffled(labels: Sequence[str]) -> list[str]:
    return random.Random(labels[0]).sample(labels, len(labels))


def _first_is(label: str, answer: Sequence[Mapping[str, Any]]) -> bool:
    return bool(answer) and answer[0]["label"] == label


def _choices(content: bytes, labels: Sequence[str]) -> Body:
    return {"inputs": _base64(content), "parameters": {"candidate_labels": _shuffled(labels)}}


def _zero_shot(engine: Engine, group: _Group) -> Trial:
    bodies = [_choices(path.read_bytes(), item["labels"]) for item, path in group.pictures]
    judges = [partial(_first_is, item["labels"][0]) for item, _ in group.pictures]
    return Trial(
        task=_ZERO_SHOT,
        measure=f"right one of five labels, {group.name}",
        outcome=asked(engine, _ZERO_SHOT, bodies, each(judges)),
        trivial=0.2,
        rule=group.rule,
        source=_SOURCE,
    )


def _attributes(engine: Engine) -> Trial:
    described = items("attributes")["labels"]
    asked_about = [
        (item, path) for item in described if (path := "package" in item and package_file(item)) or "made" in item
    ]
    bodies = [_choices(file_of(item, path or None), item["labels"]) for item, path in asked_about]
    return Trial(
        task=_ZERO_SHOT,
        measure="right label about light, colour, kind or faces",
        outcome=asked(
            engine, _ZERO_SHOT, bodies, each([partial(_first_is, item["labels"][0]) for item, _ in asked_about])
        ),
        source="drawn pictures and photographs of scikit-image and foolbox",
    )


def _segmentation(engine: Engine, pictures: Sequence[Picture]) -> Trial:
    judges = [partial(_finds, item["box"]) for item, _ in pictures]
    return Trial(
        task=_SEGMENTS,
        measure="a region is where the main object is (box, overlap of half)",
        outcome=asked(engine, _SEGMENTS, _uploads(pictures), each(judges)),
        rule=SHARE_BY_PROXY,
        source=f"{_SOURCE}, with boxes by hand",
    )


def _finds(box: Box, answer: Sequence[Mapping[str, Any]]) -> bool:
    return any(overlap(box, _box_of(one["mask"])) >= _OVERLAP for one in answer)


def _box_of(mask: str) -> Box:
    """The box around a mask, as shares of the picture's sides."""
    inside = np.asarray(Image.open(io.BytesIO(base64.b64decode(mask))).convert("L")) > 127
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    height, width = inside.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def _captions(engine: Engine, group: _Group) -> Trial:
    def names_it(words: Sequence[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        return has_word(answer[0]["generated_text"], words)

    judges = [partial(names_it, item["words"]) for item, _ in group.pictures]
    return Trial(
        task=_CAPTIONS,
        measure=f"caption names what is shown, {group.name}",
        outcome=asked(engine, _CAPTIONS, _uploads(group.pictures), each(judges)),
        rule=group.rule,
        source=_SOURCE,
    )


def _detection(engine: Engine, pictures: Sequence[Picture]) -> Trial:
    def finds(labels: Sequence[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        return any(one["label"].lower() in labels for one in answer)

    return Trial(
        task=_OBJECTS,
        measure="main object found (without its place)",
        outcome=asked(
            engine, _OBJECTS, _uploads(pictures), each([partial(finds, item["object"]) for item, _ in pictures])
        ),
        rule=SHARE,
        source=_SOURCE,
    )


def _visual_questions(engine: Engine, group: _Group) -> Trial:
    def is_right(words: Sequence[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        return bool(answer) and has_word(answer[0]["answer"], words)

    judges = [partial(is_right, item["answers"]) for item, _ in group.pictures]
    bodies: list[Body] = [
        {"inputs": {"image": _base64(path.read_bytes()), "question": item["question"]}} for item, path in group.pictures
    ]
    return Trial(
        task=_QUESTIONS,
        measure=f"answer right, about what is shown, {group.name}",
        outcome=asked(engine, _QUESTIONS, bodies, each(judges)),
        rule=group.rule,
        source=_SOURCE,
    )


def _edits(engine: Engine, cat: Path) -> Trial:
    prompts = items("edits")["prompts"]
    picture = cat.read_bytes()
    before = _pixels(picture)

    def judge(prompt: Mapping[str, str]) -> Callable[[bytes], bool]:
        # Nothing here can tell whether a hat is on the cat; no built-in model can put it there.
        return lambda answer: "done" in prompt and bool(DONE[prompt["done"]](before, _pixels(answer)))

    bodies: list[Body] = [{"inputs": _base64(picture), "parameters": {"prompt": one["text"]}} for one in prompts]
    return Trial(
        task=_EDITS,
        measure="done as asked, as far as a program can tell",
        outcome=asked(engine, _EDITS, bodies, each([judge(prompt) for prompt in prompts])),
        rule=SHARE_BY_PROXY,
        source="own requests about a photograph of scikit-image; half of them need a generative model",
    )


def _pixels(content: bytes) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), np.float64)


def _drawings(engine: Engine) -> Trial:
    prompts = items("drawings")["prompts"]

    def rows(answers: Sequence[Answer]) -> list[Row]:
        return [(float(answer.content is not None),) for answer in answers]

    return Trial(
        task=_DRAWINGS,
        measure="a picture comes (what it shows is not measured)",
        outcome=asked(engine, _DRAWINGS, [{"inputs": prompt} for prompt in prompts], rows),
        source="own prompts; no program here can judge a picture",
    )
