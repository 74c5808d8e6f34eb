"""Describes a picture by what can be measured: its kind, light, colours and faces."""

from inference_core.engine.builtin.vision.attributes import PictureAttributes

_LEAST_SHARE = 0.15
_MOST_COLOURS = 3
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def caption(attributes: PictureAttributes, kind: str, faces: int, shown: str | None = None) -> str:
    """For example "a dark photo of a lion in mostly blue and grey; one face".

    `kind` is the noun, and `shown` is what the picture shows, with its article.
    """
    kind = f"{kind} of {shown}" if shown else kind
    colours = [colour.name for colour in attributes.colours if colour.share >= _LEAST_SHARE][:_MOST_COLOURS]
    light = "" if attributes.light == "neither dark nor bright" else f"{attributes.light} "
    if attributes.is_black_and_white:
        said = f"a {light}black and white {kind}"
    elif colours:
        said = f"a {light}{kind} in mostly {_listed(colours)}"
    else:
        said = f"a {light}{kind} in many colours"
    return f"{said}; {_counted(faces)}" if faces else said


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _counted(faces: int) -> str:
    number = _NUMBERS[faces] if faces < len(_NUMBERS) else str(faces)
    return f"{number} {'face' if faces == 1 else 'faces'}"
