"""An annotator that reads no text: what is written and shown can be tested without a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from annotator.grade import load_rubric
from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS
from annotator.records import (
    Annotation,
    Article,
    Attribute,
    Claim,
    Evidence,
    Failure,
    Grade,
    ModelInfo,
    Profile,
    Sentence,
    Share,
    Source,
    Span,
)
from annotator.write import INDICATORS, SHARES

MODEL = ModelInfo("fake", "1", "0" * 64)


def make_annotation(article: Article) -> Annotation:
    """Two sentences, two claims and two sources that hold every kind of value, cut from any text."""
    length = len(article.text)
    half, fifth = length // 2, length // 5
    chances = dict.fromkeys(LABELS, 0.1) | {ATTRIBUTED: 0.7}
    sentences = (
        Sentence(0, 0, half, "headline", True, ATTRIBUTED, 0.7, chances, False, ("c1",)),
        Sentence(1, half, length, "body", True, ANONYMOUS, 0.4, chances, True, ("c2",)),
    )
    name, cue, content = Span(0, fifth), Span(fifth, 2 * fifth), Span(2 * fifth, length)
    claims = (
        Claim(
            "c1", (0, 1), name, cue, (content,), (content,), "mixed", "fact", "explicit", "s1", "single_identified", ()
        ),
        Claim("c2", (1,), flags=("bare_source", "vague_plural"), support="unresolved", link="spillover"),
    )
    evidence = (Evidence("identity", 4, "named person", 0, fifth), Evidence("cap", 0, "none applies"))
    sources = (
        Source(
            "s1",
            "Ilse Varga",
            "named_person",
            (name,),
            reason_kind="n/a",
            role=Attribute("surveyor", name),
            affiliation=Attribute("Harbour Board"),
            count_stated=1,
            grade=Grade(6, "substantial", evidence),
        ),
        Source("s2", None, "unresolved", anonymity_type="unspecified", grade=Grade(None, "not_gradable")),
    )
    indicators = {name: {"int64": 2, "bool": True, "double": 0.5}[kind] for name, kind in INDICATORS}
    indicators |= {"evenness": None, "fully_identified_class": "2-3"}
    shares = {name: Share(1, 2, 0.5) for name in SHARES[:-1]} | {SHARES[-1]: Share(3, 6, 0.5, 0.2, 0.8)}
    profile = Profile(2, 2, 2, "limited", indicators, shares, ("mean 4.2",), ("low_evidence",))
    attitudes = (Claim("a1", (1,), name, cue, (content,)),)
    return Annotation(article, sentences, claims, sources, profile, MODEL, attitudes)


class FakeAnnotator:
    """Takes articles two at a time, as the real one takes chunks; a text with the word FAIL fails."""

    info = MODEL
    precision = "float"
    rubric = load_rubric()

    def __init__(self) -> None:
        self.texts: list[str] = []

    def annotate_chunk(self, items: Sequence[Article | Failure]) -> list[Annotation | Failure]:
        return list(self.annotate_many(items))

    def annotate_many(self, items: Iterable[Article | Failure]) -> Iterator[Annotation | Failure]:
        chunk: list[Article | Failure] = []
        for item in items:
            chunk.append(item)
            if len(chunk) == 2:
                yield from map(self._annotate, chunk)
                chunk = []
        yield from map(self._annotate, chunk)

    def _annotate(self, item: Article | Failure) -> Annotation | Failure:
        if isinstance(item, Failure):
            return item
        self.texts.append(item.text)
        if "FAIL" in item.text:
            return Failure(item.path or item.id, "predict", "made to fail")
        return make_annotation(item)
