"""Proposals of any number and length with copies planted in them, for the tests and the benchmark."""

import random
from dataclasses import replace

from portal.screening.values import Passage, Subject

BOILERPLATE = (
    "本项目严格遵守征集公告关于资金使用的规定，专款专用，单独核算，自觉接受社会监督。"
    "项目申报单位应当对申报材料的真实性负责，不得重复申报同一项目或者将项目转包给其他单位。"
)
"""Words of the call that every proposal repeats."""

NAMES = ("澄江街道", "望湖社区", "银杏社区", "春晖社工服务中心", "晨曦社会服务中心")


def subjects(count: int, signs: int, seed: int = 7) -> list[Subject]:
    """Honest proposals over one vocabulary: ``count`` of some ``signs`` signs, all with the call's boilerplate."""
    chance = random.Random(seed)
    words = ["".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(2)) for _ in range(800)]
    weights = [1 / (rank + 20) for rank in range(len(words))]
    return [_honest(number, signs, chance, words, weights) for number in range(count)]


def _honest(
    number: int, signs: int, chance: random.Random, words: list[str], weights: list[float]
) -> Subject:
    sentences: list[str] = []
    length = 0
    while length < signs - len(BOILERPLATE):
        sentence = "".join(chance.choices(words, weights, k=chance.randint(9, 22)))
        sentences.append(f"{chance.choice(NAMES)}{sentence}" if chance.random() < 0.3 else sentence)
        length += len(sentences[-1]) + 1
    text = "。".join(sentences) + "。" + BOILERPLATE
    half = len(text) // 2
    texts = (Passage("needs", text[:half]), Passage("activities", text[half:]))
    return Subject(f"bid-{number:03}", f"party-{number:03}", "lot", texts=texts)


def copied(source: Subject, target: Subject, sentences: int, seed: int = 3) -> tuple[Subject, list[str]]:
    """``target`` with sentences of ``source`` in another order and with other names; also gives the originals."""
    chance = random.Random(seed)
    available = [s for p in source.texts for s in p.text.split("。") if len(s) > 20 and s not in BOILERPLATE]
    chosen = chance.sample(available, sentences)
    changed = []
    for sentence in chosen:
        for name in NAMES:
            sentence = sentence.replace(name, chance.choice(NAMES))
        changed.append(sentence if chance.random() < 0.5 else f"同时，{sentence[:-2]}等")
    planted = Passage("risk", "。".join(changed))
    return replace(target, texts=(*target.texts, planted)), chosen
