import pytest

from inference_core.engine.builtin.drawing.prompts.prompt import SceneReader
from inference_core.engine.builtin.encoder.shared import WordHashing, shared_encoder
from inference_core.engine.contract import CannotAnswer

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
    with pytest.raises(CannotAnswer, match=r"can(not)? be drawn here"):
        reader.read(prompt)


def test_what_is_not_the_subject_is_left_out(reader: SceneReader) -> None:
    assert set(reader.read("a forest path with a squirrel").elements) == {"forest", "road"}


def test_what_is_not_wanted_is_left_out(reader: SceneReader) -> None:
    assert set(reader.read("a beach without palm trees, no clouds", "birds").elements) == {"beach"}
    assert set(reader.read("a lake with birds and boats", "birds").elements) == {"lake", "boat"}


@pytest.mark.parametrize(
    ("prompt", "elements"),
    [
        ("An astronaut riding a horse on the moon.", {"rider", "mount", "moon_surface"}),
        ("Astronaut riding across the lunar surface on a horse", {"rider", "mount", "moon_surface"}),
        ("a horse carrying an astronaut by the sea", {"rider", "mount", "sea"}),
        ("a horse with an astronaut on its back", {"rider", "mount"}),
        ("an astronaut on horseback in the snow", {"rider", "mount", "snow"}),
        ("a horse ridden by an astronaut under the moon", {"rider", "mount", "moon"}),
        ("a horse and an astronaut on the moon", {"horse", "astronaut", "moon_surface"}),
        ("a horse on a hill under the moon", {"horse", "hills", "moon"}),
        ("a castle on the moon", {"castle", "moon_surface"}),
        ("a galloping horse, award winning, trending on artstation", {"horse"}),
    ],
)
def test_words_say_who_rides_and_what_is_ground(reader: SceneReader, prompt: str, elements: set[str]) -> None:
    assert set(reader.read(prompt).elements) == elements


def test_figures_have_the_count_colour_and_pose_that_belong_to_them(reader: SceneReader) -> None:
    elements = reader.read("two astronauts in red suits riding two white horses galloping on the beach").elements
    assert elements["rider"].count == elements["mount"].count == 2
    assert elements["rider"].colours == (RED,) and elements["mount"].colours == (WHITE,)
    assert elements["mount"].pose == "gallop"
    assert reader.read("a white horse and a blue horse").elements["horse"].colours == (WHITE, BLUE)
    assert [reader.read(text).elements["horse"].count for text in ("horse", "a pair of horses", "horses")] == [
        1,
        2,
        None,
    ]


def test_a_rider_without_its_horse_is_drawn_on_foot(reader: SceneReader) -> None:
    assert set(reader.read("an astronaut riding a horse on the moon", "horses").elements) == {
        "astronaut", "moon_surface",
    }  # fmt: skip


@pytest.mark.parametrize(
    "prompt",
    [
        "a horse riding an astronaut",
        "a horse on an astronaut",
        "a castle on a horse",
        "an astronaut riding a pig on the moon",
        "two astronauts riding a horse",
        "an astronaut riding",
        "an astronaut eating pizza",
        "an astronaut holding a flag on the moon",
        "an astronaut sleeping in a meadow",
        "an astronaut without a helmet",
        "an astronaut under the sea",
        "an astronaut on mars",
        "a man riding a horse",
        "a cat astronaut",
        "a horse in a kitchen",
        "a horse in a boat on a lake",
        "a horse inside a castle",
        "a horse flying over the sea",
        "a horse and a cow",
        "a horse wearing a spacesuit",
        "a rocking horse",
        "a donkey on a meadow",
    ],
)
def test_figures_do_and_are_only_what_can_be_drawn(reader: SceneReader, prompt: str) -> None:
    said = r"horses and astronauts that stand, walk or ride|as many astronauts as horses"
    with pytest.raises(CannotAnswer, match=said):
        reader.read(prompt)


def test_the_fallback_encoder_knows_the_names_and_refuses_the_rest() -> None:
    reader = SceneReader(WordHashing())
    assert set(reader.read("snow on the hills").elements) == {"snow", "hills"}
    assert set(reader.read("an astronaut riding a horse on the moon").elements) == {"rider", "mount", "moon_surface"}
    with pytest.raises(CannotAnswer, match="'squirrel'"):
        reader.read("a squirrel")
