"""A byte-level BPE vocabulary in CLIP's format, learnt from the captions.

CLIP's tokeniser (https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py) lower-cases,
splits into words, writes each word as visible stand-ins for its bytes with `</w>` after the last,
and merges pairs by rank (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909). All 256 bytes are
in the vocabulary, so that any text can be encoded.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

BOS = "<|startoftext|>"
EOS = "<|endoftext|>"
END_OF_WORD = "</w>"
MAX_LENGTH = 77
"""Positions of the text tower, as in CLIP."""

# CLIP's own pre-tokenisation: contractions, runs of letters, single digits, runs of the rest.
_WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")

Merge = tuple[str, str]


def byte_symbols() -> list[str]:
    """The visible stand-in of each byte 0..255, GPT-2's table, which CLIP shares."""
    visible = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)}
    spare = iter(range(256, 512))
    return [chr(byte) if byte in visible else chr(next(spare)) for byte in range(256)]


def _split(word: str, symbols: list[str]) -> tuple[str, ...]:
    letters = [symbols[byte] for byte in word.encode()]
    return (*letters[:-1], letters[-1] + END_OF_WORD)


def _merge(parts: tuple[str, ...], pair: Merge) -> tuple[str, ...]:
    merged: list[str] = []
    for part in parts:
        if merged and (merged[-1], part) == pair:
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def learn_merges(texts: Iterable[str], count: int) -> list[Merge]:
    """Learn up to `count` BPE merges, most frequent pair first, ties by alphabet.

    Stops early when no pair occurs twice, so that chance words get no entry of their own.
    """
    symbols = byte_symbols()
    frequency = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    parts = {word: _split(word, symbols) for word in sorted(frequency)}
    merges: list[Merge] = []
    while len(merges) < count:
        pairs: Counter[Merge] = Counter()
        for word, pieces in parts.items():
            for pair in pairwise(pieces):
                pairs[pair] += frequency[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] < 2:
            break
        merges.append(best)
        for word, pieces in parts.items():
            if best[0] in pieces and best[1] in pieces:
                parts[word] = _merge(pieces, best)
    return merges


def vocabulary(merges: Iterable[Merge]) -> dict[str, int]:
    """Token -> id in CLIP's order: bytes, bytes that end a word, merges, BOS, EOS (the largest)."""
    symbols = byte_symbols()
    tokens = [*symbols, *(s + END_OF_WORD for s in symbols), *(a + b for a, b in merges), BOS, EOS]
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}


def save_tokenizer(folder: Path, merges: list[Merge]) -> None:
    """Write the tokeniser's files for both lines of transformers.

    `vocab.json` and `merges.txt` serve the slow tokeniser of 4.x, `tokenizer.json` everything else.
    """
    from transformers import CLIPTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").unlink(missing_ok=True)
    vocab = vocabulary(merges)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    special = {"bos_token": BOS, "eos_token": EOS, "unk_token": EOS, "pad_token": EOS}
    _write_json(folder / "special_tokens_map.json", special)
    added = {
        str(vocab[token]): {
            "content": token, "lstrip": False, "normalized": token == BOS, "rstrip": False,
            "single_word": False, "special": True,
        }
        for token in (BOS, EOS)
    }  # fmt: skip
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "CLIPTokenizer",
            "processor_class": "CLIPProcessor",
            "model_max_length": MAX_LENGTH,
            "add_prefix_space": False,
            "do_lower_case": True,
            "clean_up_tokenization_spaces": False,
            "errors": "replace",
            **special,
            "added_tokens_decoder": added,
        },
    )
    fast = CLIPTokenizerFast.from_pretrained(folder)
    fast.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
