import pytest

from inference_core.engine.builtin.measured.answers import _ANSWERS
from inference_core.engine.builtin.measured.questions import _TOPICS, Question, understand


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What's the predominant color?", Question("colours")),
        ("Which colours can you see?", Question("colours")),
        ("what colour does the background have", Question("background colour")),
        ("Is the background grey?", Question("background named colours", ("grey",))),
        ("Is there any pink in it?", Question("any named colour", ("pink",))),
        ("Is it mainly brown?", Question("named colours", ("brown",))),
        ("Is the image more red or more green?", Question("named colours", ("red", "green"))),
        ("Is the photo black and white?", Question("black and white")),
        ("Is this picture in color?", Question("in colour")),
        ("Is this image very colourful?", Question("colourful")),
        ("Is the photograph underexposed?", Question("dark")),
        ("Is it bright?", Question("bright")),
        ("Is it dark or bright?", Question("light")),
        ("What is written in the image?", Question("reading")),
        ("Please read the text", Question("reading")),
        ("Are there any words in this picture?", Question("text")),
        ("How many words are there?", Question("number of words")),
        ("How many lines of text do you see?", Question("number of lines")),
        ("How many human faces are visible?", Question("number of faces")),
        ("Do you see a face?", Question("face")),
        ("Is anybody in the picture?", Question("person")),
        ("How many people are shown?", Question("number of people")),
        ("What type of image is this?", Question("kind")),
        ("Is it a drawing or a photograph?", Question("kind", ("drawing", "photo"))),
        ("Is the picture in portrait or landscape format?", Question("orientation", ("portrait", "landscape"))),
        ("How wide is the image?", Question("width")),
        ("What is the height of the picture in pixels?", Question("height")),
        ("What is the resolution?", Question("size")),
        ("Does it contain a QR code?", Question("QR code")),
    ],
)
def test_questions_about_the_picture_itself_are_understood(question: str, asked: Question) -> None:
    found = understand(question)
    assert found is not None and found.topic == asked.topic
    assert not asked.choices or found.choices == asked.choices


@pytest.mark.parametrize(
    "question",
    [
        "What breed is the dog?",
        "What colour is the car?",
        "What colour is her hair?",
        "Is the sky blue?",
        "Is the traffic light red?",
        "Is the white horse running?",
        "Is it dark outside?",
        "Is the lamp bright?",
        "What is this?",
        "What is in this photo?",
        "What is in the background?",
        "What does the sign say?",
        "What language is the text?",
        "Who wrote the text?",
        "What is the text about?",
        "How many dogs are there?",
        "How many people are sitting?",
        "Is the person smiling?",
        "Is there a man?",
        "What kind of dog is it?",
        "What sort of drawing is this?",
        "What does the chart show?",
        "Is this a landscape?",
        "Is this a portrait?",
        "Is the picture a landscape?",
        "Is this photo a portrait?",
        "Do people like it?",
        "How tall is it?",
        "How big is the house in the picture?",
        "Where was this photo taken?",
        "When was the picture taken?",
        "Who painted this?",
        "What is the number in the picture?",
        "How many are in the picture?",
        "How many lines are there?",
        "Is it printed?",
        "Is the document scanned?",
        "What kind of screen is this?",
        "Is it vertical?",
        "Is there no text?",
        "Is the picture not dark?",
        "",
        "?!",
        "Quelle est la couleur du chien ?",
    ],
)
def test_one_word_about_anything_else_makes_a_question_unanswerable(question: str) -> None:
    assert understand(question) is None


def test_every_topic_has_an_answer() -> None:
    assert set(_TOPICS) == set(_ANSWERS)
