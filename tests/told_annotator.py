"""An annotator that is told what is in each article: who says what. Grades and profiles are those of the package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.batch import annotate_paths
from annotator.grade import grade_sources, judge_claims, load_rubric, profile_article
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, ATTRIBUTED, NARRATION
from annotator.read import ReadOptions
from annotator.records import Annotation, Article, Attribute, Claim, ModelInfo, Sentence, Source, Span


@dataclass(frozen=True)
class Said:
    """A sentence: narration without a type, else a claim with its source. Equal sources of an article are one."""

    type: str | None = None
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    anonymity: str = "none"
    reason_kind: str | None = None
    sector: str | None = None
    relay: int = 0
    date: str | None = None
    specific: bool | None = None
    kind: str = "fact"
    zone: str = "body"

    @property
    def source(self) -> Said:
        return replace(self, kind="fact", zone="body")


@dataclass(frozen=True)
class Story:
    """An article; stories with the same `text` number are repeats of one text."""

    says: tuple[Said, ...]
    outlet: str | None = None
    published: str | None = None
    text: int | None = None


class ToldAnnotator:
    """Sentences are the lines of a text; the words of a line do not matter."""

    info = ModelInfo("told", "1", "0" * 64)
    precision = "float"

    def __init__(self, stories: dict[str, Story]) -> None:
        self.stories = stories
        self.rubric = load_rubric()

    def annotate_chunk(self, items: Sequence[Article]) -> list[Annotation]:
        return list(self.annotate_many(items))

    def annotate_many(self, items: Iterable[Article]) -> Iterator[Annotation]:
        for article in items:
            yield self.annotate(article, self.stories[article.id].says)

    def annotate(self, article: Article, says: tuple[Said, ...]) -> Annotation:
        sentences, claims, places = [], [], {}
        start = 0
        for number, (line, said) in enumerate(zip(article.text.split("\n"), says, strict=True)):
            span = Span(start, start + len(line))
            start = span.end + 1
            if said.type is None:
                sentences.append(Sentence(number, span.start, span.end, said.zone, label=NARRATION))
                continue
            label = ANONYMOUS if said.type in ANONYMOUS_TYPES else ATTRIBUTED
            claim = f"c{len(claims) + 1}"
            sentences.append(Sentence(number, span.start, span.end, said.zone, label=label, claim_ids=(claim,)))
            places.setdefault(said.source, []).append(Span(span.start, span.start + 4))
            claims.append(
                Claim(
                    claim,
                    (number,),
                    content=(Span(span.start + 5, span.end),),
                    kind=said.kind,
                    source_id=f"s{list(places).index(said.source) + 1}",
                )
            )
        sources = [make_source(f"s{n}", said, spans) for n, (said, spans) in enumerate(places.items(), 1)]
        sources = grade_sources(sources, self.rubric)
        profile = profile_article(sentences, claims, sources, self.rubric)
        judged = judge_claims(claims, sources, self.rubric)
        return Annotation(article, tuple(sentences), judged, tuple(sources), profile, self.info)


def make_source(identity: str, said: Said, spans: list[Span]) -> Source:
    def attribute(value: str | None) -> Attribute | None:
        return Attribute(value, spans[0]) if value is not None else None

    return Source(
        identity,
        said.name,
        said.type,
        tuple(spans),
        anonymous=said.type in ANONYMOUS_TYPES,
        anonymity_type=said.anonymity,
        reason_kind=said.reason_kind,
        role=attribute(said.role),
        affiliation=attribute(said.affiliation),
        occasion=attribute(said.date),
        relay_depth=said.relay,
        sector=said.sector,
        body_specific=said.specific,
    )


def make_run(folder: Path, stories: list[Story], out: str = "out") -> Path:
    """Run the production batch over the stories, whose ids are a0, a1, ..., into a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {f"a{number}": story for number, story in enumerate(stories)}
    with (folder / "in.jsonl").open("w", encoding="utf-8") as lines:
        for number, (name, story) in enumerate(named.items()):
            text = number if story.text is None else story.text
            words = "\n".join(f"Line {index} of text {text} tells something." for index in range(len(story.says)))
            row = {"id": name, "text": words, "outlet": story.outlet, "published": story.published}
            lines.write(json.dumps(row) + "\n")
    annotate_paths(ToldAnnotator(named), [str(folder / "in.jsonl")], folder / out, ReadOptions(languages=None))
    return folder / out
