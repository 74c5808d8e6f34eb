"""The client's tasks on sounds, with huggingface_hub's names and signatures."""

from typing import Any, Literal

from inference_core.answers.base import many, one
from inference_core.answers.files import AudioBytes
from inference_core.answers.files import audio as audio_bytes
from inference_core.answers.media import AudioClassificationOutputElement, AutomaticSpeechRecognitionOutput
from inference_core.media.inputs import Content
from inference_core.methods.arguments import file_call, without_none
from inference_core.methods.base import ClientBase
from inference_core.providers.call import Call

_SOUND = "audio/*, */*;q=0.5"
_classes = many(AudioClassificationOutputElement)
_transcript = one(AutomaticSpeechRecognitionOutput)


class AudioTasks(ClientBase):
    """One method per task. All raise the errors of `inference_core.errors`. With None, the server uses its default.

    A sound is given as `media.Content`: bytes, an open binary file, a path, a URL, or `(rate, samples)`.
    """

    async def audio_classification(
        self,
        audio: Content,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
    ) -> list[AudioClassificationOutputElement]:
        """Classify a sound.

        Args:
            top_k: how many classes to return.
            function_to_apply: function applied to the model's raw scores.

        Returns:
            Classes with their scores, best first.
        """
        parameters = without_none(top_k=top_k, function_to_apply=function_to_apply)
        return await self._run(file_call("audio-classification", audio, _classes, parameters), model)

    async def automatic_speech_recognition(
        self, audio: Content, *, model: str | None = None, extra_body: dict[str, Any] | None = None
    ) -> AutomaticSpeechRecognitionOutput:
        """Transcribe speech.

        Args:
            extra_body: parameters for the model, such as `{"return_timestamps": True}`.
        """
        call = file_call("automatic-speech-recognition", audio, _transcript, without_none(**(extra_body or {})))
        return await self._run(call, model)

    async def text_to_speech(
        self,
        text: str,
        *,
        model: str | None = None,
        do_sample: bool | None = None,
        early_stopping: bool | Literal["never"] | None = None,
        epsilon_cutoff: float | None = None,
        eta_cutoff: float | None = None,
        max_length: int | None = None,
        max_new_tokens: int | None = None,
        min_length: int | None = None,
        min_new_tokens: int | None = None,
        num_beam_groups: int | None = None,
        num_beams: int | None = None,
        penalty_alpha: float | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_p: float | None = None,
        typical_p: float | None = None,
        use_cache: bool | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> AudioBytes:
        """Read a text aloud.

        Args:
            extra_body: more parameters for the model, such as `{"voice": "de"}` for the local engine. The other
                arguments are those of transformers' text generation, for models that generate speech in that way.

        Returns:
            The bytes of a sound file, with a `mime_type` and `samples()`.
        """
        parameters = without_none(
            do_sample=do_sample,
            early_stopping=early_stopping,
            epsilon_cutoff=epsilon_cutoff,
            eta_cutoff=eta_cutoff,
            max_length=max_length,
            max_new_tokens=max_new_tokens,
            min_length=min_length,
            min_new_tokens=min_new_tokens,
            num_beam_groups=num_beam_groups,
            num_beams=num_beams,
            penalty_alpha=penalty_alpha,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            typical_p=typical_p,
            use_cache=use_cache,
        )
        parameters |= without_none(**(extra_body or {}))
        call = Call("text-to-speech", text, audio_bytes, parameters, accept=_SOUND, is_heavy=True)
        return await self._run(call, model)
