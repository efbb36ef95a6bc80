"""INCEpTION: UIMA CAS JSON 0.4.0, as its export writes it (github.com/apache/uima-uimaj-io-jsoncas).

Every annotation of a layer of one's own counts whose string features hold a label, or whose layer has the name of a role.
Relations and link features join marks. Offsets are UTF-16 units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.formats.documents import LIST_KEYS, NOTE_KEYS, UTF16, Document, Mark, RowError, read_notes
from annotator.formats.linking import link_marks
from annotator.formats.naming import suggest_name
from annotator.formats.offsets import measure
from annotator.labelled import LabelledSentence

NAME = "INCEpTION (UIMA CAS JSON)"
STRUCTURES = "%FEATURE_STRUCTURES"
_BUILT_IN = ("uima.", "de.tudarmstadt.ukp.dkpro.core.api.")
_SENTENCE = ".Sentence"
_METADATA = ".DocumentMetaData"
_ID = re.compile(r'"%ID"\s*:\s*(\d+)')
_RELATION = {"@Governor", "@Dependent"}  # the ends of a relation, whatever its layer
_SKIPPED = frozenset({*NOTE_KEYS, *LIST_KEYS, "id", "uiOrder"})


def matches(value: Any) -> bool:
    """Whether a JSON value is a CAS."""
    return isinstance(value, dict) and STRUCTURES in value


def read_text(text: str, path: str) -> Iterator[Document | RowError]:
    """The document of a CAS; a RowError where it has no text. Raises InputError for a structure without type or place."""
    structures = _list_structures(json.loads(text), path)
    lines = _find_lines(text)
    sofa = next((item for item in structures.values() if item.get("%TYPE") == "uima.cas.Sofa"), {})
    words = sofa.get("sofaString")
    if not isinstance(words, str):
        yield RowError("a CAS without text", path)
        return
    marks, places, identity = {}, [], None
    ends = measure(words, UTF16)
    at = {offset: place for place, offset in enumerate(ends)}
    for key, item in structures.items():
        kind, begin, end = str(item.get("%TYPE", "")), item.get("begin"), item.get("end")
        if kind.endswith(_METADATA):
            identity = item.get("documentTitle") or item.get("documentId")
        if not isinstance(begin, int) or not isinstance(end, int) or item.keys() >= _RELATION:
            continue
        if item.get("@sofa") not in (None, sofa.get("%ID")):  # another view
            continue
        where = f"{path}:{lines.get(key, 1)}"
        if kind.startswith(_BUILT_IN):
            if kind.endswith(_SENTENCE) and begin in at and end in at:
                places.append(LabelledSentence(at[begin], at[end], None))
        elif (label := find_label(kind, item)) is not None:
            notes = read_notes({name: value for name, value in item.items() if name in NOTE_KEYS})
            marks[str(key)] = Mark(begin, end, label, where, notes=notes)
    links = list(_list_links(structures, marks))
    name = str(identity) if identity else Path(path).stem
    yield Document(words, link_marks(marks, links), path, name, tuple(places) or None, unit=UTF16)


def _find_lines(text: str) -> dict[int, int]:
    """The line of each feature structure by its id."""
    lines, line, counted = {}, 1, 0
    for found in _ID.finditer(text):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        lines[int(found[1])] = line
    return lines


def _list_structures(cas: Any, path: str) -> dict[int, dict[str, Any]]:
    """Feature structures by id; both forms of 0.4.0, a list and an object."""
    found = cas.get(STRUCTURES)
    try:
        items = [item | {"%ID": int(key)} for key, item in found.items()] if isinstance(found, Mapping) else found
        return {int(item["%ID"]): item for item in items}
    except (TypeError, KeyError, ValueError) as error:
        raise InputError(f"{path}: no UIMA CAS in JSON 0.4.0 ({error!r}); export it again from INCEpTION") from None


def find_label(layer: str, features: Mapping[str, Any]) -> str | None:
    """The label of an annotation: a feature that holds one (or nearly), else the name of its layer, else any feature."""
    values = [
        value
        for name, value in features.items()
        if isinstance(value, str) and value and name[0] not in "%@^#" and name not in _SKIPPED
    ]
    known = next((value for value in values if suggest_name(value)), None)
    return known or suggest_name(layer.rsplit(".", 1)[-1]) or next(iter(values), None)


def _list_links(structures: Mapping[int, Mapping[str, Any]], marks: Mapping[str, Mark]) -> Iterator[tuple[str, str]]:
    """Pairs of marks that a relation, or a link feature of one of them, joins."""
    for key, item in structures.items():
        ends = [str(key)] if str(key) in marks else []
        for name, value in item.items():
            if name.startswith("@") and name != "@sofa":
                ends += [end for end in _follow(structures, value) if end in marks]
        yield from ((ends[0], other) for other in ends[1:])


def _follow(structures: Mapping[int, Mapping[str, Any]], key: Any) -> Iterator[str]:
    """The ids behind a reference: itself, the elements of an array, the targets of links."""
    item = structures.get(key) if isinstance(key, int) else None
    if item is None:
        return
    yield str(key)
    for element in item.get("%ELEMENTS") or ():
        target = structures.get(element, {}).get("@target") if isinstance(element, int) else None
        yield str(target if target is not None else element)
