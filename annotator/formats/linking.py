"""Relations that people draw between marks -> the source of a sentence, and the marks of one claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from annotator.formats.documents import Mark
from annotator.formats.naming import is_role, suggest_name
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan


def link_marks(marks: Mapping[str, Mark], links: Iterable[tuple[str, str]]) -> tuple[Mark, ...]:
    """The marks with what the links between them say, whichever way they point.

    A link between a sentence and a source gives the sentence its source; roles that are linked, also by way of others, are
    one claim. A claim that the marks name already is kept.
    """
    out = dict(marks)
    parents = {key: key for key in marks}

    def find(key: str) -> str:
        while parents[key] != key:
            parents[key] = key = parents[parents[key]]
        return key

    linked, sources = set(), {}
    for one, other in links:
        if one not in marks or other not in marks:
            continue
        if is_role(marks[one].label) and not is_role(marks[other].label):
            one, other = other, one
        if is_role(marks[one].label):
            linked |= {one, other}
            parents[find(one)] = find(other)
        elif is_role(marks[other].label) and suggest_name(marks[other].label or "") == "source":
            sources[one] = other
    names: dict[str, str] = {}
    for key in out:
        if key in linked and out[key].claim is None:
            claim = names.setdefault(find(key), f"c{len(names) + 1}")
            out[key] = replace(out[key], claim=claim)
    out |= {one: replace(out[one], source=out[other]) for one, other in sources.items()}
    return tuple(out.values())


def list_marks(article: LabelledArticle) -> tuple[dict[str, LabelledSentence | LabelledSpan], list[tuple[str, str]]]:
    """What a tool shows of an article, by id, and the links: sentences with a label, spans, and the sources of sentences.

    The first span of a claim is linked with its others. A source of a sentence that is a span already is that span.
    """
    sentences = {f"s{n}": item for n, item in enumerate(article.sentences, 1) if item.label is not None}
    spans = {f"m{n}": item for n, item in enumerate(article.spans, 1)}
    links, heads = [], {}
    for key, span in spans.items():
        if span.claim is not None and heads.setdefault(span.claim, key) != key:
            links.append((heads[span.claim], key))
    at = {(span.start, span.end): key for key, span in reversed(spans.items()) if span.label == "source"}
    for key, sentence in sentences.items():
        if sentence.source is None:
            continue
        place = sentence.source.start, sentence.source.end
        if place not in at and not article.spans_known:
            at[place] = f"m{len(spans) + 1}"
            spans[at[place]] = LabelledSpan(*place, "source")
        if place in at:
            links.append((key, at[place]))
    return {**sentences, **spans}, links
