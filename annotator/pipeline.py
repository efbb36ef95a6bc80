"""`Annotator`: the stages in order. Articles go through the network in chunks, so that batches cross articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.ahead import map_ahead
from annotator.checkpoint import read_model
from annotator.chunks import chunk_articles
from annotator.config import Precision
from annotator.decode import add_own_labels, decode_article, settle_labels
from annotator.encode import Encoder
from annotator.errors import AnnotatorError, ConfigError
from annotator.grade import Rubric, grade_sources, judge_claims, load_rubric, profile_article
from annotator.quotes import find_quotations
from annotator.records import Annotation, Article, Failure, ModelInfo
from annotator.resolve import resolve_sources
from annotator.runtime import load_predictor
from annotator.segment import segment_article
from annotator.tokens import Tokenizer

if TYPE_CHECKING:
    from annotator.predict import Predictor

_ROW = ("labels", "starts", "ends", "band", "annotation", "failure")  # what `annotate_batch` adds


class Annotator:
    """Annotates articles with one model.

    >>> annotation = Annotator.load().annotate("The dam held, engineer Ola Brandt said.")
    """

    def __init__(
        self,
        encoder: Encoder,
        predictor: Predictor,
        info: ModelInfo,
        calibration: dict[str, float] | None = None,
        rubric: Rubric | None = None,
        own_labels: Sequence[str] = (),
    ) -> None:
        self.info = info
        self.own_labels = tuple(own_labels)
        self.precision = predictor.precision
        self._encoder = encoder
        self._predictor = predictor
        self._calibration = calibration or {}
        self.rubric = rubric or load_rubric()

    @classmethod
    def load(
        cls,
        path: Path | str | None = None,
        *,
        rubric: Path | str | None = None,
        precision: str = Precision.auto,
        threads: int | None = None,
        report: Callable[[str], None] | None = None,
    ) -> Annotator:
        """Load a model folder, the bundled one by default, and a rubric file, the shipped one by default.

        `precision` is auto, float or int8 (see `runtime.load_predictor`); `threads` are those of the model, by default one for
        each core. `report` is told what takes long. Raises CheckpointError where the folder cannot be used, ConfigError
        where the rubric cannot.
        """
        numbers = load_rubric(rubric)  # first, because it is quick to fail
        model = read_model(path)
        encoder = Encoder(Tokenizer.read(model.path), model.windows)
        predictor = load_predictor(model, precision, threads, report)
        return cls(encoder, predictor, model.info, model.calibration, numbers, model.own_labels)

    def annotate(self, article: Article | str) -> Annotation:
        """Annotate one article or text. Raises AnnotatorError where it cannot be."""
        if isinstance(article, str):
            article = Article("text", article)
        return self._annotate_articles([article])[0]

    def annotate_many(self, articles: Iterable[Article | Failure | str]) -> Iterator[Annotation | Failure]:
        """Annotate a stream in its order; failures pass through, and an article that fails becomes one."""
        for results in map_ahead(self.annotate_chunk, chunk_articles(_name_texts(articles))):
            yield from results

    def annotate_chunk(self, items: Sequence[Article | Failure]) -> list[Annotation | Failure]:
        """Annotate a few articles at once, all together in memory; failures as in `annotate_many`."""
        articles = [item for item in items if isinstance(item, Article)]
        try:
            done = iter(self._annotate_articles(articles))
        except AnnotatorError:
            done = iter([self._annotate_or_fail(article) for article in articles])
        return [next(done) if isinstance(item, Article) else item for item in items]

    def annotate_batch(self, batch: Mapping[str, Sequence[Any]], column: str = "text") -> dict[str, list[Any]]:
        """Annotate the texts of a column: ready for `datasets.Dataset.map(annotator.annotate_batch, batched=True)`.

        Adds to each row `labels` (one for each sentence), `starts` and `ends` (their offsets), `band`, `annotation` (the record
        as JSON) and `failure` (why there is none, else None). `title` and `outlet` are used where the batch has them. Raises
        ConfigError if it has no such column.
        """
        if column not in batch:
            raise ConfigError(
                f"no column {column!r}; there are {', '.join(batch)}: name one with fn_kwargs={{'column': ...}}"
            )
        extra = [name for name in ("title", "outlet") if name in batch]
        articles = [
            Article(f"row-{number}", text or "", **{name: batch[name][number] for name in extra})
            for number, text in enumerate(batch[column])
        ]
        rows = [_flatten_result(result) for result in self.annotate_many(articles)]
        return {name: [row[name] for row in rows] for name in _ROW}

    def _annotate_or_fail(self, article: Article) -> Annotation | Failure:
        try:
            return self._annotate_articles([article])[0]
        except AnnotatorError as error:
            return Failure(article.path or article.id, "annotate", str(error))

    def _annotate_articles(self, articles: list[Article]) -> list[Annotation]:
        sentences = [segment_article(article) for article in articles]
        encoded = self._encoder.encode_articles(
            [(article.text, found) for article, found in zip(articles, sentences, strict=True)]
        )
        scores = iter(self._predictor.predict([window for windows in encoded for window in windows]))
        return [
            self._finish(article, found, windows, list(islice(scores, len(windows))))
            for article, found, windows in zip(articles, sentences, encoded, strict=True)
        ]

    def _finish(self, article, sentences, windows, scores) -> Annotation:
        quotations = find_quotations(article.text)
        decoded = decode_article(article, sentences, quotations, windows, scores, self._calibration)
        sources, claims = resolve_sources(article, sentences, decoded.claims, quotations)
        temperature = self._calibration.get("labels", 1.0)
        sentences = settle_labels(sentences, decoded.speech, claims, sources, temperature)
        if decoded.own is not None:
            sentences = add_own_labels(sentences, decoded.own, self.own_labels)
        sources = grade_sources(sources, self.rubric)
        claims = judge_claims(claims, sources, self.rubric)
        profile = profile_article(sentences, claims, sources, self.rubric, article.text)
        return Annotation(article, sentences, claims, sources, profile, self.info, decoded.attitudes)


def _flatten_result(result: Annotation | Failure) -> dict[str, Any]:
    if isinstance(result, Failure):
        return dict(zip(_ROW, ([], [], [], None, None, result.message), strict=True))
    sentences = result.sentences
    places = [sentence.start for sentence in sentences], [sentence.end for sentence in sentences]
    record = json.dumps(result.to_dict(), ensure_ascii=False)
    return dict(zip(_ROW, ([s.label for s in sentences], *places, result.profile.band, record, None), strict=True))


def _name_texts(articles: Iterable[Article | Failure | str]) -> Iterator[Article | Failure]:
    for number, item in enumerate(articles, 1):
        yield Article(f"text-{number}", item) if isinstance(item, str) else item
