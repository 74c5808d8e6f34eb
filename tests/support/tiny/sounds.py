"""Tiny models that hear and speak."""

import json
from pathlib import Path
from typing import Any

from transformers import (
    VitsConfig,
    VitsModel,
    VitsTokenizer,
    Wav2Vec2Config,
    Wav2Vec2CTCTokenizer,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForCTC,
    Wav2Vec2ForSequenceClassification,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperProcessor,
    WhisperTokenizer,
)

from tests.support.tiny.language import both_ways, save
from tests.support.tiny.tokenizers import byte_pairs

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_EARS: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
    "conv_dim": (16, 16, 16),
    "conv_stride": (5, 4, 4),
    "conv_kernel": (10, 8, 8),
    "num_feat_extract_layers": 3,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
}
_END = "<|endoftext|>"
_LANGUAGES = ["en", "de", "fr"]
_MARKS = ["translate", "transcribe", "startoflm", "startofprev", "nocaptions", "notimestamps"]


def listener(folder: Path) -> None:
    config = Wav2Vec2Config(**_EARS, classifier_proj_size=16, **both_ways(["speech", "music", "noise"]))
    save(folder, Wav2Vec2ForSequenceClassification(config), Wav2Vec2FeatureExtractor(do_normalize=True))


def letters(folder: Path) -> None:
    """A recognizer that writes letter by letter."""
    words = ["<pad>", "<s>", "</s>", "<unk>", "|", *_LETTERS, "'"]
    tokenizer = Wav2Vec2CTCTokenizer(str(_vocabulary(folder, words)))
    config = Wav2Vec2Config(**_EARS, vocab_size=len(words), pad_token_id=0)
    save(folder, Wav2Vec2ForCTC(config), tokenizer, Wav2Vec2FeatureExtractor(do_normalize=True))


def whisper(folder: Path) -> None:
    bytes_ = json.loads(byte_pairs([], 512).backend_tokenizer.to_str())["model"]
    tokenizer = WhisperTokenizer(vocab=bytes_["vocab"], merges=[tuple(pair) for pair in bytes_["merges"]])
    special = ["<|startoftranscript|>", *(f"<|{name}|>" for name in [*_LANGUAGES, *_MARKS])]
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.add_tokens([f"<|{step * 0.02:.2f}|>" for step in range(1501)])
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in [_END, *special]}
    config = WhisperConfig(
        vocab_size=len(tokenizer),
        num_mel_bins=80,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=37,
        decoder_ffn_dim=37,
        max_source_positions=1500,
        max_target_positions=64,
        pad_token_id=ids[_END],
        bos_token_id=ids[_END],
        eos_token_id=ids[_END],
        decoder_start_token_id=ids["<|startoftranscript|>"],
    )
    model = WhisperForConditionalGeneration(config)
    for name, value in _whisper_generation(ids).items():
        setattr(model.generation_config, name, value)
    save(folder, model, WhisperProcessor(WhisperFeatureExtractor(feature_size=80), tokenizer))


def voice(folder: Path) -> None:
    tokenizer = VitsTokenizer(
        str(_vocabulary(folder, ["_", *_LETTERS, " ", "'", "-"])),
        pad_token="_",
        unk_token="_",
        add_blank=True,
        normalize=True,
        phonemize=False,
        is_uroman=False,
        language="eng",
    )
    config = VitsConfig(
        vocab_size=30,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=32,
        flow_size=16,
        spectrogram_bins=33,
        upsample_initial_channel=32,
        upsample_rates=[8, 8],
        upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1]],
        posterior_encoder_num_wavenet_layers=1,
        prior_encoder_num_wavenet_layers=1,
        duration_predictor_num_flows=1,
        prior_encoder_num_flows=1,
        duration_predictor_filter_channels=16,
        wavenet_dilation_rate=1,
        sampling_rate=16000,
    )
    save(folder, VitsModel(config), tokenizer)


def _whisper_generation(ids: dict[str, int]) -> dict[str, Any]:
    return {
        "lang_to_id": {f"<|{one}|>": ids[f"<|{one}|>"] for one in _LANGUAGES},
        "task_to_id": {one: ids[f"<|{one}|>"] for one in ("transcribe", "translate")},
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "is_multilingual": True,
        "max_length": 48,
        "max_initial_timestamp_index": 50,
        "return_timestamps": False,
        "suppress_tokens": [],
        "begin_suppress_tokens": [],
        "alignment_heads": [[0, 0], [0, 1]],
        "_from_model_config": False,
    }


def _vocabulary(folder: Path, words: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "vocab.json"
    file.write_text(json.dumps({word: at for at, word in enumerate(words)}), encoding="utf-8")
    return file
