"""Runs as a separate process: reads utterances, prints the words that pocketsphinx finds in them.

Standard input is 16-bit samples at 16 kHz; each argument is how many of them the next utterance has. Standard output is
JSON: per utterance a list of [word, first frame, last frame], a frame being 10 ms.
"""

import json
import re
import sys

from pocketsphinx import Decoder

_NO_WORD = re.compile(r"^[<\[+]")
_VARIANT = re.compile(r"\(\d+\)$")


def main() -> None:
    # Dither prevents words in digital silence; the seed makes it the same each time. The limit on active states
    # (30,000 by default) halves the time for music and noise and changed no word of 14 test recordings.
    decoder = Decoder(dither=True, seed=1, maxhmmpf=5000, loglevel="FATAL")
    found = [_words(decoder, sys.stdin.buffer.read(2 * int(count))) for count in sys.argv[1:]]
    json.dump(found, sys.stdout)


def _words(decoder: Decoder, samples: bytes) -> list[tuple[str, int, int]]:
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    segments = decoder.seg() if decoder.hyp() else []
    return [
        (_VARIANT.sub("", segment.word), segment.start_frame, segment.end_frame)
        for segment in segments
        if not _NO_WORD.match(segment.word)
    ]


if __name__ == "__main__":
    main()
