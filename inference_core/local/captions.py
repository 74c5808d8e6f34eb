"""What can truly be said of a picture without knowing what it shows: its light, its colours and its faces."""

from inference_core.local.picture_attributes import PictureAttributes

_LEAST_SHARE = 0.15
_MOST_COLOURS = 3
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def caption(attributes: PictureAttributes, faces: int) -> str:
    """For example "a dark picture in mostly blue and grey; one face"."""
    colours = [colour.name for colour in attributes.colours if colour.share >= _LEAST_SHARE][:_MOST_COLOURS]
    light = "" if attributes.light == "neither dark nor bright" else f"{attributes.light} "
    if attributes.is_black_and_white:
        said = f"a {light}black and white picture"
    elif colours:
        said = f"a {light}picture in mostly {_listed(colours)}"
    else:
        said = f"a {light}picture in many colours"
    return f"{said}; {_counted(faces)}" if faces else said


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _counted(faces: int) -> str:
    number = _NUMBERS[faces] if faces < len(_NUMBERS) else str(faces)
    return f"{number} {'face' if faces == 1 else 'faces'}"
