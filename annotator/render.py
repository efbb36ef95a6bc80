"""One annotated article for the terminal: labelled sentences, sources with their grades, claims and the profile.

The text of an article is hostile here: it is shown as text and never read as markup, and characters that steer a
terminal or turn the writing direction are shown as escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE
from annotator.limits import NOTE
from annotator.records import Annotation, Claim, Evidence, Sentence, Source, Span

PLAIN_WIDTH = 100
LABEL_STYLES = {NARRATION: "dim", ATTRIBUTED: "cyan", QUOTE: "green", ANONYMOUS: "magenta"}
BAND_STYLES = {"high": "green", "substantial": "green", "limited": "yellow", "low": "red", "minimal": "red"}
SOURCE_STYLE, CUE_STYLE, HEADING_STYLE = "bold underline", "italic", "bold"
LEGEND = "[source]  <cue>  ? = needs review"
# C0 and C1 controls, lone surrogates, line and paragraph separators, and marks that turn the writing direction.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
SPACES = re.compile(r"[ \t\r\n]+")


def make_console(width: int | None = None, **settings: Any) -> Console:
    """A console that prints what it is given and nothing else; 100 columns wide where the output is no terminal."""
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=False, **settings)
    if width or not console.is_terminal:
        console.width = width or PLAIN_WIDTH
    return console


def escape_controls(text: str) -> str:
    """Text on one line: white space becomes single blanks, steering characters become visible escapes."""
    return STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), SPACES.sub(" ", text))


def render_annotation(annotation: Annotation, remark: str = "") -> RenderableType:
    """The whole article as one Rich renderable; `remark` is a line on the band of the profile."""
    parts = [_render_head(annotation), Text(LEGEND, "dim"), _render_sentences(annotation)]
    parts += [_heading(f"Sources ({len(annotation.sources)})")]
    parts += [_render_source(annotation, source) for source in annotation.sources]
    parts += [_heading(f"Claims ({len(annotation.claims)})")]
    parts += [_render_claim(annotation, claim) for claim in annotation.claims]
    parts += [_heading("Profile"), _render_profile(annotation, remark), Text(""), Text(NOTE, "dim")]
    return Group(*parts)


def print_annotation(annotation: Annotation, console: Console, remark: str = "") -> None:
    """Print an article; where the output is no terminal, without the blanks that pad lines to the width."""
    print_trimmed(render_annotation(annotation, remark), console)


def print_trimmed(content: RenderableType, console: Console) -> None:
    """Print to a terminal as it is, elsewhere without blanks at the ends of lines."""
    if console.is_terminal:
        console.print(content)
        return
    with console.capture() as captured:
        console.print(content)
    lines = captured.get().splitlines()
    console.file.write("\n".join(line.rstrip() for line in lines) + "\n")


def _render_head(annotation: Annotation) -> Text:
    article = annotation.article
    head = Text(escape_controls(article.title or article.id), HEADING_STYLE)
    details = [article.outlet, article.published, article.url, article.path]
    if any(details):
        head.append("\n" + " · ".join(escape_controls(item) for item in details if item), "dim")
    return head


def _render_sentences(annotation: Annotation) -> Table:
    table = Table.grid(padding=(0, 1))
    for column in ("number", "label", "review"):
        table.add_column(column, no_wrap=True, justify="right" if column == "number" else "left")
    table.add_column("text", overflow="fold")
    for sentence in annotation.sentences:
        style = LABEL_STYLES.get(sentence.label or "", "")
        label = (sentence.label or "-") + ("" if sentence.zone == "body" else f" ({sentence.zone})")
        review = "?" if sentence.needs_review else " "
        table.add_row(
            Text(str(sentence.id)), Text(label, style), Text(review), _mark_sentence(annotation, sentence, style)
        )
    return table


def _mark_sentence(annotation: Annotation, sentence: Sentence, style: str) -> Text:
    """The words of a sentence with [source] and <cue> marked, whatever overlaps."""
    sources = _clip({span for claim in annotation.claims if (span := claim.source)}, sentence.span)
    cues = _clip({span for claim in annotation.claims if (span := claim.cue)}, sentence.span)
    edges = {sentence.start, sentence.end} | {edge for span in (*sources, *cues) for edge in (span.start, span.end)}
    shown = Text()
    for start, end in pairwise(sorted(edges)):
        piece = Span(start, end)
        is_source, is_cue = (any(span.overlap(piece) for span in spans) for spans in (sources, cues))
        opening = "[" * (start in {span.start for span in sources}) + "<" * (start in {span.start for span in cues})
        closing = ">" * (end in {span.end for span in cues}) + "]" * (end in {span.end for span in sources})
        words = opening + escape_controls(annotation.article.text[start:end]) + closing
        shown.append(words, " ".join(filter(None, (style, is_source and SOURCE_STYLE, is_cue and CUE_STYLE))))
    return shown


def _clip(spans: Iterable[Span], whole: Span) -> list[Span]:
    return [Span(max(s.start, whole.start), min(s.end, whole.end)) for s in spans if s.overlap(whole)]


def _render_source(annotation: Annotation, source: Source) -> RenderableType:
    text, grade = annotation.article.text, source.grade
    head = Text(f"{source.id}  ")
    head.append(_name_source(annotation, source), HEADING_STYLE)
    head.append(f"  {source.type}" + (f", {source.anonymity_type}" if source.anonymous else ""))
    if grade:
        score = "" if grade.score is None else f" {grade.score}/10"
        head.append(f"  {grade.band}{score}", BAND_STYLES.get(grade.band, ""))
    claims = [claim.id for claim in annotation.claims if claim.source_id == source.id]
    lines = [Text(_show_evidence(text, item)) for item in (grade.evidence if grade else ())]
    lines.append(Text(f"claims: {' '.join(claims) or '-'}", "dim"))
    return Group(head, *(Padding(line, (0, 0, 0, 4)) for line in lines))


def _show_evidence(text: str, item: Evidence) -> str:
    words = f": “{escape_controls(text[item.start : item.end])}”" if item.start is not None else ""
    return f"{item.part} {item.points}  {escape_controls(item.why)}{words}"


def _name_source(annotation: Annotation, source: Source) -> str:
    """The name, or else the first words that mention the source."""
    if source.name:
        return escape_controls(source.name)
    mention = source.mentions[0] if source.mentions else None
    return f"“{escape_controls(annotation.article.text[mention.start : mention.end])}”" if mention else "(not named)"


def _render_claim(annotation: Annotation, claim: Claim) -> RenderableType:
    words = " ... ".join(annotation.article.text[span.start : span.end] for span in claim.content)
    head = Text(f"{claim.id}  {claim.source_id or '-'}  ")
    head.append(" ".join(filter(None, (claim.quote_status, claim.kind, claim.link, claim.support))), "dim")
    if claim.flags:
        head.append(f"  {' '.join(claim.flags)}", "yellow")
    return Group(head, Padding(Text(escape_controls(words) or "-"), (0, 0, 0, 4)))


def _render_profile(annotation: Annotation, remark: str) -> RenderableType:
    profile = annotation.profile
    head = Text("band: ")
    head.append(profile.band, BAND_STYLES.get(profile.band, ""))
    head.append(f"  sentences: {profile.sentences}  claims: {profile.claims}  sources: {profile.sources}")
    table = Table.grid(padding=(0, 2))
    for name, value in profile.indicators.items():
        share = profile.shares.get(name)
        count = f"{_show_value(share.k)} of {share.n}" if share else ""
        interval = f"95% {share.low:.2f}-{share.high:.2f}" if share and None not in (share.low, share.high) else ""
        table.add_row(Text(name), Text(_show_value(value)), Text(count), Text(interval))
    words = [Text(f"- {escape_controls(step)}") for step in (*profile.steps, remark) if step]
    notes = [Text(f"notes: {' '.join(profile.notes)}")] if profile.notes else []
    return Group(head, *words, *notes, table)


def _show_value(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _heading(words: str) -> Text:
    return Text(f"\n{words}", HEADING_STYLE)
