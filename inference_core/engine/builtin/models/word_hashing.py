"""Feature extraction and sentence similarity by hashed words: fast, but only the same words count as similar."""

from inference_core.engine.builtin.encoder.sentences import (
    MOST_TEXTS,
    FeatureExtractionBody,
    SentenceEngine,
    SentenceSimilarityBody,
)
from inference_core.engine.builtin.encoder.word_hashing import WordHashing
from inference_core.engine.contract import InputSizes, Model, ServedTask

MODEL = Model(
    id="builtin/word-hashing",
    tasks=(
        ServedTask(
            id="feature-extraction",
            body=FeatureExtractionBody,
            answer=SentenceEngine.vectors,
            answered_example={"inputs": ["Fresh bread from the oven.", "Bread in the oven."]},
        ),
        ServedTask(
            id="sentence-similarity",
            body=SentenceSimilarityBody,
            answer=SentenceEngine.similarities,
            answered_example={
                "inputs": {
                    "source_sentence": "Fresh bread from the oven.",
                    "sentences": ["Bread in the oven.", "A yellow taxi."],
                }
            },
        ),
    ),
    words="models.word_hashing",
    licence="Apache-2.0",
    load=lambda: SentenceEngine(WordHashing(), "word hashing (numpy)"),
    level="toy",
    sizes=InputSizes(tokens=WordHashing.window, texts=MOST_TEXTS),
    rank=1,
)
