"""All tiny models, and the models.toml that names them: `python -m tests.support.tiny.catalogue FOLDER`."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from tests.support.tiny import captions, diffusion, estimators, language, pictures, sequences, sounds, tables


@dataclass(frozen=True, slots=True)
class Tiny:
    """A model: its id, its tasks, and the function that writes it."""

    id: str
    tasks: tuple[str, ...]
    write: Callable[[Path], None]


MODELS = [
    Tiny("tiny/labels", ("text-classification",), language.text_classifier),
    Tiny("tiny/names", ("token-classification",), language.namer),
    Tiny("tiny/masks", ("fill-mask",), language.mask_filler),
    Tiny("tiny/entails", ("zero-shot-classification",), language.entailment),
    Tiny("tiny/encoder", ("feature-extraction", "sentence-similarity"), language.encoder),
    Tiny("tiny/sentences", ("sentence-similarity", "feature-extraction"), language.sentence_encoder),
    Tiny("tiny/reader", ("question-answering",), language.reader),
    Tiny("tiny/summaries", ("summarization",), sequences.summarizer),
    Tiny("tiny/en-de", ("translation",), sequences.pair),
    Tiny("tiny/en-any", ("translation",), sequences.prefixes),
    Tiny("tiny/many-languages", ("translation",), sequences.many_languages),
    Tiny("tiny/tables", ("table-question-answering",), tables.tapas),
    Tiny("tiny/listener", ("audio-classification",), sounds.listener),
    Tiny("tiny/whisper", ("automatic-speech-recognition",), sounds.whisper),
    Tiny("tiny/letters", ("automatic-speech-recognition",), sounds.letters),
    Tiny("tiny/voice", ("text-to-speech",), sounds.voice),
    Tiny("tiny/pictures", ("image-classification",), pictures.classifier),
    Tiny("tiny/boxes", ("object-detection",), pictures.yolos),
    Tiny("tiny/detr", ("object-detection",), pictures.detr),
    Tiny("tiny/segments", ("image-segmentation",), pictures.detr_masks),
    Tiny("tiny/classes", ("image-segmentation",), pictures.segformer),
    Tiny("tiny/clip", ("zero-shot-image-classification",), pictures.clip),
    Tiny("tiny/siglip", ("zero-shot-image-classification",), pictures.siglip),
    Tiny("tiny/captions", ("image-to-text",), captions.encoder_decoder),
    Tiny("tiny/blip", ("image-to-text",), captions.blip),
    Tiny("tiny/vilt", ("visual-question-answering",), captions.vilt),
    Tiny("tiny/blip-answers", ("visual-question-answering",), captions.blip_answers),
    Tiny("tiny/irises", ("tabular-classification",), estimators.irises),
    Tiny("tiny/fish", ("tabular-regression",), estimators.fish),
    Tiny("tiny/painter", ("text-to-image",), diffusion.painter),
    Tiny("tiny/repainter", ("image-to-image",), diffusion.painter),
    Tiny("tiny/editor", ("image-to-image",), diffusion.editor),
    Tiny("tiny/enlarger", ("image-to-image",), diffusion.enlarger),
    Tiny("tiny/pages", ("document-question-answering",), captions.layoutlm),
    Tiny("tiny/writer", ("text-generation", "conversational"), language.writer),
]


def write_all(folder: Path) -> Path:
    """Write all models into the folder, always the same; the path of their models.toml."""
    tables = ["[limits]\nmemory = 6000\n"]
    for one in MODELS:
        torch.manual_seed(0)  # so that no model depends on those before it
        source = one.id.partition("/")[2]
        one.write(folder / source)
        facts = {"id": one.id, "tasks": list(one.tasks), "source": source}
        tables.append("[[model]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in facts.items()))
    listed = folder / "models.toml"
    listed.write_text("\n".join(tables), encoding="utf-8")
    return listed


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
