"""Translation: say it in another language."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Language, Text
from tasks.registry import Domain, task
from tasks.views import PlainText

_DETECT = "auto"
"""What services of translation call a language that is to be found out. The API wants both languages or neither."""


@task(
    title="Translation",
    verb="Translate a text",
    search_words="translator, spanish, french, german, italian, chinese, english, foreign languages, interpreter, "
    "machine translation, languages, deepl, german to english, localization",
    domain=Domain.LANGUAGE,
    examples=[["Where is the train station?"], ["Thank you very much."], ["Good morning!"]],
)
async def translation(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=4, placeholder="A text to translate")],
    *,
    src_lang: Annotated[str | None, Language("From", "the language of the text, such as en", empty="detect it")] = None,
    tgt_lang: Annotated[
        str | None, Language("To", "the language to translate to, such as fr", empty="left to the model")
    ] = None,
) -> PlainText:
    """Say a text in another language."""
    if tgt_lang and not src_lang:
        src_lang = _DETECT
    translated = await client.translation(text, src_lang=src_lang, tgt_lang=tgt_lang)
    return PlainText(translated.translation_text)
