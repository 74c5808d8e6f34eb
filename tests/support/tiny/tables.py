"""A tiny model that reads tables."""

from pathlib import Path

from transformers import TapasConfig, TapasForQuestionAnswering, TapasTokenizer

from tests.support.tiny.language import save
from tests.support.tiny.tokenizers import VOCABULARY


def tapas(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = folder / "vocab.txt"
    words.write_text("\n".join([*VOCABULARY, "[EMPTY]"]), encoding="utf-8")
    config = TapasConfig(
        vocab_size=len(VOCABULARY) + 1,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=37,
        max_position_embeddings=128,
        type_vocab_sizes=[3, 256, 256, 2, 256, 256, 10],
        num_aggregation_labels=4,
        aggregation_labels={0: "NONE", 1: "SUM", 2: "AVERAGE", 3: "COUNT"},
    )
    save(folder, TapasForQuestionAnswering(config), TapasTokenizer(str(words), model_max_length=128))
