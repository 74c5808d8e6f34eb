"""A well-known model for each task, used when the Hub cannot be asked for its recommendations.

Collected by hand. The Hub's own answer is preferred when it can be reached.
"""

from collections.abc import Mapping

RECOMMENDED: Mapping[str, str] = {
    "audio-classification": "speechbrain/google_speech_command_xvector",
    "automatic-speech-recognition": "openai/whisper-large-v3",
    "conversational": "meta-llama/Llama-3.1-8B-Instruct",
    "document-question-answering": "impira/layoutlm-invoices",
    "feature-extraction": "facebook/bart-base",
    "fill-mask": "distilbert/distilroberta-base",
    "image-classification": "google/vit-base-patch16-224",
    "image-segmentation": "nvidia/segformer-b0-finetuned-ade-512-512",
    "image-to-image": "timbrooks/instruct-pix2pix",
    "image-to-text": "Salesforce/blip-image-captioning-large",
    "object-detection": "facebook/detr-resnet-50",
    "question-answering": "deepset/roberta-base-squad2",
    "sentence-similarity": "BAAI/bge-small-en-v1.5",
    "summarization": "facebook/bart-large-cnn",
    "table-question-answering": "google/tapas-base-finetuned-wtq",
    "tabular-classification": "scikit-learn/tabular-playground",
    "tabular-regression": "scikit-learn/Fish-Weight",
    "text-classification": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "text-generation": "mistralai/Mistral-Nemo-Instruct-2407",
    "text-to-image": "black-forest-labs/FLUX.1-schnell",
    "text-to-speech": "suno/bark",
    "token-classification": "FacebookAI/xlm-roberta-large-finetuned-conll03-english",
    "translation": "google-t5/t5-base",
    "visual-question-answering": "dandelin/vilt-b32-finetuned-vqa",
    "zero-shot-classification": "facebook/bart-large-mnli",
    "zero-shot-image-classification": "openai/clip-vit-large-patch14-336",
}
