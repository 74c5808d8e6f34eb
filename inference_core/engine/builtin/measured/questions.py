"""What a question asks about a picture. It is strict: a single word about something not measured is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inference_core.engine.builtin.measured.vocabulary import COLOURS, question_words, words

_YES_OR_NO = frozenset({"is", "are", "was", "does", "do", "did", "has", "have", "can", "could", "any"})
_WHAT = frozenset({"what", "what's", "whats", "which", "name", "give", "tell"})
_PICTURES = frozenset({"picture", "image", "file"})
_IN_PIXELS = "pixel pixels resolution megapixel megapixels"
_KIND_NAMES: Mapping[str, str] = {
    "photo": "photo",
    "photograph": "photo",
    "drawing": "drawing",
    "illustration": "drawing",
    "document": "document",
    "screenshot": "screenshot",
    "chart": "chart",
    "graph": "chart",
}


_FORMAT_NAMES: Mapping[str, str] = {
    "portrait": "portrait",
    "upright": "portrait",
    "vertical": "portrait",
    "taller": "portrait",
    "landscape": "landscape",
    "horizontal": "landscape",
    "wider": "landscape",
    "square": "square",
}

_COLOUR_NAMES: Mapping[str, str] = {name: name for name in COLOURS}
_DARK = "dark dim gloomy underexposed"
_BRIGHT = "bright lit overexposed"
_PEOPLE = "person persons people human humans anyone anybody someone somebody"


@dataclass(frozen=True, slots=True)
class Question:
    """`topic` names what is asked; `choices` are the colours, kinds or formats that it names."""

    topic: str
    choices: tuple[str, ...] = ()


def understand(question: str) -> Question | None:
    """What the question asks; None if it is, or may be, about what the picture shows."""
    asked = _Asked(question)
    found = (Question(topic, asked.choices(topic)) for topic, fits in _TOPICS.items() if fits(asked))
    return next(found, None)


class _Asked:
    """A question's words; `content` are those without the words that any question may have."""

    def __init__(self, question: str) -> None:
        self.words = words(question)
        self.content = frozenset(self.words) - question_words("any")
        self.without_picture = self.content - question_words("picture")
        self.names_picture = self.content != self.without_picture or not _PICTURES.isdisjoint(self.words)
        first = self.words[0] if self.words else ""
        self.asks_yes_or_no = first in _YES_OR_NO
        self.asks_what = first in _WHAT or {"what", "which"} & set(self.words) != set()
        self.asks_for_number = {"how", "many"} <= set(self.words) or "number" in self.words
        self.chooses = "or" in self.words
        self.is_about_presence = not {"any", "there", "contain", "have", "see"}.isdisjoint(self.words)

    def consists_of(self, kind: str, *, also: frozenset[str] = frozenset(), picture: bool = False) -> bool:
        """Whether there are content words and all of them are words of this kind."""
        content = self.content if picture else self.without_picture
        return bool(content) and content <= question_words(kind) | also

    def says(self, listed: str) -> bool:
        return bool(self.content & set(listed.split()))

    def choices(self, topic: str) -> tuple[str, ...]:
        names = {"kind": _KIND_NAMES, "orientation": _FORMAT_NAMES}.get(topic, _COLOUR_NAMES)
        return tuple(dict.fromkeys(names[word] for word in self.words if word in names))


def _about_black_and_white(asked: _Asked) -> bool:
    if not asked.asks_yes_or_no or not asked.consists_of("black and white"):
        return False
    text = " ".join(asked.words)
    return "black and white" in text or "black & white" in text or asked.says("greyscale monochrome b&w bw")


def _about_being_in_colour(asked: _Asked) -> bool:
    return (
        asked.asks_yes_or_no
        and (asked.without_picture == {"coloured"} or asked.words[-2:] == ["in", "colour"])
        and asked.consists_of("black and white")
    )


def _about_named_colours(asked: _Asked) -> bool:
    return (
        asked.asks_yes_or_no
        and asked.says(" ".join(COLOURS))
        and asked.consists_of("colour", also=frozenset(COLOURS))
        and (asked.chooses or len(asked.choices("colour")) == 1)
    )


def _about_colours(asked: _Asked) -> bool:
    return asked.asks_what and asked.says("colour colours hue hues") and asked.consists_of("colour")


def _about_light(asked: _Asked) -> bool:
    return (
        (asked.asks_yes_or_no or "how" in asked.words or asked.chooses)
        and asked.says(f"{_DARK} {_BRIGHT} brightness")
        and asked.consists_of("light")
    )


def _about_one_light(asked: _Asked, listed: str, opposite: str) -> bool:
    return _about_light(asked) and asked.asks_yes_or_no and asked.says(listed) and not asked.says(f"{opposite} light")


def _about_reading(asked: _Asked) -> bool:
    reads = asked.says("say says read reads reading said transcribe") or (
        asked.asks_what and asked.says("text words writing written printed")
    )
    return reads and not asked.asks_for_number and asked.consists_of("text")


def _about_counting(noun: str) -> Callable[[_Asked], bool]:
    return lambda asked: asked.asks_for_number and asked.says(noun) and asked.consists_of("text")


def _about_presence_of_text(asked: _Asked) -> bool:
    return (
        asked.asks_yes_or_no
        and not asked.asks_for_number
        and asked.says("text texts word words writing")
        and asked.consists_of("text")
    )


def _about_number_of(noun: str) -> Callable[[_Asked], bool]:
    return lambda asked: asked.asks_for_number and asked.says(noun) and asked.consists_of("face")


def _about_presence_of(noun: str) -> Callable[[_Asked], bool]:
    return lambda asked: (
        asked.asks_yes_or_no and not asked.asks_for_number and asked.says(noun) and asked.consists_of("face")
    )


def _about_kind(asked: _Asked) -> bool:
    if not asked.consists_of("kind", picture=True):
        return False
    if asked.says("kind type sort category"):
        return asked.asks_what and not set(asked.choices("kind")) - {"photo"}
    return (asked.asks_yes_or_no or asked.chooses) and bool(asked.choices("kind"))


def _about_orientation(asked: _Asked) -> bool:
    """Not "is the picture a landscape", which is about what it shows."""
    several = len(asked.choices("orientation")) > 1
    sides = asked.names_picture and asked.says("wider taller horizontal vertical upright")
    return (several or sides or asked.says("orientation oriented format")) and asked.consists_of("orientation")


def _about_size(asked: _Asked) -> bool:
    """Only of the picture itself: "how tall is it" may be about what it shows."""
    return (
        (asked.asks_what or "how" in asked.words)
        and (asked.names_picture or asked.says(_IN_PIXELS))
        and asked.says(f"size width height wide tall high big large dimensions {_IN_PIXELS}")
        and asked.consists_of("size")
    )


def _about_qr_codes(asked: _Asked) -> bool:
    return asked.says("qr qr-code qr-codes") and asked.asks_yes_or_no and asked.consists_of("QR code")


_TOPICS: Mapping[str, Callable[[_Asked], bool]] = {
    "black and white": _about_black_and_white,
    "in colour": _about_being_in_colour,
    "background named colours": lambda asked: _about_named_colours(asked) and asked.says("background"),
    "any named colour": lambda asked: _about_named_colours(asked) and asked.is_about_presence,
    "named colours": _about_named_colours,
    "background colour": lambda asked: _about_colours(asked) and asked.says("background"),
    "colours": _about_colours,
    "colourful": lambda asked: asked.asks_yes_or_no and asked.consists_of("colourful"),
    "dark": lambda asked: _about_one_light(asked, _DARK, _BRIGHT),
    "bright": lambda asked: _about_one_light(asked, _BRIGHT, _DARK),
    "light": _about_light,
    "number of words": _about_counting("word words"),
    "number of lines": lambda asked: _about_counting("line lines")(asked) and asked.says("text"),
    "reading": _about_reading,
    "text": _about_presence_of_text,
    "number of faces": _about_number_of("face faces"),
    "number of people": _about_number_of(_PEOPLE),
    "face": _about_presence_of("face faces"),
    "person": _about_presence_of(_PEOPLE),
    "kind": _about_kind,
    "orientation": _about_orientation,
    "width": lambda asked: _about_size(asked) and asked.says("width wide"),
    "height": lambda asked: _about_size(asked) and asked.says("height tall high"),
    "number of pixels": lambda asked: _about_size(asked) and asked.asks_for_number and asked.says(_IN_PIXELS),
    "size": _about_size,
    "QR code": _about_qr_codes,
}
