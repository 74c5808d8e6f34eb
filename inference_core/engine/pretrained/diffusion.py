"""Models that make a picture step by step, through diffusers: what is asked of them, and within which limits."""

import inspect
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from inference_core.engine.contract import CannotAnswer, CannotLoad, Parameters
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.at_hand import require_safe_parts
from inference_core.engine.pretrained.generation import sow

if TYPE_CHECKING:
    from PIL.Image import Image

INDEX = "model_index.json"
"""What diffusers writes beside the parts of a model."""

Steps = Annotated[int, Meta(ge=1, le=150)]
Side = Annotated[int, Meta(ge=1, le=2048)]
Guidance = Annotated[float, Meta(ge=0, le=100)]

_EDITORS = ("StableDiffusionInstructPix2PixPipeline", "StableDiffusionXLInstructPix2PixPipeline")
"""Models that edit a picture, and that diffusers does not find by the task."""

_USUAL_SIDE = 1024
_MULTIPLE = 8


class DiffusionParameters(Parameters):
    """The same `seed` gives the same picture. What a model cannot follow, such as a `guidance_scale`, is refused."""

    negative_prompt: str | None = None
    num_inference_steps: Steps | None = None
    guidance_scale: Guidance | None = None
    seed: Annotated[int, Meta(ge=0)] | None = None


class Painter:
    """A model that makes a picture of a prompt, and perhaps of another picture.

    `usual_side` is the side of the pictures it was trained with. It paints at most twice as much, in each direction:
    memory and time grow with the square of that.
    """

    def __init__(self, spec: ModelSpec, auto: str) -> None:
        self._pipeline = _loaded(spec, auto)
        self._accepted = inspect.signature(self._pipeline.__call__).parameters
        self._denoiser = getattr(self._pipeline, "unet", None) or getattr(self._pipeline, "transformer", None)
        scale = getattr(self._pipeline, "vae_scale_factor", _MULTIPLE)
        # Transformers read patches of two by two.
        is_patched = getattr(self._pipeline, "unet", None) is None
        self.multiple = math.lcm(_MULTIPLE, scale * (2 if is_patched else 1))
        self.usual_side = self._usual_side(scale)
        self.name = loading.name(spec, self._pipeline)
        self.place = loading.where(self._pipeline)

    def _usual_side(self, scale: int) -> int:
        size = getattr(getattr(self._denoiser, "config", None), "sample_size", None)
        size = max(size) if isinstance(size, list | tuple) else size
        return size * scale if isinstance(size, int) else _USUAL_SIDE

    def painted(self, prompt: str, asked: DiffusionParameters, scheduler: str | None = None, **more: Any) -> "Image":
        """The picture. `more` is what else the pipeline gets; a size only if it wants one.

        Raises CannotAnswer for texts that are too long, names what cannot be honoured, and says so if the model's own
        check holds the picture back.
        """
        import torch

        given = self._given(asked)
        for text in (prompt, asked.negative_prompt):
            self._require_fit(text or "")
        for name in ("width", "height"):
            if more.get(name) is None or name not in self._accepted:
                more.pop(name, None)
        chance = torch.Generator().manual_seed(sow(asked.seed))
        with self._scheduled(scheduler):
            made = self._pipeline(prompt=prompt, generator=chance, **given, **more)
        if any(getattr(made, "nsfw_content_detected", None) or ()):
            raise CannotAnswer("picture_held_back")
        picture: Image = made.images[0]
        return picture

    def require_side(self, name: str, side: int | None) -> None:
        """Raises CannotAnswer for a side that the model cannot paint."""
        if side is None:
            return
        if side > 2 * self.usual_side:
            raise CannotAnswer("value_too_high", name=name, value=side, most=2 * self.usual_side)
        if side % self.multiple:
            near = max(1, round(side / self.multiple)) * self.multiple
            raise CannotAnswer("side_not_a_multiple", name=name, value=side, multiple=self.multiple, near=near)

    def _given(self, asked: DiffusionParameters) -> dict[str, Any]:
        names = ("negative_prompt", "num_inference_steps", "guidance_scale")
        given = {name: value for name in names if (value := getattr(asked, name)) is not None}
        others = [name for name in given if name not in self._accepted or name in self._without_effect()]
        if others:
            raise CannotAnswer("fields_not_served", fields=others)
        guidance = given.get("guidance_scale", self._usual("guidance_scale"))
        if "negative_prompt" in given and guidance is not None and guidance <= 1:
            raise CannotAnswer("negative_prompt_without_guidance", guidance=guidance)
        least = math.ceil(1 / (self._usual("strength") or 1))
        if given.get("num_inference_steps", least) < least:
            raise CannotAnswer(
                "value_too_low", name="num_inference_steps", value=asked.num_inference_steps, least=least
            )
        return given

    def _without_effect(self) -> Iterator[str]:
        """What a pipeline accepts and the model does not heed."""
        if getattr(getattr(self._denoiser, "config", None), "guidance_embeds", None) is False:
            yield "guidance_scale"
        if (self._usual("true_cfg_scale") or math.inf) <= 1:
            yield "negative_prompt"

    def _usual(self, name: str) -> Any:
        """What the pipeline does unless told otherwise, None if there is no such thing."""
        default = self._accepted[name].default if name in self._accepted else None
        return None if default is inspect.Parameter.empty else default

    def _require_fit(self, text: str) -> None:
        """The tokenizer that reads most decides: what is more would be cut off."""
        parts = [getattr(self._pipeline, name, None) for name in ("tokenizer", "tokenizer_2", "tokenizer_3")]
        readers = [part for part in parts if part is not None]
        if not readers:
            return
        reader = max(readers, key=lambda one: one.model_max_length)
        if (count := len(reader(text, verbose=False).input_ids)) > reader.model_max_length:
            raise CannotAnswer("prompt_has_too_many_tokens", count=count, most=reader.model_max_length)

    @contextmanager
    def _scheduled(self, name: str | None) -> Iterator[None]:
        """With the scheduler of this name, else the model's own; a new one, because some remember the last picture."""
        own = getattr(self._pipeline, "scheduler", None)
        if own is None:
            if name is not None:
                raise CannotAnswer("fields_not_served", fields=["scheduler"])
            yield
            return
        # In the place of a class that lacks a package is one with `_backends`.
        known = {one.__name__: one for one in own.compatibles if not hasattr(one, "_backends")}
        if name is not None and name not in known:
            raise CannotAnswer("value_not_served", name="scheduler", value=name[:50], known=sorted(known))
        self._pipeline.scheduler = (type(own) if name is None else known[name]).from_config(own.config)
        try:
            yield
        finally:
            self._pipeline.scheduler = own


def _loaded(spec: ModelSpec, auto: str) -> Any:
    import diffusers
    import torch

    index = _index(spec)
    require_safe_parts(spec, [name for name, part in index.items() if isinstance(part, list)])
    options = loading.pretrained(spec)
    if options["dtype"] == "auto":
        # On a GPU. U-Nets were trained in the one, transformers overflow in it.
        options["dtype"] = torch.float16 if "unet" in index else torch.bfloat16
    kind = index.get("_class_name")
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    try:
        maker = getattr(diffusers, kind if kind in _EDITORS and auto == "AutoPipelineForImage2Image" else auto)
        pipeline = maker.from_pretrained(spec.source, local_files_only=True, **options)
    except ValueError as error:
        if "can't find a pipeline" in str(error):  # there is no class of its own for it
            raise CannotLoad("model_not_for_task", model=spec.id, task=spec.served[0]) from None
        raise
    pipeline.set_progress_bar_config(disable=True)
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            loading.end_when_unwanted(part)
    return pipeline.to(loading.device(spec))


def _index(spec: ModelSpec) -> dict[str, Any]:
    try:
        index: dict[str, Any] = json.loads((Path(spec.source) / INDEX).read_text(encoding="utf-8"))
    except OSError:
        raise CannotLoad("model_not_for_task", model=spec.id, task=spec.served[0]) from None
    return index
