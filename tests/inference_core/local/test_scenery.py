import pytest

from inference_core.local.contract import Refusal
from inference_core.local.encoder import WordHashing, shared_encoder
from inference_core.local.scenery.prompt import SceneReader

RED, WHITE, BLUE = (206, 48, 44), (248, 248, 246), (58, 112, 206)


@pytest.fixture(scope="module")
def reader() -> SceneReader:
    encoder = shared_encoder()
    if "MiniLM" not in encoder.name:
        pytest.skip("the encoder's files are not on this machine")
    return SceneReader(encoder)


def test_colours_and_counts_belong_to_the_element_after_them(reader: SceneReader) -> None:
    elements = reader.read("three red and white boats on a blue lake with trees").elements
    assert elements["boat"].count == 3 and elements["boat"].colours == (RED, WHITE)
    assert elements["lake"].colours == (BLUE,)
    assert elements["tree"].count is None and not elements["tree"].colours


def test_a_colour_after_is_belongs_to_the_element_before(reader: SceneReader) -> None:
    elements = reader.read("the sky is red and the mountains are blue").elements
    assert elements["sky"].colours == (RED,) and elements["mountains"].colours == (BLUE,)


def test_colours_without_an_element_are_kept(reader: SceneReader) -> None:
    assert reader.read("abstract art in red, white and blue").loose_colours == (RED, WHITE, BLUE)


@pytest.mark.parametrize(
    ("prompt", "element"),
    [("forestland", "forest"), ("a seafront", "sea"), ("the chateau", "castle"), ("a brooklet", "river")],
)
def test_unknown_words_are_taken_for_the_nearest_element(reader: SceneReader, prompt: str, element: str) -> None:
    assert element in reader.read(prompt)


@pytest.mark.parametrize(
    "prompt", ["a trumpet", "a squirrel", "mathematics", "mountain lion", "a train crossing a bridge"]
)
def test_the_subject_must_be_drawable(reader: SceneReader, prompt: str) -> None:
    with pytest.raises(Refusal, match="can be drawn here"):
        reader.read(prompt)


def test_what_is_not_the_subject_is_left_out(reader: SceneReader) -> None:
    assert set(reader.read("a forest path with a squirrel").elements) == {"forest", "road"}


def test_what_is_not_wanted_is_left_out(reader: SceneReader) -> None:
    assert set(reader.read("a beach without palm trees, no clouds", "birds").elements) == {"beach"}
    assert set(reader.read("a lake with birds and boats", "birds").elements) == {"lake", "boat"}


def test_the_fallback_encoder_knows_the_names_and_refuses_the_rest() -> None:
    reader = SceneReader(WordHashing())
    assert set(reader.read("snow on the hills").elements) == {"snow", "hills"}
    with pytest.raises(Refusal, match="'squirrel'"):
        reader.read("a squirrel")
