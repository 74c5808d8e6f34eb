"""The Hub's recommended model for each task, used when the Hub cannot be asked.

These are the first `widgetModels` of August 2026. The Hub has no entry for "conversational": this is a well-known model
that chats.
"""

from collections.abc import Mapping

RECOMMENDED: Mapping[str, str] = {
    "audio-classification": "MIT/ast-finetuned-audioset-10-10-0.4593",
    "automatic-speech-recognition": "openai/whisper-large-v3",
    "conversational": "meta-llama/Llama-3.1-8B-Instruct",
    "document-question-answering": "impira/layoutlm-invoices",
    "feature-extraction": "facebook/bart-base",
    "fill-mask": "distilroberta-base",
    "image-classification": "google/vit-base-patch16-224",
    "image-segmentation": "nvidia/segformer-b0-finetuned-ade-512-512",
    "image-to-image": "Qwen/Qwen-Image",
    "image-to-text": "Salesforce/blip-image-captioning-large",
    "object-detection": "facebook/detr-resnet-50",
    "question-answering": "deepset/roberta-base-squad2",
    "sentence-similarity": "sentence-transformers/all-MiniLM-L6-v2",
    "summarization": "facebook/bart-large-cnn",
    "table-question-answering": "google/tapas-base-finetuned-wtq",
    "tabular-classification": "scikit-learn/tabular-playground",
    "tabular-regression": "scikit-learn/Fish-Weight",
    "text-classification": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "text-generation": "mistralai/Mistral-Nemo-Instruct-2407",
    "text-to-image": "black-forest-labs/FLUX.1-dev",
    "text-to-speech": "suno/bark",
    "token-classification": "FacebookAI/xlm-roberta-large-finetuned-conll03-english",
    "translation": "facebook/mbart-large-50-many-to-many-mmt",
    "visual-question-answering": "dandelin/vilt-b32-finetuned-vqa",
    "zero-shot-classification": "facebook/bart-large-mnli",
    "zero-shot-image-classification": "google/siglip-so400m-patch14-224",
}
