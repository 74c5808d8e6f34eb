"""The client's methods on sounds, pictures and tables: what each sends, and how it decodes the answer."""

import base64
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

import huggingface_hub
import numpy as np
import pytest
from PIL import Image

from inference_core import AsyncInferenceClient, InferenceHTTPError, InvalidAnswerError, InvalidInputError
from tests.support.answers import asking, headers_of, json_of, says
from tests.support.media import huge_png, noise_picture, picture_file, sound_file
from tests.support.upstream import Answer, answers, serving

METHODS = [
    "audio_classification",
    "automatic_speech_recognition",
    "document_question_answering",
    "image_classification",
    "image_segmentation",
    "image_to_image",
    "image_to_text",
    "object_detection",
    "tabular_classification",
    "tabular_regression",
    "text_to_image",
    "text_to_speech",
    "visual_question_answering",
    "zero_shot_image_classification",
]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_the_same_parameters_as_that_of_huggingface_hub(method: str) -> None:
    theirs = inspect.signature(getattr(huggingface_hub.AsyncInferenceClient, method)).parameters
    ours = inspect.signature(getattr(AsyncInferenceClient, method)).parameters
    assert [(one.name, one.kind, one.default) for one in ours.values()] == [
        (one.name, one.kind, one.default) for one in theirs.values()
    ]


PICTURE, SOUND = picture_file(), sound_file()
AS_TEXT, SOUND_AS_TEXT = (base64.b64encode(content).decode() for content in (PICTURE, SOUND))
MASK = Image.new("L", (2, 1), 255)
SCORED = [{"label": "cat", "score": 0.5}, {"label": "dog", "score": 0.25}]
BOXED = [{**SCORED[0], "box": {"xmin": 0, "ymin": 1, "xmax": 2.5, "ymax": 3}}]
HEARD = {"text": "Hello.", "chunks": [{"text": "Hello.", "timestamp": [0.0, None]}]}
ON_PAGE = [{"answer": "42", "score": 0.5, "start": 3, "end": 4, "words": [3, 4]}]
LOOKED = [{"answer": "yes", "score": 0.5}]
TABLE = {"a": [1, 2.5], "b": ["x", None]}

Call = Callable[[Any], Awaitable[Any]]

REGRESSION = (lambda client: client.tabular_regression(TABLE), {"table": TABLE}, [1.5, 2], [1.5, 2.0])

# The call of either client, the body sent (bytes: the bare file), what is answered, what is returned.
EXCHANGES: list[tuple[Call, Any, Any, Any]] = [
    (lambda client: client.audio_classification(SOUND), SOUND, SCORED, SCORED),
    (
        lambda client: client.audio_classification(SOUND, top_k=1, function_to_apply="none"),
        {"inputs": SOUND_AS_TEXT, "parameters": {"top_k": 1, "function_to_apply": "none"}},
        SCORED,
        SCORED,
    ),
    (lambda client: client.automatic_speech_recognition(SOUND), SOUND, {"text": "Hello."}, {"text": "Hello."}),
    (lambda client: client.automatic_speech_recognition(SOUND, extra_body={"x": None}), SOUND, HEARD, HEARD),
    (
        lambda client: client.automatic_speech_recognition(SOUND, extra_body={"return_timestamps": True}),
        {"inputs": SOUND_AS_TEXT, "parameters": {"return_timestamps": True}},
        HEARD,
        HEARD,
    ),
    (lambda client: client.image_classification(PICTURE), PICTURE, SCORED, SCORED),
    (
        lambda client: client.image_classification(PICTURE, function_to_apply="sigmoid", top_k=2),
        {"inputs": AS_TEXT, "parameters": {"function_to_apply": "sigmoid", "top_k": 2}},
        SCORED,
        SCORED,
    ),
    (lambda client: client.object_detection(PICTURE), PICTURE, BOXED, BOXED),
    (
        lambda client: client.object_detection(PICTURE, threshold=0.0),
        {"inputs": AS_TEXT, "parameters": {"threshold": 0.0}},
        BOXED,
        BOXED,
    ),
    (
        lambda client: client.image_to_text(PICTURE),
        PICTURE,
        [{"generated_text": "a cat"}],
        {"generated_text": "a cat"},
    ),
    (
        lambda client: client.zero_shot_image_classification(PICTURE, ["cat", "dog"]),
        {"inputs": AS_TEXT, "parameters": {"candidate_labels": ["cat", "dog"]}},
        SCORED,
        SCORED,
    ),
    (
        lambda client: client.zero_shot_image_classification(PICTURE, ["cat", "dog"], hypothesis_template="A {}."),
        {"inputs": AS_TEXT, "parameters": {"candidate_labels": ["cat", "dog"], "hypothesis_template": "A {}."}},
        SCORED,
        SCORED,
    ),
    (
        lambda client: client.document_question_answering(PICTURE, "How many?"),
        {"inputs": {"question": "How many?", "image": AS_TEXT}},
        ON_PAGE,
        ON_PAGE,
    ),
    (
        lambda client: client.document_question_answering(
            PICTURE,
            "How many?",
            doc_stride=1,
            handle_impossible_answer=False,
            lang="de",
            max_answer_len=2,
            max_question_len=3,
            max_seq_len=4,
            top_k=5,
            word_boxes=["a", [0.0, 1.0, 2.0, 3.0]],
        ),
        {
            "inputs": {"question": "How many?", "image": AS_TEXT},
            "parameters": {
                "doc_stride": 1,
                "handle_impossible_answer": False,
                "lang": "de",
                "max_answer_len": 2,
                "max_question_len": 3,
                "max_seq_len": 4,
                "top_k": 5,
                "word_boxes": ["a", [0.0, 1.0, 2.0, 3.0]],
            },
        },
        ON_PAGE,
        ON_PAGE,
    ),
    (
        lambda client: client.visual_question_answering(PICTURE, "A cat?"),
        {"inputs": AS_TEXT, "question": "A cat?", "image": AS_TEXT},
        LOOKED,
        LOOKED,
    ),
    (
        lambda client: client.visual_question_answering(PICTURE, "A cat?", top_k=3),
        {"inputs": AS_TEXT, "parameters": {"top_k": 3}, "question": "A cat?", "image": AS_TEXT},
        LOOKED,
        LOOKED,
    ),
    (lambda client: client.tabular_classification(TABLE), {"table": TABLE}, ["x", "y"], ["x", "y"]),
    REGRESSION,
]

SEGMENTS = json.dumps([{**SCORED[0], "mask": base64.b64encode(picture_file(MASK)).decode()}]).encode()

# The call, the body sent and the body answered, where the answer holds files.
FILES: list[tuple[Call, Any, bytes]] = [
    (lambda client: client.image_segmentation(PICTURE), PICTURE, SEGMENTS),
    (
        lambda client: client.image_segmentation(
            PICTURE, mask_threshold=0.1, overlap_mask_area_threshold=0.2, subtask="semantic", threshold=0.3
        ),
        {
            "inputs": AS_TEXT,
            "parameters": {
                "mask_threshold": 0.1,
                "overlap_mask_area_threshold": 0.2,
                "subtask": "semantic",
                "threshold": 0.3,
            },
        },
        SEGMENTS,
    ),
    (lambda client: client.image_to_image(PICTURE), PICTURE, PICTURE),
    (
        lambda client: client.image_to_image(
            PICTURE,
            "bluer",
            negative_prompt="red",
            num_inference_steps=2,
            guidance_scale=1.5,
            target_size={"width": 3, "height": 4},
            strength=0.5,
            unset=None,
        ),
        {
            "inputs": AS_TEXT,
            "parameters": {
                "prompt": "bluer",
                "negative_prompt": "red",
                "target_size": {"width": 3, "height": 4},
                "num_inference_steps": 2,
                "guidance_scale": 1.5,
                "strength": 0.5,
            },
        },
        PICTURE,
    ),
    (lambda client: client.text_to_image("a hill"), {"inputs": "a hill"}, PICTURE),
    (
        lambda client: client.text_to_image(
            "a hill",
            negative_prompt="a tree",
            height=1,
            width=2,
            num_inference_steps=3,
            guidance_scale=0.5,
            scheduler="x",
            seed=0,
            extra_body={"style": "ink", "seed": 7, "unset": None},
        ),
        {
            "inputs": "a hill",
            "parameters": {
                "negative_prompt": "a tree",
                "height": 1,
                "width": 2,
                "num_inference_steps": 3,
                "guidance_scale": 0.5,
                "scheduler": "x",
                "seed": 7,
                "style": "ink",
            },
        },
        PICTURE,
    ),
    (lambda client: client.text_to_speech("Hi"), {"inputs": "Hi"}, SOUND),
    (
        lambda client: client.text_to_speech(
            "Hi",
            do_sample=False,
            early_stopping="never",
            epsilon_cutoff=0.1,
            eta_cutoff=0.2,
            max_length=1,
            max_new_tokens=2,
            min_length=3,
            min_new_tokens=4,
            num_beam_groups=5,
            num_beams=6,
            penalty_alpha=0.3,
            temperature=0.4,
            top_k=7,
            top_p=0.5,
            typical_p=0.6,
            use_cache=True,
            extra_body={"voice": "de", "inputs": "x", "top_k": 8},
        ),
        {
            "inputs": "Hi",
            "parameters": {
                "do_sample": False,
                "early_stopping": "never",
                "epsilon_cutoff": 0.1,
                "eta_cutoff": 0.2,
                "max_length": 1,
                "max_new_tokens": 2,
                "min_length": 3,
                "min_new_tokens": 4,
                "num_beam_groups": 5,
                "num_beams": 6,
                "penalty_alpha": 0.3,
                "temperature": 0.4,
                "top_k": 8,
                "top_p": 0.5,
                "typical_p": 0.6,
                "use_cache": True,
                "voice": "de",
                "inputs": "x",
            },
        },
        SOUND,
    ),
]


def on_the_wire(body: bytes) -> Any:
    """The body: a bare file as bytes, else the JSON without the empty parameters that huggingface_hub may add."""
    if not body.startswith(b"{"):
        return body
    sent = json.loads(body)
    return {name: value for name, value in sent.items() if (name, value) != ("parameters", {})}


@pytest.mark.parametrize(("call", "sent", "received", "returned"), EXCHANGES)
async def test_a_call_sends_what_was_set_and_returns_the_decoded_answer(
    call: Call, sent: Any, received: Any, returned: Any
) -> None:
    async with asking(answers(received)) as (client, upstream):
        result = await call(client)
        (path, headers, body), *others = upstream.requests
    assert (path, others) == ("/models/some/model", [])
    assert (body if isinstance(sent, bytes) else json.loads(body)) == sent
    assert headers["Content-Type"] in (["image/png", "audio/wav"] if isinstance(sent, bytes) else ["application/json"])
    assert headers["Accept"] == "application/json"
    assert result == returned


@pytest.mark.parametrize(("call", "sent", "received"), FILES)
async def test_a_call_that_is_answered_with_a_file_sends_what_was_set(call: Call, sent: Any, received: bytes) -> None:
    async with asking(says(received)) as (client, upstream):
        await call(client)
        body = upstream.requests[0][2]
    assert (body if isinstance(sent, bytes) else json.loads(body)) == sent


CALLS = [
    *((call, json.dumps(received).encode()) for call, _, received, _ in EXCHANGES),
    *((call, received) for call, _, received in FILES),
]


# huggingface_hub 2.4 has a method for tabular regression, but no provider that it would send it to.
@pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")
@pytest.mark.parametrize(("call", "received"), [one for one in CALLS if one[0] is not REGRESSION[0]])
async def test_huggingface_hub_sends_the_same_and_returns_the_same_values(call: Call, received: bytes) -> None:
    async with serving(says(received)) as upstream:
        async with AsyncInferenceClient(upstream.url) as ours:
            result = await call(ours)
        theirs = huggingface_hub.AsyncInferenceClient(upstream.url, token="hf_a")
        try:
            expected = await call(theirs)
        finally:
            await theirs.close()
        (_, own_headers, own), (_, their_headers, their) = upstream.requests
    assert on_the_wire(own) == on_the_wire(their)
    if their_headers.get("Content-Type") == "application/json":
        assert own_headers["Content-Type"] == "application/json"
    if their_headers["Accept"] != "*/*":
        assert own_headers["Accept"] == their_headers["Accept"]
    assert_alike(result, expected)


def assert_alike(ours: Any, theirs: Any) -> None:
    """The same values by the same names, as far as huggingface_hub has them."""
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for our, their in zip(ours, theirs, strict=True):
            assert_alike(our, their)
    elif isinstance(theirs, Image.Image):
        assert ours.tobytes() == theirs.tobytes()
    elif hasattr(theirs, "__dataclass_fields__"):
        for name in theirs.__dataclass_fields__:
            if getattr(theirs, name) is not None:
                assert_alike(getattr(ours, name), getattr(theirs, name))
    else:
        assert ours == theirs


@pytest.mark.parametrize(
    ("call", "accept"),
    [
        (lambda client: client.text_to_image("a hill"), "image/png"),
        (lambda client: client.image_to_image(PICTURE), "image/png"),
        (lambda client: client.image_to_image(PICTURE, "bluer"), "image/png"),
    ],
)
async def test_a_picture_is_requested_as_png_and_accepted_in_any_format(call: Call, accept: str) -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        async with asking(says(picture_file(kind=kind), content_type="application/octet-stream")) as (client, upstream):
            picture = await call(client)
            assert headers_of(upstream)["accept"] == accept
        assert (picture.format, picture.mode, picture.size) == (kind, "RGB", (12, 8))


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
async def test_speech_is_accepted_in_any_format_and_can_be_sent_on(kind: str) -> None:
    content = sound_file(kind=kind)
    async with asking(says(content, content_type="application/octet-stream")) as (client, upstream):
        speech = await client.text_to_speech("Hi")
        assert headers_of(upstream)["accept"].startswith("audio/*")
        rate, samples = speech.samples()
        assert (speech, rate, samples.dtype) == (content, 16_000, np.float32)
    async with asking(answers({"text": "Hi"})) as (client, upstream):
        await client.automatic_speech_recognition(speech)
        assert upstream.requests[0][2] == content
        assert headers_of(upstream)["content-type"] == speech.mime_type


async def test_segments_have_masks_of_the_pictures_size() -> None:
    async with asking(says(SEGMENTS)) as (client, _):
        (found,) = await client.image_segmentation(PICTURE)
    assert (found.label, found.score, found.mask.mode, found.mask.tobytes()) == ("cat", 0.5, "L", MASK.tobytes())


@pytest.mark.parametrize(
    ("call", "received", "returned"),
    [
        (lambda client: client.audio_classification(SOUND), [SCORED], SCORED),
        (lambda client: client.image_classification(PICTURE), [SCORED], SCORED),
        (lambda client: client.image_classification(PICTURE), [], []),
        (lambda client: client.object_detection(PICTURE), [], []),
        (lambda client: client.automatic_speech_recognition(SOUND), [{"text": "a"}], {"text": "a"}),
        (lambda client: client.image_to_text(PICTURE), {"generated_text": "a"}, {"generated_text": "a"}),
        (
            lambda client: client.document_question_answering(PICTURE, "?"),
            {"answer": "a", "words": [1]},
            [{"answer": "a", "words": [1]}],
        ),
        (lambda client: client.document_question_answering(PICTURE, "?"), [], []),
        (
            lambda client: client.document_question_answering(PICTURE, "?"),
            [{"answer": "a", "boxes": [BOXED[0]["box"]]}],
            [{"answer": "a", "boxes": [BOXED[0]["box"]]}],
        ),
        (lambda client: client.visual_question_answering(PICTURE, "?"), LOOKED[0], LOOKED),
        (lambda client: client.tabular_classification({"a": [1, 2]}), [0, 1.5], ["0", "1.5"]),
    ],
)
async def test_every_other_shape_of_an_answer_is_understood(call: Call, received: Any, returned: Any) -> None:
    async with asking(answers(received)) as (client, _):
        assert await call(client) == returned


PICTURED: list[Call] = [
    lambda client: client.text_to_image("a hill"),
    lambda client: client.image_to_image(PICTURE),
]


@pytest.mark.parametrize("call", PICTURED)
@pytest.mark.parametrize(
    "body", [b'{"error": "out of memory"}', b"", b"<html>", PICTURE[:-30], huge_png()], ids=lambda body: body[:9]
)
async def test_an_answer_that_should_be_a_picture_and_is_not_is_invalid(call: Call, body: bytes) -> None:
    async with asking(says(body)) as (client, _):
        with pytest.raises(InvalidAnswerError, match=r"something other than a usable picture|a web page|out of memory"):
            await call(client)


@pytest.mark.parametrize(("call", "sent", "received", "returned"), EXCHANGES)
@pytest.mark.parametrize("body", [b'{"error": "no"}', b"", b"<html>", PICTURE], ids=lambda body: body[:9])
async def test_a_wrong_answer_is_invalid_for_every_task(
    call: Call, sent: Any, received: Any, returned: Any, body: bytes
) -> None:
    async with asking(says(body)) as (client, _):
        with pytest.raises(InvalidAnswerError):
            await call(client)


@pytest.mark.parametrize(("call", "received"), CALLS)
async def test_a_refusal_is_raised_with_the_servers_words(call: Call, received: bytes) -> None:
    async with asking(answers({"error": ["Too dark."]}, 422)) as (client, _):
        with pytest.raises(InferenceHTTPError, match=r"Too dark\."):
            await call(client)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.zero_shot_image_classification(PICTURE, []),
        lambda client: client.zero_shot_image_classification(PICTURE, ["cat"]),
        lambda client: client.tabular_classification({"a": [1], "b": []}),
        lambda client: client.tabular_regression({"a": [1], "b": []}),
        lambda client: client.tabular_regression({"a": [object()]}),
        lambda client: client.text_to_speech("half a character: \ud83d"),
        lambda client: client.text_to_image("a hill", extra_body={"x": object()}),
        lambda client: client.image_to_image(PICTURE, x=object()),
        lambda client: client.image_to_text("no/such/file"),
        lambda client: client.document_question_answering(b"", "?"),
        lambda client: client.image_to_text(PICTURE, model="not a model"),
    ],
)
async def test_a_call_with_invalid_arguments_is_not_sent(call: Call) -> None:
    async with asking(answers({})) as (client, upstream):
        with pytest.raises(InvalidInputError) as refusal:
            await call(client)
    assert str(refusal.value).endswith(".")
    assert upstream.requests == []


async def test_cells_may_be_numpy_numbers() -> None:
    async with asking(answers([1.5, 2.5])) as (client, upstream):
        await client.tabular_regression({"a": np.array([1, 2]), "b": [np.float64(0.5), None]})
    assert json_of(upstream) == {"table": {"a": [1, 2], "b": [0.5, None]}}


@pytest.mark.parametrize("answer", [answers([{"generated_text": "a"}])])
async def test_a_picture_of_megabytes_arrives_whole_bare_and_in_base64(answer: Answer) -> None:
    large = picture_file(noise_picture((900, 700)))
    assert len(large) > 2**20
    async with asking(answer) as (client, upstream):
        await client.image_to_text(large)
        assert upstream.requests[0][2] == large
        with pytest.raises(InvalidAnswerError):
            await client.image_classification(large, top_k=1)
        assert base64.b64decode(json_of(upstream)["inputs"]) == large
