"""The client's tasks on pictures, with huggingface_hub's names and signatures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inference_core.answers.base import many, one
from inference_core.answers.files import picture
from inference_core.answers.media import (
    ImageClassificationOutputElement,
    ImageSegmentationOutputElement,
    ImageToTextOutput,
    ObjectDetectionOutputElement,
    ZeroShotImageClassificationOutputElement,
    segments,
)
from inference_core.errors import InvalidInputError
from inference_core.media.inputs import Content
from inference_core.methods.arguments import file_call, without_none
from inference_core.methods.base import ClientBase
from inference_core.providers.call import Call

if TYPE_CHECKING:
    from PIL.Image import Image

_PNG = "image/png"
_classes = many(ImageClassificationOutputElement)
_caption = one(ImageToTextOutput)
_objects = many(ObjectDetectionOutputElement)
_labels = many(ZeroShotImageClassificationOutputElement)


class VisionTasks(ClientBase):
    """One method per task. All raise the errors of `inference_core.errors`. With None, the server uses its default.

    A picture is given as `media.Content`: bytes, an open binary file, a path, a URL, or a PIL image.
    """

    async def image_classification(
        self,
        image: Content,
        *,
        model: str | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
        top_k: int | None = None,
    ) -> list[ImageClassificationOutputElement]:
        """Classify a picture.

        Args:
            function_to_apply: function applied to the model's raw scores.
            top_k: how many classes to return.

        Returns:
            Classes with their scores, best first.
        """
        parameters = without_none(function_to_apply=function_to_apply, top_k=top_k)
        return await self._run(file_call("image-classification", image, _classes, parameters), model)

    async def image_segmentation(
        self,
        image: Content,
        *,
        model: str | None = None,
        mask_threshold: float | None = None,
        overlap_mask_area_threshold: float | None = None,
        subtask: Literal["instance", "panoptic", "semantic"] | None = None,
        threshold: float | None = None,
    ) -> list[ImageSegmentationOutputElement]:
        """Divide a picture into labelled segments.

        Args:
            mask_threshold: threshold that turns the model's masks into yes and no.
            overlap_mask_area_threshold: overlap above which small segments are left out.
            subtask: kind of segmentation.
            threshold: minimum score of a segment.

        Returns:
            Segments with their masks as PIL images of mode L.
        """
        parameters = without_none(
            mask_threshold=mask_threshold,
            overlap_mask_area_threshold=overlap_mask_area_threshold,
            subtask=subtask,
            threshold=threshold,
        )
        return await self._run(file_call("image-segmentation", image, segments, parameters), model)

    async def image_to_image(
        self,
        image: Content,
        prompt: str | None = None,
        *,
        negative_prompt: str | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        target_size: Mapping[str, int] | None = None,
        **kwargs: Any,
    ) -> "Image":
        """Change a picture as a prompt says.

        Args:
            negative_prompt: what the result should not have.
            num_inference_steps: how many steps the model takes.
            guidance_scale: how closely the result follows the prompt.
            target_size: `width` and `height` of the result in pixels.
            kwargs: more parameters for the model.

        Returns:
            A PIL image.
        """
        parameters = without_none(
            prompt=prompt,
            negative_prompt=negative_prompt,
            target_size=target_size,
            num_inference_steps=num_inference_steps,
            guidance_scale=guidance_scale,
            **kwargs,
        )
        return await self._run(file_call("image-to-image", image, picture, parameters, accept=_PNG), model)

    async def image_to_text(self, image: Content, *, model: str | None = None) -> ImageToTextOutput:
        """Describe a picture, or read what is written in it."""
        return await self._run(file_call("image-to-text", image, _caption, {}), model)

    async def object_detection(
        self, image: Content, *, model: str | None = None, threshold: float | None = None
    ) -> list[ObjectDetectionOutputElement]:
        """Find objects in a picture.

        Args:
            threshold: minimum score of an object.

        Returns:
            Objects with their scores and their boxes in pixels.
        """
        call = file_call("object-detection", image, _objects, without_none(threshold=threshold))
        return await self._run(call, model)

    async def text_to_image(
        self,
        prompt: str,
        *,
        negative_prompt: str | None = None,
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        scheduler: str | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> "Image":
        """Generate a picture from a prompt.

        Args:
            negative_prompt: what the picture should not have.
            height, width: size in pixels.
            num_inference_steps: how many steps the model takes.
            guidance_scale: how closely the picture follows the prompt.
            scheduler: name of the scheduler.
            seed: the same seed gives the same picture.
            extra_body: more parameters for the model.

        Returns:
            A PIL image.
        """
        parameters = without_none(
            negative_prompt=negative_prompt,
            height=height,
            width=width,
            num_inference_steps=num_inference_steps,
            guidance_scale=guidance_scale,
            scheduler=scheduler,
            seed=seed,
        )
        parameters |= without_none(**(extra_body or {}))
        call = Call("text-to-image", prompt, picture, parameters, accept=_PNG, is_heavy=True)
        return await self._run(call, model)

    async def zero_shot_image_classification(
        self,
        image: Content,
        candidate_labels: list[str],
        *,
        model: str | None = None,
        hypothesis_template: str | None = None,
    ) -> list[ZeroShotImageClassificationOutputElement]:
        """Classify a picture with labels of your choice.

        Args:
            candidate_labels: the labels, at least two.
            hypothesis_template: sentence with `{}` where the label goes.

        Returns:
            Labels with their scores, best first.
        """
        if len(candidate_labels) < 2:
            raise InvalidInputError("one_candidate_label")
        parameters = without_none(candidate_labels=candidate_labels, hypothesis_template=hypothesis_template)
        return await self._run(file_call("zero-shot-image-classification", image, _labels, parameters), model)
