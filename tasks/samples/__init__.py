"""Pictures and sounds for the examples: drawn and synthesized here, or shipped with Gradio and scikit-learn.

`python -m tasks.samples.make` makes the files of this folder again. May import the core's media.
"""

from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).parent
_SHIPPED = {"gradio": ("media_assets/images", "media_assets/audio"), "sklearn": ("datasets/images",)}


def sample(name: str) -> Path:
    """The path of a sample.

    Raises:
        FileNotFoundError: neither this folder nor Gradio nor scikit-learn has it.
    """
    for folder in (_HERE, *_shipped_folders()):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"There is no sample {name!r}.")


def _shipped_folders() -> list[Path]:
    # Found, not imported: both take seconds, and a task knows nothing of Gradio.
    specs = {package: find_spec(package) for package in _SHIPPED}
    return [
        Path(place) / folder
        for package, spec in specs.items()
        for place in (spec.submodule_search_locations if spec else None) or ()
        for folder in _SHIPPED[package]
    ]
