"""Made-up names: how long searches take in a large index, by what is typed.

    python benchmarks/search.py [NAMES]

The data are made up: 1 000 000 names (or NAMES) of two to six words out of 60 000, the words made of syllables and used
unevenly, as words are. Each kind of search is done 400 times with different texts; shown are the median and the time
that 95 of 100 stay under, in milliseconds of this process's CPU, which other work on the machine does not change.
"""

from __future__ import annotations

import random
import statistics
import sys
import time

from ce_graph.search.entries import Entry
from ce_graph.search.index import Index
from ce_graph.search.match import search

SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstv" for vowel in ("a", "e", "i", "o", "u", "aa", "ie")]
KINDS = ("project", "actor", "flow", "observation", "facility")
TIMES = 400


def words(dice: random.Random) -> list[str]:
    found = {"".join(dice.choice(SYLLABLES) for _ in range(dice.randrange(2, 6))) for _ in range(80_000)}
    return sorted(found)[:60_000]


def names(count: int, known: list[str], dice: random.Random):
    for number in range(count):
        name = " ".join(known[int(len(known) * dice.random() ** 3)] for _ in range(dice.randrange(2, 7)))
        kind = dice.choice(KINDS)
        yield Entry(f"https://example.org/id/{kind}/{number}", kind, name, dice.choice(("fi", "sv", "en")), True)


def mistyped(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word))
    return word[:place] + dice.choice("aeiouklmnst") + word[place + dice.randrange(2) :]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    dice = random.Random(1)
    known = words(dice)
    dice.shuffle(known)
    started = time.process_time()
    index = Index(names(count, known, dice))
    print(f"{count} names, {len(known)} words: index made in {time.process_time() - started:.0f} s", flush=True)
    letters = "abdefghijklmnoprstuv"
    typed = {
        "one letter": lambda: dice.choice(letters),
        "two letters": lambda: dice.choice(SYLLABLES)[:2],
        "beginning of a word": lambda: dice.choice(known)[:4],
        "a word": lambda: dice.choice(known),
        "two words": lambda: f"{dice.choice(known)} {dice.choice(known)[:3]}",
        "a mistyped word": lambda: mistyped(dice.choice([word for word in known[:2000] if len(word) > 5]), dice),
    }
    for what, text in typed.items():
        taken = []
        for _ in range(TIMES):
            wanted = text()
            started = time.process_time()
            search(index, wanted, "fi")
            taken.append((time.process_time() - started) * 1000)
        most = sorted(taken)[TIMES * 95 // 100]
        print(f"{what}: median {statistics.median(taken):.1f} ms, 95 of 100 under {most:.1f} ms")


if __name__ == "__main__":
    main()
