"""PolNeAR's stand-off attributions as labelled articles (codebook, narrow profile). Used by `prepare_polnear`.

The corpus marks who says what for every attribution, intentions and feelings included; the codebook labels sentences. A
table of cue classes tells which attributions count, a table of source types which sources are anonymous.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nupunkt

from annotator.errors import InputError
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, ATTRIBUTED, LABELS, NARRATION, QUOTE, SPAN_ROLES
from annotator.records import Span

# Cue classes of the narrow profile (codebook 1.6): assertion, belief, hearsay, no comment, non-disclosure.
NARROW_CUES = frozenset({"as", "be", "he", "nc", "nd"})
ASSERTION, HEARSAY, NO_CUE = "as", "he", ""

MIN_CONTENT = 4  # characters of content that a sentence must hold
MIN_PIECE = 3  # characters of one piece of it
TIED_WORDS = 2  # quoted words that make a claim without a cue, or without a source
QUOTED_WORDS = 4  # quoted words that make a claim of a cue outside the narrow profile; least length of a quoted clause
HALF, QUARTER = 0.5, 0.25  # shares of the content in quotation marks (codebook Q5)
WINDOW = 90  # characters before a relative pronoun in which its antecedent is looked for

SINGULAR_TYPES = frozenset({"named_person", "role_identified_person", "unnamed_person", "unnamed_spokesperson"})
PLURAL_TYPES = frozenset({"named_organization", "unnamed_group", "generic_collective"})
SINGULAR = frozenset({"he", "she", "him", "her", "his", "himself", "herself"})
PLURAL = frozenset({"they", "them", "their", "both"})
RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})

_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile(r"[“”«»\"]|''|``")
_WORD = re.compile(r"[\w'’-]+")
_FULL_NAME = re.compile(r"((?:[A-Z][\w.'’-]+ )*[A-Z][\w.'’-]+),? *(?:\([^)]*\),?)? *$")
_PEOPLE_WORDS = (
    "people|officials?|aides?|those|voters|advis[eo]rs|sources?|persons?|men|women|supporters|experts|critics|"
    "analysts|some|many|others"
)
_PEOPLE = re.compile(rf"\b(?:{_PEOPLE_WORDS})\b[^.]{{0,30}}$", re.IGNORECASE)
_CONTRACTION = re.compile(r"\w['’](?:s|re|m|ve|ll|d)$")
_VERB_WORDS = """
    is are was were am be been has have had do does did will would can could should must may might shall get go want
    think know need make take say said feel see look let come give stand believe love hope like got went made took came
    gave saw knew thought felt told put win won lost lose pay run ran keep kept call work talk vote agree
"""
_VERBS = frozenset(_VERB_WORDS.split())


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution of the corpus: spans by role, the words of cue and source, and what the tables say of them."""

    spans: Mapping[str, tuple[Span, ...]]
    cue_text: str
    source_text: str
    cue_class: str = NO_CUE
    source_type: str | None = None
    source_name: str | None = None

    @property
    def start(self) -> int:
        """Where the cue begins, or the content where there is no cue."""
        return (self.spans["cue"] or self.spans["content"])[0].start


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Cue text -> cue class, and source text -> source type (or anaphor, author, error)."""

    cues: Mapping[str, str]
    sources: Mapping[str, str]


def read_lexicon(cues: Path, sources: Path) -> Lexicon:
    """Read the two tables; raises InputError for a row without three columns."""
    return Lexicon(_read_table(cues), _read_table(sources))


def convert_split(folder: Path, lexicon: Lexicon) -> Iterator[LabelledArticle]:
    """The articles of a split (a folder with `text` and `attributions`) that have an annotation, in order of name.

    Of several annotators' files the first by name is taken. Raises InputError where the folder is not such a split.
    """
    texts = sorted((folder / "text").glob("*.txt"))
    if not texts:
        raise InputError(f"{folder}: no text/*.txt; give a split folder of PolNeAR with text and attributions")
    annotations: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        annotations.setdefault(path.stem.rpartition("_")[0], path)
    for path in texts:
        if path.stem in annotations:
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read()
            yield convert_article(path.stem, text, read_attributions(annotations[path.stem]), lexicon)


def convert_article(name: str, text: str, attributions: Iterable[Attribution], lexicon: Lexicon) -> LabelledArticle:
    """One labelled article: a label for each sentence, and the spans of the corpus as they are."""
    ordered = sorted((item for item in attributions if item.spans["content"]), key=lambda item: item.start)
    typed = type_attributions(text, ordered, lexicon)
    quoted = find_quoted(text)
    spans = tuple(
        LabelledSpan(span.start, span.end, role, f"a{number}")
        for number, item in enumerate(ordered)
        for role in SPAN_ROLES
        for span in item.spans[role]
    )
    sentences = tuple(label_sentence(text, sentence, typed, quoted) for sentence in split_sentences(text))
    return LabelledArticle(name, text, sentences, spans)


def read_attributions(path: Path) -> list[Attribution]:
    """The events of one stand-off file. Lines that are the rest of an annotation broken by a line break say nothing."""
    pieces: dict[str, tuple[tuple[Span, ...], str]] = {}
    events: list[dict[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        key, *fields = line.split("\t")
        if re.fullmatch(r"T\d+", key) and fields and re.match(r"\S+ \d+ \d+", fields[0]):
            places = fields[0].split(" ", 1)[1].split(";")
            spans = tuple(Span(*map(int, place.split())) for place in places)
            pieces[key] = (spans, fields[1] if len(fields) > 1 else "")
        elif re.fullmatch(r"E\d+", key) and fields:
            events.append(_parse_event(fields[0]))
    return [_join_event(event, pieces) for event in events]


def type_attributions(text: str, attributions: Sequence[Attribution], lexicon: Lexicon) -> list[Attribution]:
    """The attributions, in reading order, with cue class, source type and the name of the source.

    A pronoun takes the last singular or plural source before it, a missing source the last one.
    """
    memory = _Memory()
    typed = []
    for item in attributions:
        cue = " ".join(item.cue_text.lower().split())
        cue_class = lexicon.cues.get(cue, ASSERTION if cue else NO_CUE)
        name = " ".join(item.source_text.split())
        kind, who = memory.identify(name, text, item, cue_class, lexicon)
        typed.append(replace(item, cue_class=cue_class, source_text=name, source_type=kind, source_name=who))
    return typed


def find_quoted(text: str) -> list[Span]:
    """Stretches between double quotation marks; an open quotation runs to the end of its paragraph."""
    stretches = []
    for paragraph in _PARAGRAPH.finditer(text):
        inside, start = False, paragraph.start()
        for mark in _MARK.finditer(text, paragraph.start(), paragraph.end()):
            if inside and start < mark.start():
                stretches.append(Span(start, mark.start()))
            inside = mark.group() in "“«" or (mark.group() not in "”»" and not inside)
            start = mark.end()
        if inside and start < paragraph.end():
            stretches.append(Span(start, paragraph.end()))
    return stretches


def split_sentences(text: str) -> list[Span]:
    """Sentences by nupunkt, paragraph by paragraph, without white space at their ends."""
    sentences = []
    for paragraph in _PARAGRAPH.finditer(text):
        at = paragraph.start()
        for piece in nupunkt.sent_tokenize(paragraph.group()):
            words = piece.strip()
            start = text.find(words, at) if words else -1
            if start >= 0:
                at = start + len(words)
                sentences.append(Span(start, at))
    return sentences


def label_sentence(
    text: str, sentence: Span, attributions: Iterable[Attribution], quoted: Sequence[Span]
) -> LabelledSentence:
    """The label of highest precedence (codebook 1.2) that an attribution gives the sentence; the first one's source."""
    best, chosen = NARRATION, None
    here = [_clip(span, sentence) for span in quoted if span.overlap(sentence)]
    for item in attributions:
        label = _label_attribution(text, sentence, item, here)
        if label is not None and LABELS.index(label) > LABELS.index(best):
            best, chosen = label, item
    if chosen is None:
        return LabelledSentence(sentence.start, sentence.end, best)
    inside = [span for span in chosen.spans["source"] if span.overlap(sentence)]
    return LabelledSentence(
        sentence.start,
        sentence.end,
        best,
        source=Span(inside[0].start, inside[-1].end) if inside else None,
        source_name=chosen.source_name,
        source_type=chosen.source_type,
    )


def measure_agreement(articles: Sequence[LabelledArticle], reference: Sequence[LabelledArticle]) -> dict[str, float]:
    """Shares of the reference's sentences and spans that `articles` reproduce: boundaries, labels, spans."""
    made = {article.id: article for article in articles}
    totals = {"boundaries": 0, "labels": 0, "spans": 0}
    sentences = spans = 0
    for article in reference:
        other = made.get(article.id)
        labels = {(item.start, item.end): item.label for item in other.sentences} if other else {}
        ours = {(item.start, item.end, item.label, item.claim) for item in other.spans} if other else set()
        sentences += len(article.sentences)
        spans += len(article.spans)
        for item in article.sentences:
            totals["boundaries"] += (item.start, item.end) in labels
            totals["labels"] += labels.get((item.start, item.end)) == item.label
        totals["spans"] += sum((item.start, item.end, item.label, item.claim) in ours for item in article.spans)
    sizes = {"boundaries": sentences, "labels": sentences, "spans": spans}
    return {name: count / sizes[name] if sizes[name] else 1.0 for name, count in totals.items()}


class _Memory:
    """The last singular source, the last plural one and the last of any kind: (type, name) pairs."""

    def __init__(self) -> None:
        self.singular: tuple[str, str | None] | None = None
        self.plural: tuple[str, str | None] | None = None
        self.last: tuple[str | None, str | None] = (None, None)

    def identify(
        self, name: str, text: str, item: Attribution, cue_class: str, lexicon: Lexicon
    ) -> tuple[str | None, str | None]:
        """Type and name of the source of one attribution, remembered for what follows."""
        word = name.lower()
        if not name:
            found = ("unspecified", None) if cue_class == HEARSAY else self.last
        elif word in SINGULAR:
            found = self.singular or ("named_person", None)
        elif word in PLURAL:
            found = self.plural or self.singular or ("named_person", None)
        elif word in RELATIVE:
            at = item.spans["source"][0].start
            found = self._find_antecedent(text[max(0, at - WINDOW) : at])
        elif word == "it":
            found = ("named_organization", None)
        else:
            found = (self._look_up(name, lexicon), name)
        if found[0] not in (None, "author"):
            self.last = found
        return found

    def _look_up(self, name: str, lexicon: Lexicon) -> str | None:
        kind = lexicon.sources.get(name)
        if kind == "anaphor":
            kind = "named_person"
        elif kind == "error":
            kind = None
        if kind in SINGULAR_TYPES:
            self.singular = (kind, name)
        elif kind in PLURAL_TYPES:
            self.plural = (kind, name)
        return kind

    def _find_antecedent(self, before: str) -> tuple[str, str | None]:
        """Of a relative pronoun: the name or the people just before it, else the last source."""
        full_name = _FULL_NAME.search(before)
        if full_name:
            return "named_person", full_name.group(1)
        if _PEOPLE.search(before):
            return "unnamed_group", None
        return self.singular or self.plural or ("named_person", None)


def _label_attribution(text: str, sentence: Span, item: Attribution, quoted: Sequence[Span]) -> str | None:
    """The label that one attribution gives a sentence, None where it does not count for it."""
    parts = [_clip(span, sentence) for span in item.spans["content"] if span.overlap(sentence) >= MIN_PIECE]
    length = sum(part.end - part.start for part in parts)
    if length < MIN_CONTENT or item.source_type == "author":
        return None
    own = [span for span in quoted if any(span.overlap(part) for part in parts)]
    words = _WORD.findall(" ".join(text[span.start : span.end] for span in own))
    if not _counts_as_claim(item, len(words)):
        return None
    if item.source_type in ANONYMOUS_TYPES:
        return ANONYMOUS
    share = sum(span.overlap(part) for span in own for part in parts) / length
    clause = len(words) >= QUOTED_WORDS and any(map(_is_finite, words))
    return QUOTE if share >= HALF or (clause and share >= QUARTER) else ATTRIBUTED


def _counts_as_claim(item: Attribution, quoted_words: int) -> bool:
    tied = quoted_words >= TIED_WORDS
    if item.cue_class == NO_CUE and not tied:
        return False
    if item.cue_class not in NARROW_CUES | {NO_CUE} and quoted_words < QUOTED_WORDS:
        return False
    return bool(item.source_text) or item.cue_class == HEARSAY or tied


def _is_finite(word: str) -> bool:
    """Whether a word looks like a finite verb. Plurals pass too: a clause of four quoted words seldom lacks a verb."""
    word = word.lower()
    return word in _VERBS or bool(_CONTRACTION.search(word)) or bool(re.search(r"\w(?:ed|s)$", word))


def _clip(span: Span, sentence: Span) -> Span:
    return Span(max(span.start, sentence.start), min(span.end, sentence.end))


def _parse_event(field: str) -> dict[str, list[str]]:
    event: dict[str, list[str]] = {}
    for part in field.split():
        role, _, key = part.partition(":")
        event.setdefault(role.rstrip("0123456789").lower(), []).append(key)
    return event


def _join_event(event: Mapping[str, list[str]], pieces: Mapping[str, tuple[tuple[Span, ...], str]]) -> Attribution:
    found = {role: [pieces[key] for key in event.get(role, ()) if key in pieces] for role in SPAN_ROLES}
    spans = {role: tuple(span for places, _ in items for span in places) for role, items in found.items()}
    words = {role: " ".join(text for _, text in items) for role, items in found.items()}
    return Attribution(spans, words["cue"], words["source"])


def _read_table(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 1):
        if len(row) < 3:
            raise InputError(f"{path}:{number}: expected three columns (text, count, class) with tabs between them")
    return {row[0]: row[2] for row in rows[1:]}
