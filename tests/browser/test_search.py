"""What people type into the search of the front page, and the task that is among the first three found."""

import pytest
from playwright.async_api import Browser, expect

from tasks.registry import all_tasks
from tests.support.pages import watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARDS = "#front .card:visible"
SHOWN = 3

ENGLISH = {
    "audio-classification": ("sound recognition", "music", "identify a sound", "noise detection"),
    "automatic-speech-recognition": (
        *("speech to text", "transcribe", "transcribing a meeting", "stt", "dictation", "subtitles"),
        *("speech recognition", "voice to text", "transcriptions"),
    ),
    "text-to-speech": ("text to speech", "tts", "read aloud", "voice generator", "speech synthesis"),
    "image-classification": ("image recognition", "classify images", "what animal is this", "photo recognition"),
    "image-segmentation": ("remove background", "segmentation", "cut out", "cutouts", "segment an image"),
    "image-to-image": ("photo editor", "edit a photo", "image editing", "style transfer", "editing pictures"),
    "image-to-text": ("ocr", "caption", "describe an image", "text recognition", "image captioning"),
    "object-detection": ("face detection", "detect objects", "qr code", "count people", "object detector"),
    "text-to-image": ("image generation", "text to image", "generate an image", "draw", "image generators", "painter"),
    "zero-shot-image-classification": ("own categories", "sort photos", "classify photos", "clip"),
    "document-question-answering": ("invoice", "pdf", "receipt", "read an invoice", "contracts", "invoice total"),
    "visual-question-answering": ("vqa", "question about an image", "ask about a photo", "visual qa"),
    "conversational": ("chatbot", "chat", "language model", "llm", "assistant", "chatgpt", "chatting"),
    "feature-extraction": ("embeddings", "vector", "rag", "semantic search", "vector database"),
    "fill-mask": ("fill in the blank", "missing word", "cloze", "bert", "guess a word"),
    "question-answering": ("find an answer", "qa", "faq", "reading comprehension", "answering questions"),
    "sentence-similarity": (
        "compare",
        "similarity",
        "compare sentences",
        "paraphrase",
        "comparing texts",
        "duplicates",
    ),
    "summarization": ("summarize", "summary", "summarise a report", "tldr", "summarizer", "shorten"),
    "table-question-answering": ("excel", "spreadsheet", "sql", "question about a table", "ask a spreadsheet"),
    "text-classification": ("sentiment", "sentiment analysis", "positive or negative", "emotion", "customer reviews"),
    "text-generation": (
        *("text generator", "text generators", "generate text", "language model", "llm", "write a story"),
        *("text generation", "generative ai", "autocomplete"),
    ),
    "token-classification": ("ner", "named entities", "entity recognition", "anonymize", "find names", "pii"),
    "translation": ("translate", "translator", "translating", "german to english", "languages"),
    "zero-shot-classification": ("topics", "categorize", "classify a text", "intent", "label texts", "text categories"),
    "tabular-classification": ("classify rows", "predict a category", "sort rows", "classifying rows"),
    "tabular-regression": ("forecast", "regression", "predict a number", "prediction", "estimate"),
}
GERMAN = {
    "audio-classification": ("Geräusche erkennen", "Musik", "Klang", "Geräuscherkennung"),
    "automatic-speech-recognition": (
        *("Sprache zu Text", "transkribieren", "Transkription", "Diktat", "Spracherkennung", "speech to text"),
        *("Untertitel", "STT", "Protokoll"),
    ),
    "text-to-speech": ("vorlesen", "Text zu Sprache", "Sprachausgabe", "TTS", "Stimme erzeugen"),
    "image-classification": ("Bilderkennung", "Bilder klassifizieren", "Foto erkennen", "welches Tier ist das"),
    "image-segmentation": ("freistellen", "Hintergrund entfernen", "Segmentierung", "ausschneiden"),
    "image-to-image": ("Bildbearbeitung", "Foto bearbeiten", "Bilder bearbeiten", "retuschieren"),
    "image-to-text": ("OCR", "Texterkennung", "Bild beschreiben", "Bildbeschreibungen", "Handschrift"),
    "object-detection": ("Objekterkennung", "Gesichter", "Gesichtserkennung", "QR-Code", "Personen zählen"),
    "text-to-image": ("Bild erzeugen", "Bildgenerator", "Bilder generieren", "zeichnen", "Bildgenerierung"),
    "zero-shot-image-classification": ("Fotos sortieren", "Bilder einordnen", "eigene Kategorien", "Bilder sortieren"),
    "document-question-answering": ("Rechnung", "Rechnungen auslesen", "PDF", "Beleg", "Vertrag", "Formular"),
    "visual-question-answering": ("Frage zum Bild", "Foto befragen", "Bildfragen", "Bildverständnis"),
    "conversational": ("Chatbot", "Chat", "Sprachmodell", "Assistent", "LLM", "chatten", "Unterhaltung"),
    "feature-extraction": ("Einbettungen", "Embeddings", "Vektor", "semantische Suche", "Vektordatenbank"),
    "fill-mask": ("Lücke füllen", "Lückentext", "fehlendes Wort", "Wort ergänzen", "Wort raten"),
    "question-answering": ("Frage zum Text", "Antwort suchen", "Fragen beantworten", "FAQ"),
    "sentence-similarity": ("vergleichen", "Vergleich", "Ähnlichkeit", "Texte vergleichen", "Duplikate"),
    "summarization": ("zusammenfassen", "Zusammenfassung", "Kurzfassung", "Text kürzen", "Texte zusammenfassen"),
    "table-question-answering": ("Excel", "Frage zur Tabelle", "Tabelle auswerten", "Summe", "Datenanalyse"),
    "text-classification": ("Stimmung", "Sentiment", "Stimmungsanalyse", "Kundenfeedback", "Bewertungen", "Gefühle"),
    "text-generation": (
        *("Text generieren", "Textgenerator", "Sprachmodell", "Textgenerierung", "Texte erzeugen", "LLM"),
        *("Text schreiben", "Geschichte", "Sprachmodelle", "Text generator"),
    ),
    "token-classification": ("Namen", "anonymisieren", "Eigennamen", "NER", "Personen finden", "Entitäten"),
    "translation": ("übersetzen", "Übersetzer", "Übersetzung", "Fremdsprachen", "ubersetzen"),
    "zero-shot-classification": ("Themen", "Texte sortieren", "Texte klassifizieren", "Absicht", "Tickets zuordnen"),
    "tabular-classification": ("Zeilen klassifizieren", "Kategorie vorhersagen", "Daten klassifizieren", "Zeilen"),
    "tabular-regression": ("Prognose", "Vorhersage", "Wert vorhersagen", "Regression", "schätzen"),
}
FIND = """(queries) => {
  const cards = [...document.querySelectorAll("#front .card")];
  return queries.map((typed) => window.finder.found(cards, typed).map((card) => card.dataset.task));
}"""


@pytest.mark.parametrize(("locale", "queries"), [("en", ENGLISH), ("de", GERMAN)])
async def test_what_people_call_a_task_finds_it_among_the_first(
    app: Server, browser: Browser, locale: str, queries: dict[str, tuple[str, ...]]
) -> None:
    typed = [(query, task) for task, several in queries.items() for query in several]
    async with watched_page(browser, app.url, locale=locale) as page:
        found = await page.evaluate(FIND, [query for query, _ in typed])
    missed = [
        (query, task, tasks) for (query, task), tasks in zip(typed, found, strict=True) if task not in tasks[:SHOWN]
    ]
    assert not missed
    assert queries.keys() == {task.id for task in all_tasks()} and min(map(len, queries.values())) >= 3


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("speech to text", "Write down speech"),
        ("text to speech", "Read a text aloud"),
        ("text generators", "Continue a text"),
        ("compare", "Compare meanings"),
        ("summarise my emails", "Shorten a text"),
        ("OCR", "Describe or read a picture"),
    ],
)
async def test_the_best_match_is_the_first_whatever_its_group(
    app: Server, browser: Browser, typed: str, found: str
) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("searchbox").press_sequentially(typed)
        await expect(page.locator(f"{CARDS} b").first).to_have_text(found)


async def test_the_cards_are_in_their_groups_again_when_nothing_is_typed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        shown = "cards => cards.map((card) => card.dataset.task + card.closest('section').dataset.domain)"
        before = await page.locator(CARDS).evaluate_all(shown)
        await page.get_by_role("searchbox").fill("picture")
        await expect(page.locator("#front section:visible")).to_have_count(1)
        await page.get_by_role("searchbox").fill("")
        assert await page.locator(CARDS).evaluate_all(shown) == before
