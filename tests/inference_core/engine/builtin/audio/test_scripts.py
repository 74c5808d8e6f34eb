import pytest

from inference_core.engine.builtin.audio.scripts import UnreadableScript, unreadable_script
from inference_core.engine.builtin.audio.synthesis import voices


def test_a_voice_that_reads_all_leaves_nothing_unread() -> None:
    assert unreadable_script("Hello, 42 worlds!", "en-us") is None
    assert unreadable_script("안녕하세요", "en-us") is None
    assert unreadable_script("Привет, world", "uk") is None


def test_the_commonest_unread_script_is_named_with_its_share() -> None:
    assert unreadable_script("abcd мир α", "en-us") == UnreadableScript(
        "Cyrillic", 0.5, ("ru", *unread_readers("мир")[1:])
    )


@pytest.mark.parametrize("text", ["мир", "αβγ", "世界", "ひらがな", "カタカナ", "שלום", "سلام", "สวัสดี", "ሰላም", "తెలుగు"])
def test_the_voices_named_for_a_script_exist_and_can_read_it(text: str) -> None:
    readers = unread_readers(text)
    assert readers and set(readers) <= voices()
    assert all(unreadable_script(text, reader) is None for reader in readers)


def unread_readers(text: str) -> tuple[str, ...]:
    unread = unreadable_script(text, "en-us")
    assert unread is not None
    return unread.voices
