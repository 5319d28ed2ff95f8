"""Counting words: str, dict, sort. The one that the hash seed moves most."""

TEXT = ("the quick brown fox jumps over the lazy dog " * 40 + "lorem ipsum dolor sit amet ") * 2


def bench_words():
    for _ in range(10):
        counts = {}
        for word in TEXT.split():
            counts[word] = counts.get(word, 0) + 1
        sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ",".join([word.upper() for word in counts])
