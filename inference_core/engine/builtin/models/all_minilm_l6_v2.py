"""Feature extraction and sentence similarity by the sentence encoder all-MiniLM-L6-v2."""

from inference_core.engine.builtin.encoder.files import MINILM
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.sentences import (
    MOST_TEXTS,
    FeatureExtractionBody,
    SentenceEngine,
    SentenceSimilarityBody,
)
from inference_core.engine.builtin.encoder.shared import shared_minilm
from inference_core.engine.contract import InputSizes, Lane, Model, ServedTask

_TOO_LONG = "and so on " * 100
_SENTENCES = [
    "Deep learning is so straightforward.",
    "This is so difficult, like rocket science.",
    "I can't believe how much I struggled with this.",
]


MODEL = Model(
    id="builtin/all-minilm-l6-v2",
    tasks=(
        ServedTask(
            id="feature-extraction",
            body=FeatureExtractionBody,
            answer=SentenceEngine.vectors,
            answered_example={"inputs": ["The cat sits on the mat.", "A kitten rests on a rug."]},
            refused_example={"inputs": _TOO_LONG},
        ),
        ServedTask(
            id="sentence-similarity",
            body=SentenceSimilarityBody,
            answer=SentenceEngine.similarities,
            answered_example={"inputs": {"source_sentence": "Machine learning is so easy.", "sentences": _SENTENCES}},
            refused_example={"inputs": {"source_sentence": "Machine learning is so easy.", "sentences": [_TOO_LONG]}},
        ),
    ),
    words="models.all_minilm_l6_v2",
    licence="Apache-2.0",
    load=lambda: SentenceEngine(shared_minilm()),
    level="basic",
    needs=MINILM,
    sizes=InputSizes(tokens=MiniLM.window, total_tokens=MiniLM.most_tokens, texts=MOST_TEXTS),
    lane=Lane("language", __name__),
)
