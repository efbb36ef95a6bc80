"""Exports as the tools write them: the shapes are those of their documentation and of files that users have posted."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from fake_annotator import make_annotation
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.errors import InputError
from annotator.formats import read_data, take_checked
from annotator.formats.offsets import measure
from annotator.records import Article
from annotator.segment import segment_article

TEXT = (
    "Sluice shut 😀 for weeks\n\nThe lock froze overnight. “Nobody saw it coming,” Ada Quill said. "
    "Two officials blamed the frost.\n"
)
FROZE, NOBODY, BLAMED = (
    "The lock froze overnight.",
    "“Nobody saw it coming,” Ada Quill said.",
    "Two officials blamed the frost.",
)
LABELS = {FROZE: "narration", NOBODY: "direct_quote", BLAMED: "anonymous_source_claim"}


def at(words, unit="code points", text=TEXT):
    """Start and end of some words in a text."""
    ruler = measure(text, unit)
    start = text.index(words)
    return ruler[start], ruler[start + len(words)]


def save(path, content):
    if isinstance(content, list) and path.suffix == ".jsonl":
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
    path.write_text(
        content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8", newline=""
    )
    return path


def labels_of(article):
    return {article.text[s.start : s.end]: s.label for s in article.sentences if s.label}


def words_of(article):
    return {(span.label, article.text[span.start : span.end]) for span in article.spans}


def region(key, words, label, name="label", unit="code points", **extra):
    """A region of Label Studio."""
    start, end = at(words, unit)
    value = {"start": start, "end": end, "text": words, "labels": [label], **extra}
    return {"value": value, "id": key, "from_name": name, "to_name": "text", "type": "labels", "origin": "manual"}


def task(*annotations, number=1, **data):
    """A task of the full export of Label Studio."""
    done = [
        {
            "id": 10 + n,
            "completed_by": {"id": n, "email": "coder@example.org", "first_name": "", "last_name": ""},
            "result": result,
            "was_cancelled": False,
            "ground_truth": False,
            "created_at": "2026-03-01T09:00:00.000000Z",
            "updated_at": "2026-03-01T09:05:00.000000Z",
            "draft_created_at": None,
            "lead_time": 61.2,
            "prediction": {},
            "result_count": 0,
            "task": number,
            "parent_prediction": None,
            "parent_annotation": None,
        }
        for n, result in enumerate(annotations)
    ]
    return {
        "id": number,
        "annotations": done,
        "file_upload": "8a5f0c1e-articles.json",
        "drafts": [],
        "predictions": [],
        "data": {"text": TEXT, **data},
        "meta": {},
        "created_at": "2026-03-01T08:00:00.000000Z",
        "updated_at": "2026-03-01T09:05:00.000000Z",
        "inner_id": number,
        "total_annotations": len(done),
        "cancelled_annotations": 0,
        "total_predictions": 0,
        "project": 3,
    }


def relation(one, other):
    return {"from_id": one, "to_id": other, "type": "relation", "direction": "right", "labels": []}


def note(key, words, control, kind, values):
    start, end = at(words)
    value = {"start": start, "end": end, ("choices" if kind == "choices" else "text"): values}
    return {"value": value, "id": key, "from_name": control, "to_name": "text", "type": kind, "origin": "manual"}


@pytest.mark.parametrize("unit", ["code points", "UTF-16 units"])
def test_label_studio_in_full(tmp_path, unit):
    """Newer versions count code points, older ones UTF-16 units (label-studio issue 1347, pull request 1559)."""
    result = [
        *(region(f"k{n}", words, label, "sentence", unit) for n, (words, label) in enumerate(LABELS.items())),
        region("q1", "Ada Quill", "source", "span", unit),
        region("q2", "said", "cue", "span", unit),
        region("q3", "Nobody saw it coming,", "content", "span", unit),
        relation("q2", "q1"),
        relation("q3", "q2"),
        relation("k1", "q1"),
    ]
    if unit == "code points":
        result += [note("k1", NOBODY, "source_type", "choices", ["named_person"])]
        result += [note("k1", NOBODY, "source_name", "textarea", ["Ada Quill", "Quill"])]
    path = save(tmp_path / "project-3-at-2026.json", [task(result)])
    reading = read_data(path, repair=unit != "code points")
    (article,) = reading.articles
    assert reading.format == "Label Studio (JSON)" and reading.is_whole
    assert labels_of(article) == LABELS
    assert words_of(article) == {("source", "Ada Quill"), ("cue", "said"), ("content", "Nobody saw it coming,")}
    assert {span.claim for span in article.spans} == {"c1"}
    quoted = article.sentences[2]
    assert article.text[quoted.source.start : quoted.source.end] == "Ada Quill"
    if unit == "code points":
        assert (quoted.source_type, quoted.source_name, quoted.source_names) == (
            "named_person",
            "Ada Quill",
            ("Quill",),
        )
        assert reading.snapped == 0
    else:
        assert reading.snapped == 6
        unrepaired = read_data(path)
        assert (unrepaired.kept, unrepaired.dropped) == (0, 6)
        lines = path.read_text(encoding="utf-8").split("\n")
        for issue in unrepaired.issues:
            place, _, number = issue.where.rpartition(":")
            assert place == str(path) and '"id": "' in lines[int(number) - 1]
            assert "--repair would move it to" in issue.message and "UTF-16 units" in issue.message


def test_label_studio_skips_what_is_not_done_and_prefers_ground_truth(tmp_path):
    wrong, right = [region("a", FROZE, "attributed_claim")], [region("a", FROZE, "narration")]
    tasks = [task(wrong, right), task(wrong, number=2), task(number=3)]
    tasks[0]["annotations"][1]["ground_truth"] = True
    tasks[1]["annotations"][0]["was_cancelled"] = True
    reading = read_data(save(tmp_path / "export.json", tasks))
    assert [labels_of(article) for article in reading.articles] == [{FROZE: "narration"}]
    assert reading.unread == 2
    assert sum("no annotation yet" in issue.message for issue in reading.issues) == 2


def test_two_coders_who_differ_leave_the_sentence_without_a_label(tmp_path):
    one = [region("a", FROZE, "narration"), region("b", NOBODY, "direct_quote")]
    other = [region("a", FROZE, "attributed_claim"), region("b", NOBODY, "direct_quote")]
    reading = read_data(save(tmp_path / "export.json", [task(one, other)]))
    (article,) = reading.articles
    assert labels_of(article) == {NOBODY: "direct_quote"}
    (conflict,) = [issue for issue in reading.issues if issue.kind == "conflict"]
    assert "narration and attributed_claim" in conflict.message
    assert (reading.kept, reading.dropped) == (2, 2)


def test_label_studio_min(tmp_path):
    start, end = at(NOBODY)
    row = {
        "text": TEXT,
        "id": 7,
        "sentence": [{"start": start, "end": end, "text": NOBODY, "labels": ["direct_quote"]}],
        "source_type": [{"start": start, "end": end, "choices": ["named_person"]}],
        "annotator": 1,
        "annotation_id": 12,
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "lead_time": 8.4,
    }
    whole = {
        "text": "It froze.",
        "sentiment": "narration",
        "outlet": "Sluice Times",
        **{k: row[k] for k in list(row)[4:]},
    }
    reading = read_data(save(tmp_path / "min.json", [row, whole]))
    assert reading.format == "Label Studio (JSON-MIN)"
    assert [labels_of(article) for article in reading.articles] == [
        {NOBODY: "direct_quote"},
        {"It froze.": "narration"},
    ]
    assert reading.articles[0].sentences[2].source_type == "named_person"


def test_label_studio_classified_sentences_of_one_article(tmp_path):
    def choice(label):
        return [{"value": {"choices": [label]}, "id": "x", "from_name": "label", "to_name": "text", "type": "choices"}]

    tasks = [
        task(choice(label), number=n, text=words, article="lock") for n, (words, label) in enumerate(LABELS.items())
    ]
    reading = read_data(save(tmp_path / "export.json", tasks))
    (article,) = reading.articles
    assert article.id == "lock" and article.text == " ".join(LABELS)
    assert labels_of(article) == LABELS


def prodigy(words, spans, **extra):
    """A task as `prodigy db-out` writes it."""
    tokens, spot = [], 0
    for number, token in enumerate(words.split()):
        start = words.index(token, spot)
        spot = start + len(token)
        tokens.append({"text": token, "start": start, "end": spot, "id": number, "ws": True})
    return {
        "text": words,
        "_input_hash": -170903,
        "_task_hash": 115612,
        "_is_binary": False,
        "tokens": tokens,
        "_view_id": "spans_manual",
        "spans": spans,
        "answer": "accept",
        "_timestamp": 1772355600,
        "_annotator_id": "2026-03-01_09-00-00",
        "_session_id": "2026-03-01_09-00-00",
        **extra,
    }


def test_prodigy_spans_and_relations(tmp_path):
    def span(words, label):
        start, end = at(words)
        return {"start": start, "end": end, "token_start": 0, "token_end": 0, "label": label}

    spans = [span(words, label) for words, label in LABELS.items()]
    spans += [span("Ada Quill", "source"), span("said.", "cue")]
    head, child = spans[4], spans[3]
    related = {"head": 1, "child": 0, "head_span": head, "child_span": child, "color": "#d9fbad", "label": "belongs"}
    rows = [prodigy(TEXT, spans, relations=[related]), prodigy(TEXT, spans, answer="reject")]
    reading = read_data(save(tmp_path / "spans.jsonl", rows))
    (article,) = reading.articles
    assert reading.format == "Prodigy (JSONL)" and reading.unread == 1
    assert labels_of(article) == LABELS
    assert {(span.label, span.claim) for span in article.spans} == {("source", "c1"), ("cue", "c1")}


def test_prodigy_tokens_tell_shifted_spans(tmp_path):
    """The text was changed after it had been labelled: the tokens still hold the old words."""
    start, end = at(NOBODY)
    row = prodigy(TEXT, [{"start": start, "end": end, "label": "direct_quote"}]) | {"text": "New! " + TEXT}
    path = save(tmp_path / "spans.jsonl", [row])
    assert read_data(path).dropped == 1
    (article,) = read_data(path, repair=True).articles
    assert labels_of(article) == {NOBODY: "direct_quote"}


def test_prodigy_classified_sentences(tmp_path):
    options = [{"id": "narration", "text": "narration"}, {"id": "direct_quote", "text": "direct quote"}]
    rows = [
        {"text": FROZE, "options": options, "accept": ["narration"], "answer": "accept", "_view_id": "choice"},
        {"text": NOBODY, "label": "direct_quote", "answer": "accept", "meta": {"article": "lock"}},
        {"text": BLAMED, "label": "direct_quote", "answer": "reject", "meta": {"article": "lock"}},
    ]
    reading = read_data(save(tmp_path / "choice.jsonl", rows))
    assert [labels_of(article) for article in reading.articles] == [{FROZE: "narration"}, {NOBODY: "direct_quote"}]
    assert reading.articles[1].id == "lock" and reading.unread == 1


def test_doccano_counts_in_utf16_units(tmp_path):
    """doccano issue 2290: offsets behind an emoji are those of JavaScript."""
    triples = [[*at(words, "UTF-16 units"), label] for words, label in LABELS.items()]
    entities = [
        {"id": 40 + n, "label": label, "start_offset": start, "end_offset": end}
        for n, (start, end, label) in enumerate([*triples, [*at("Ada Quill", "UTF-16 units"), "source"]])
    ]
    related = {"id": 1, "text": TEXT, "Comments": [], "entities": entities}
    related["relations"] = [{"id": 9, "from_id": 41, "to_id": 43, "type": "belongs"}]
    plain = {"id": 2, "text": TEXT + " ", "outlet": "Sluice Times", "label": triples, "Comments": []}
    old = {"id": 3, "data": TEXT + "\n", "labels": triples}
    for rows in ([related], [plain], [old]):
        reading = read_data(save(tmp_path / "admin.jsonl", rows))
        assert reading.format == "doccano (JSONL)"
        assert reading.is_whole and not reading.snapped
        assert labels_of(reading.articles[0]) == LABELS
    (article,) = read_data(save(tmp_path / "admin.jsonl", [related])).articles
    assert article.text[slice(*(article.sentences[2].source.start, article.sentences[2].source.end))] == "Ada Quill"
    assert read_data(save(tmp_path / "admin.jsonl", [plain])).articles[0].meta == {"outlet": "Sluice Times"}


def test_doccano_in_code_points_is_noticed(tmp_path):
    rows = [{"id": 1, "text": TEXT, "label": [[*at(words), label] for words, label in LABELS.items()]}]
    path = save(tmp_path / "made-by-script.jsonl", rows)
    assert read_data(path).dropped == 3
    repaired = read_data(path, repair=True)
    assert labels_of(repaired.articles[0]) == LABELS and repaired.snapped == 3


def test_doccano_text_classification(tmp_path):
    rows = [
        {"id": n, "text": words, "label": [label], "Comments": []} for n, (words, label) in enumerate(LABELS.items())
    ]
    reading = read_data(save(tmp_path / "all.jsonl", [*rows, {"id": 9, "text": "Later.", "label": [], "Comments": []}]))
    assert [labels_of(article) for article in reading.articles] == [*({w: n} for w, n in LABELS.items()), {}]


def cas(text, annotations, sentences=()):
    """A CAS as INCEpTION writes it: type system, feature structures with UTF-16 offsets, views."""
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text"}
    core = "de.tudarmstadt.ukp.dkpro.core.api"
    structures: list[dict] = [
        sofa | {"sofaString": text},
        {
            "%ID": 2,
            "%TYPE": f"{core}.metadata.type.DocumentMetaData",
            "@sofa": 1,
            "begin": 0,
            "end": measure(text, "UTF-16 units")[-1],
            "documentTitle": "lock.txt",
            "documentId": "admin",
        },
    ]
    rows = [*((f"{core}.segmentation.type.Sentence", words, {}) for words in sentences), *annotations]
    for number, (kind, words, features) in enumerate(rows, 3):
        place = {}
        if words is not None:
            start, end = at(words, "UTF-16 units", text)
            place = {"@sofa": 1, "begin": start, "end": end}
        structures.append({"%ID": number, "%TYPE": kind, **place, **features})
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [item["%ID"] for item in structures[1:]]}}
    return {"%TYPES": {}, "%FEATURE_STRUCTURES": structures, "%VIEWS": views}


@pytest.mark.parametrize("as_object", [False, True])
def test_inception_json(tmp_path, as_object):
    annotations = [
        ("webanno.custom.Speech", NOBODY, {"label": "direct_quote", "source_type": "named_person"}),  # 3
        ("webanno.custom.Source", "Ada Quill", {}),  # 4
        ("custom.Span", "said", {"label": "cue", "uiOrder": "3"}),  # 5
        ("webanno.custom.LinkType", None, {"role": "of", "@target": 4}),  # 6
        ("webanno.custom.LinkType[]", None, {"%ELEMENTS": [6]}),  # 7
        ("webanno.custom.Claim", "Nobody saw it coming,", {"label": "content", "@links": 7}),  # 8
        ("custom.Relation", "said", {"@Governor": 8, "@Dependent": 5, "label": "belongs"}),  # 9
        ("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity", "Ada Quill", {"value": "PER"}),
    ]
    value = cas(TEXT, annotations)
    if as_object:
        value["%FEATURE_STRUCTURES"] = {str(item.pop("%ID")): item for item in value["%FEATURE_STRUCTURES"]}
    reading = read_data(save(tmp_path / "admin.json", value))
    (article,) = reading.articles
    assert reading.format == "INCEpTION (UIMA CAS JSON)"
    assert article.id == "lock.txt"
    assert labels_of(article) == {NOBODY: "direct_quote"}
    assert article.sentences[2].source_type == "named_person"
    assert words_of(article) == {("source", "Ada Quill"), ("cue", "said"), ("content", "Nobody saw it coming,")}
    assert {span.claim for span in article.spans} == {"c1"}


def test_inception_sentences_are_kept_as_they_are_cut(tmp_path):
    pieces = ("Sluice shut 😀 for weeks", f"{FROZE} {NOBODY}", BLAMED)
    annotations = [("webanno.custom.Speech", NOBODY, {"label": "direct_quote"})]
    (article,) = read_data(save(tmp_path / "a.json", cas(TEXT, annotations, pieces))).articles
    assert [article.text[s.start : s.end] for s in article.sentences] == list(pieces)
    assert labels_of(article) == {f"{FROZE} {NOBODY}": "direct_quote"}


def test_cassis_writes_what_we_read(tmp_path):
    """The library of INCEpTION's authors, which converts the offsets itself."""
    cassis = pytest.importorskip("cassis")
    types = cassis.TypeSystem()
    layer = types.create_type("webanno.custom.Speech")
    types.create_feature(layer, "label", "uima.cas.String")
    document = cassis.Cas(types)
    document.sofa_string, document.sofa_mime = TEXT, "text/plain"
    for words, label in LABELS.items():
        start, end = at(words)
        document.add(layer(begin=start, end=end, label=label))
    document.to_json(tmp_path / "cas.json")
    reading = read_data(tmp_path / "cas.json")
    assert reading.is_whole and labels_of(reading.articles[0]) == LABELS


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value
#T_SP=webanno.custom.Part|value
#T_SP=webanno.custom.Speech|label|source_type
#T_RL=webanno.custom.Belongs|value|BT_webanno.custom.Part


#Text=Sluice 😀 shut
1-1\t0-6\tSluice\t_\t_\t_\t_\t_\t_\t_\t
1-2\t7-9\t😀\t_\t_\t_\t_\t_\t_\t_\t
1-3\t10-14\tshut\t_\t_\t_\t_\t_\t_\t_\t

#Text=Ada Quill said:
#Text=it\\\\froze [hard].
2-1\t16-19\tAda\t*[1]\tPER[1]\tsource[2]\tdirect\\_quote[4]|*[5]\tnamed\\_person[4]|*[5]\tof\t2-3[0_2]\t
2-2\t20-25\tQuill\t*[1]\tPER[1]\tsource[2]\tdirect\\_quote[4]\tnamed\\_person[4]\t_\t_\t
2-3\t26-30\tsaid\t_\t_\tcue\tdirect\\_quote[4]\tnamed\\_person[4]\t_\t_\t
2-4\t30-31\t:\t_\t_\t_\tdirect\\_quote[4]\tnamed\\_person[4]\t_\t_\t
2-5\t32-40\tit\\\\froze\t_\t_\tcontent[3]\tdirect\\_quote[4]\tnamed\\_person[4]\t*\t2-3[0_3]\t
2-6\t41-47\t[hard]\t_\t_\tcontent[3]\tdirect\\_quote[4]\tnamed\\_person[4]\t_\t_\t
2-6.1\t41-42\t[\t_\t_\t_\t_\t_\t_\t_\t
2-7\t47-48\t.\t_\t_\t_\tdirect\\_quote[4]\tnamed\\_person[4]\t_\t_\t
"""


def test_webanno_tsv(tmp_path):
    reading = read_data(save(tmp_path / "lock.tsv", TSV))
    (article,) = reading.articles
    assert reading.format == "INCEpTION (WebAnno TSV)"
    assert article.text == "Sluice 😀 shut\n\nAda Quill said:\nit\\froze [hard]."
    assert labels_of(article) == {"Ada Quill said:\nit\\froze [hard].": "direct_quote"}
    assert article.sentences[1].source_type == "named_person"
    assert words_of(article) == {("source", "Ada Quill"), ("cue", "said"), ("content", "it\\froze [hard]")}
    assert {span.claim for span in article.spans} == {"c1"}
    assert reading.is_whole


ANN = """T1\tdirect_quote 0 23;24 39\t“Nobody saw it coming,” Ada Quill said.
T2\tsource 24 33\tAda Quill
T3\tcue 34 38\tsaid
T4\tcontent 1 22\tNobody saw it coming,
E1\tcue:T3 Source:T2 Content:T4
A1\tsource_type T1 named_person
#1\tAnnotatorNotes T1\tAda Quill
R1\tbelongs Arg1:T1 Arg2:T2\t
N1\tReference T2 Wikipedia:1\tAda
nonsense
"""


def test_brat(tmp_path):
    text = "The lock froze.\r\nSluice 😀.\r\n“Nobody saw it coming,”\nAda Quill said."
    start = text.index("“")
    shifted = "\n".join(_shift(line, start) for line in ANN.split("\n"))
    (tmp_path / "corpus").mkdir()
    save(tmp_path / "corpus" / "a%2Fb.txt", text)
    path = save(tmp_path / "corpus" / "a%2Fb.ann", shifted)
    save(tmp_path / "corpus" / "annotation.conf", "[entities]\n")
    save(tmp_path / "corpus" / "empty.txt", "Nothing is marked here.")
    save(tmp_path / "corpus" / "empty.ann", "")
    reading = read_data(tmp_path / "corpus")
    article, empty = reading.articles
    assert (article.id, article.text) == ("a/b", text)
    assert labels_of(article) == {"“Nobody saw it coming,”": "direct_quote", "Ada Quill said.": "direct_quote"}
    quoted = article.sentences[-1]
    assert (quoted.source_type, quoted.source_name) == ("named_person", "Ada Quill")
    assert text[quoted.source.start : quoted.source.end] == "Ada Quill"
    assert {(span.label, span.claim) for span in article.spans} == {("source", "c1"), ("cue", "c1"), ("content", "c1")}
    assert [(issue.where, issue.kind) for issue in reading.issues] == [(f"{path}:10", "row")]
    assert (empty.id, labels_of(empty)) == ("empty", {})
    assert read_data(path).articles[0].text == text


def _shift(line, by):
    if not line.startswith("T"):
        return line
    key, places, words = line.split("\t")
    label, spans = places.split(" ", 1)
    moved = ";".join(" ".join(str(int(n) + by) for n in pair.split()) for pair in spans.split(";"))
    return f"{key}\t{label} {moved}\t{words}"


CONLL = """-DOCSTART- -X- O O

The -X- _ O
lock -X- _ O
froze -X- _ O
. -X- _ O

Ada -X- _ B-source
Quill -X- _ I-source
said -X- _ B-cue
it -X- _ B-content
froze -X- _ I-content
. -X- _ O

"""


def test_conll_2003_and_numbered_bioes(tmp_path):
    reading = read_data(save(tmp_path / "result.conll", CONLL))
    (article,) = reading.articles
    assert article.text == "The lock froze . Ada Quill said it froze ."
    assert words_of(article) == {("source", "Ada Quill"), ("cue", "said"), ("content", "it froze")}
    assert len(article.sentences) == 2
    rows = "# newdoc id = x\n# label = direct_quote\n1\tAda\tB-source\t_\n2\tQuill\tE-source\tSpaceAfter=No\n"
    rows += "3\t,\tO\t_\n4\tsays\tS-cue\t_\n"
    (article,) = read_data(save(tmp_path / "x.conllu", rows.replace("\n", "\r\n"))).articles
    assert article.text == "Ada Quill, says"
    assert labels_of(article) == {"Ada Quill, says": "direct_quote"}
    assert words_of(article) == {("source", "Ada Quill"), ("cue", "says")}


def test_datasets_folders(tmp_path):
    import datasets

    names = ["narration", "direct_quote", "anonymous_source_claim"]
    features = datasets.Features(
        {
            "text": datasets.Value("string"),
            "label": datasets.ClassLabel(names=names),
            "article": datasets.Value("string"),
        }
    )
    rows = {"text": [*LABELS], "label": [*LABELS.values()], "article": ["lock"] * 3}
    flat = datasets.Dataset.from_dict(rows, features=features)
    datasets.DatasetDict(train=flat).save_to_disk(tmp_path / "flat")
    reading = read_data(tmp_path / "flat")
    assert reading.format == "one sentence a row in a datasets folder"
    assert labels_of(reading.articles[0]) == LABELS
    start, end = at(NOBODY)
    nested = datasets.Dataset.from_list(
        [{"id": "n", "text": TEXT, "sentences": [{"start": start, "end": end, "label": "direct_quote", "zone": None}]}]
    )
    nested.save_to_disk(tmp_path / "nested")
    assert labels_of(read_data(tmp_path / "nested").articles[0]) == {NOBODY: "direct_quote"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("semicolons.csv", '\ufeffText;Label;Article\n"a; b\r\nc";narration;x\nd;direct_quote;x\n'.encode()),
        ("tabs.txt", b"label\tsentence\tarticle_id\nnarration\ta; b\\nc\tx\ndirect_quote\td\tx\n"),
        ("western.csv", "text,label,article\n“a”,narration,x\nd,direct_quote,x\n".encode("cp1252")),
        (
            "rows.data",
            b'{"text": "a", "label": "narration", "article_id": "x"}\n\n'
            b'{"text": "d", "label": "direct_quote", "article_id": "x"}',
        ),
    ],
)
def test_one_sentence_a_row(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (article,) = read_data(tmp_path / name).articles
    assert article.id == "x"
    assert [sentence.label for sentence in article.sentences] == ["narration", "direct_quote"]
    assert article.text.endswith(" d") and not article.text.startswith("\ufeff")


def test_rows_without_an_article_stand_alone_and_bad_ones_are_told(tmp_path):
    path = save(
        tmp_path / "rows.csv", 'text,label,outlet\n"a\nb",narration,Sluice Times\nc\n,narration,\nd,direct_quote,\n'
    )
    reading = read_data(path)
    assert [(article.text, article.meta) for article in reading.articles] == [
        ("a\nb", {"outlet": "Sluice Times"}),
        ("d", {}),
    ]
    assert [issue.where for issue in reading.issues] == [f"{path}:4", f"{path}:5"]
    assert len({article.id for article in reading.articles}) == 2


def test_results_of_annotate_are_suggestions(tmp_path):
    record = make_annotation(Article("lock", TEXT, outlet="Sluice Times")).to_dict()
    (tmp_path / "results").mkdir()
    save(tmp_path / "results" / "annotations.jsonl", [record])
    save(tmp_path / "results" / "summary.csv", "id,claims\nlock,2\n")
    reading = read_data(tmp_path / "results")
    (article,) = reading.articles
    assert (article.id, article.meta["outlet"]) == ("lock", "Sluice Times")
    assert [item.label for item in article.sentences] == [item["label"] for item in record["sentences"]]
    assert {span.label for span in article.spans} == {"source", "cue", "content"}
    assert article.sentences[0].source_name == "Ilse Varga" and article.sentences[0].source is not None
    assert any("suggestions of a model" in line for line in reading.describe())
    with pytest.raises(InputError, match="nobody has checked"):
        take_checked(reading)


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("story.txt", b"The lock froze.\nNobody saw it.\n", "plain text"),
        ("wrong.csv", b"headline,beat\nA,b\n", "a table with the columns headline, beat"),
        ("articles.jsonl", b'{"id": 1, "body": "It froze."}\n', "JSON objects with the keys id, body"),
        ("list.json", b"[1, 2]", "no JSON object"),
        ("cut.json", b'[{"id": 1, "data": {"text": "a"}, "annotations": []}, {"id"', "no valid JSON"),
        ("empty.jsonl", b" \n", "empty"),
        ("zip.json", b"PK\x03\x04", "an archive"),
        ("binary.json", b"\x00\x01\x02", "binary"),
        ("cas.json", b'{"%FEATURE_STRUCTURES": [{"a": 1}]}', "no UIMA CAS"),
        ("alone.ann", b"T1\tsource 0 3\tAda\n", "without alone.txt"),
    ],
)
def test_what_is_no_labelled_data_is_named(tmp_path, name, data, found):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as error:
        read_data(tmp_path / name)
    assert found in str(error.value) and name in str(error.value)


def test_a_folder_of_files_is_read_file_by_file(tmp_path):
    folder = tmp_path / "exports"
    (folder / "deep").mkdir(parents=True)
    with pytest.raises(InputError, match="no labelled data in this folder of 0 files"):
        read_data(folder)
    save(folder / "notes.md", "Codes as agreed in March.")
    with pytest.raises(InputError, match="plain text"):
        read_data(folder)
    save(folder / "a.tsv", TSV)
    save(folder / "deep" / "b.json", cas(TEXT, [("webanno.custom.Speech", NOBODY, {"label": "direct_quote"})]))
    save(folder / ".hidden.csv", "text,label\na,narration\n")
    reading = read_data(folder)
    assert reading.format == "INCEpTION (WebAnno TSV) and INCEpTION (UIMA CAS JSON)"
    assert len(reading.articles) == 2 and reading.unread == 1
    with pytest.raises(InputError, match="no such file"):
        read_data(tmp_path / "missing")


def test_sentences_of_a_text_that_is_not_cut_come_from_our_segmenter(tmp_path):
    (article,) = read_data(save(tmp_path / "e.json", [task([region("a", FROZE, "narration")])])).articles
    assert [(s.start, s.end) for s in article.sentences] == [
        (s.start, s.end) for s in segment_article(Article("", TEXT))
    ]


BROKEN = {
    "studio.json": json.dumps([task([region("a", FROZE, "narration", "sentence"), relation("a", "a")])]),
    "cas.json": json.dumps(cas(TEXT, [("custom.Span", "said", {"label": "cue", "@links": 3})], (FROZE,))),
    "lock.tsv": TSV,
    "doccano.jsonl": json.dumps({"id": 1, "text": "It froze.", "label": [[0, 9, "narration"]]}) + "\n",
    "prodigy.jsonl": json.dumps(prodigy("It froze.", [{"start": 0, "end": 9, "label": "narration"}])) + "\n",
    "own.jsonl": '{"id": "a", "text": "It froze.", "sentences": [{"start": 0, "end": 9, "label": "narration"}]}\n',
    "rows.csv": 'text,label,article_id\n"It froze.",narration,x\n',
    "tokens.conll": CONLL,
}


@pytest.mark.parametrize("name", BROKEN)
@settings(max_examples=40)
@given(data=st.data())
def test_mangled_exports_are_read_in_part_or_refused(name, data):
    """Cut out, doubled or replaced anywhere: never another error than ours, and never a mark outside the text."""
    content = BROKEN[name]
    start = data.draw(st.integers(0, len(content) - 1))
    end = min(len(content), start + data.draw(st.integers(1, 12)))
    filler = data.draw(
        st.sampled_from(("", content[start:end] * 2, "null", '"', "[", "{}", "\t", "\n", "-1", "😀", "0]_["))
    )
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder) / name, content[:start] + filler + content[end:])
        try:
            articles = read_data(path, repair=data.draw(st.booleans())).articles
        except InputError as error:
            assert name in str(error)
            return
    for article in articles:
        for item in (*article.sentences, *article.spans):
            assert 0 <= item.start <= item.end <= len(article.text)
