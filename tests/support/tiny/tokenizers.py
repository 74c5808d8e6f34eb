"""Tokenizers with a few hundred words."""

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

CORPUS = [
    "the quick brown fox jumps over the lazy dog",
    "where do i live i live in berlin",
    "the weather today is nice and sunny",
    "how many stars does the repository have",
    "this is a picture of a cat",
    "what is the total of the invoice 42",
]
_LETTERS = sorted({*"".join(CORPUS), *"abcdefghijklmnopqrstuvwxyz0123456789.,?!'-$"} - {" "})
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = list(
    dict.fromkeys([*_SPECIAL, *_LETTERS, *(f"##{one}" for one in _LETTERS), *sorted(" ".join(CORPUS).split())])
)
_BERT = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}


def wordpiece(longest: int = 128) -> PreTrainedTokenizerFast:
    """That of a BERT."""
    made = Tokenizer(models.WordPiece({word: at for at, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.decoder = decoders.WordPiece()
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=longest, **_BERT)


def byte_pairs(special: list[str], longest: int, *, single: str = "", **names: str) -> PreTrainedTokenizerFast:
    """That of a GPT; `special` are its special tokens, which `names` names, and `single` the form of one text."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=special, show_progress=False
    )
    made.train_from_iterator(CORPUS * 3, trainer)
    if single:
        used = [(token, at) for at, token in enumerate(special) if token in single]
        made.post_processor = processors.TemplateProcessing(single=single, special_tokens=used)
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=longest, **names)
