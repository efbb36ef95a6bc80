"""The read stage on real files: formats, exactness, ids."""

import csv
import datetime
import gzip
import io
import json
import os
import sys

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.read import ReadOptions, list_inputs, read_articles
from annotator.records import Article, Failure

STORY = (
    "The harbour board of Tarn Point will close its oldest pier in spring, the board's chair, Ilse Varga, said. "
    "“We cannot keep patching it,” she told reporters. Two fishermen who rent berths there said nobody had asked them."
)
EXACT = "\r\nCafé\u00a0Łódź – “quoted” 👩‍👩‍👧 e\u0301 naïve\r\rlast line\u2028\x85end \n"
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pier to close | Tarn Gazette</title>
<meta property="og:site_name" content="Tarn Gazette"><meta property="article:published_time" content="2024-02-05">
<link rel="canonical" href="https://tarn-gazette.example/pier"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Pier to close</h1>
<p>{STORY}</p><p>Repairs in the past decade came to twice the price of a new pier, a report for the board found.
It lists eleven of them.</p><p>The board votes again in March.</p></article>
<footer>All rights reserved by the Gazette</footer></body></html>"""


def read(*paths, report=None, **options):
    return list(read_articles(paths, ReadOptions(**options), report))


def read_text(path, **options):
    (article,) = read(path, **({"languages": None} | options))
    assert isinstance(article, Article), article
    return article.text


def save(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_text_is_kept_exactly(tmp_path, suffix):
    assert read_text(save(tmp_path / f"a{suffix}", EXACT)) == EXACT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_not_text(tmp_path, encoding):
    assert read_text(save(tmp_path / "a.txt", EXACT, encoding)) == EXACT


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman"])
def test_legacy_encodings_of_english(tmp_path, encoding):
    text = STORY.replace("Ilse Varga", "Zoë Béchard") + " The café’s bill was £30.\r\n"
    if encoding == "latin-1":
        text = text.replace("“", '"').replace("”", '"').replace("’", "'")
    path = save(tmp_path / "a.txt", text, encoding)
    assert read_text(path) == text
    (row,) = read(save(tmp_path / "a.jsonl", json.dumps({"text": text}, ensure_ascii=False), encoding))
    assert row.text == text


def test_an_encoding_of_another_script(tmp_path):
    text = "Мэр Липовки сообщила во вторник, что новая библиотека откроется осенью. Жители сомневаются. " * 5
    assert read_text(save(tmp_path / "a.txt", text, "cp1251")) == text


def test_gzip_of_every_kind(tmp_path):
    rows = [{"text": STORY}]
    table = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), table)
    contents = {
        "a.txt": STORY,
        "b.md": STORY,
        "c.html": PAGE,
        "d.htm": PAGE,
        "e.json": json.dumps(rows),
        "f.jsonl": json.dumps(rows[0]),
        "g.csv": f'text\n"{STORY}"\n',
        "h.parquet": table.getvalue(),
    }
    for name, content in contents.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
    found = read(tmp_path)
    assert len(found) == 2 * len(contents)
    assert all(STORY in article.text and article.language == "en" for article in found)


def test_html_gives_body_and_metadata(tmp_path):
    (article,) = read(save(tmp_path / "a.html", PAGE))
    assert article.text.split("\n\n")[0] == STORY
    assert article.text.endswith("\n\nThe board votes again in March.")
    assert "Sport" not in article.text and "rights reserved" not in article.text
    assert (article.title, article.outlet, article.published) == ("Pier to close", "Tarn Gazette", "2024-02-05")
    assert article.url == "https://tarn-gazette.example/pier"


def test_html_in_its_declared_encoding(tmp_path):
    page = PAGE.replace('charset="utf-8"', 'charset="windows-1250"').replace("Ilse Varga", "Ilse Vařgová")
    (article,) = read(save(tmp_path / "a.html", page, "cp1250"))
    assert "Ilse Vařgová" in article.text


def test_html_laid_out_in_a_table(tmp_path):
    page = f"<html><body><table><tr><td><p>{STORY}</p><p>{STORY.upper()}</p></td></tr></table></body></html>"
    assert read_text(save(tmp_path / "a.html", page)).split("\n\n") == [STORY, STORY.upper()]


FIELDS = {"headline": "Pier", "body": STORY, "publisher": "Gazette", "link": "https://x.example", "pub_date": "May 3"}


@pytest.mark.parametrize(
    "content",
    [FIELDS, FIELDS | {"related": [{"n": 1}]}, [FIELDS], {"articles": [FIELDS]}, {"status": "ok", "data": [FIELDS]}],
    ids=["object", "object with a list", "list", "articles", "data"],
)
def test_json_shapes(tmp_path, content):
    (article,) = read(save(tmp_path / "a.json", json.dumps(content, indent=1)))
    assert article.text == STORY
    assert (article.title, article.outlet, article.url) == ("Pier", "Gazette", "https://x.example")
    assert article.published == "May 3"
    assert article.id == ("a.json" if "body" in content else "a.json#1")


def test_json_lines_named_json(tmp_path):
    found = read(save(tmp_path / "a.json", f"{json.dumps(FIELDS)}\n{json.dumps(FIELDS)}\n"))
    assert [article.id for article in found] == ["a.json#1", "a.json#2"]


def test_guesses_are_reported_once(tmp_path):
    messages = []
    read(save(tmp_path / "a.jsonl", f"{json.dumps(FIELDS)}\n" * 3), report=messages.append)
    assert len(messages) == 1
    assert "text = 'body'" in messages[0] and "title = 'headline'" in messages[0]


def test_a_field_that_comes_late_is_found(tmp_path):
    rows = [{"text": STORY}, {"text": STORY, "title": "Pier"}]
    found = read(save(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert [article.title for article in found] == [None, "Pier"]


def test_named_fields_win_over_guesses(tmp_path):
    messages = []
    row = {"text": "a summary", "inhalt": STORY, "title": "no", "kopf": "Pier", "nr": 7}
    path = save(tmp_path / "a.jsonl", json.dumps(row))
    (article,) = read(path, report=messages.append, text_field="inhalt", title_field="kopf", id_field="nr")
    assert (article.text, article.title, article.id) == (STORY, "Pier", "7")
    assert messages == []


def test_the_longest_column_is_the_text_when_no_name_fits(tmp_path):
    (article,) = read(save(tmp_path / "a.csv", f'label,words\nshort,"{STORY}"\n'))
    assert article.text == STORY


def test_a_wrong_text_field_fails_a_csv_file_once(tmp_path):
    (failure,) = read(save(tmp_path / "a.csv", "text\nx\ny\n"), text_field="body")
    assert failure.path.endswith("a.csv") and "'body'" in failure.message and "text_field" in failure.message


def test_csv_delimiters_and_cells_over_lines(tmp_path):
    text = STORY + '\r\nShe said "no",\n\nthen left; it rained.'
    for delimiter in ",;\t":
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows([["id", "text"], ["7", text], ["8", STORY]])
        found = read(save(tmp_path / "a.csv", out.getvalue(), "utf-8-sig"))
        assert [(article.id, article.text) for article in found] == [("7", text), ("8", STORY)]


def test_parquet_columns(tmp_path):
    day = datetime.datetime(2024, 2, 5, 8, 30)
    rows = [{"text": STORY, "published": day, "id": number} for number in range(40)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert [article.id for article in found] == [str(number) for number in range(40)]
    assert {article.published for article in found} == {"2024-02-05T08:30:00"}


TEXTS = st.text(min_size=1).filter(lambda text: not text.isspace() and "\x00" not in text and not _controls(text))


def _controls(text):
    return any(character < " " and character not in "\t\n\r\v\f" for character in text)


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_text_survives_every_container(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("round")
    rows = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    save(folder / "a.json", json.dumps(rows))
    save(folder / "b.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["id", "text"], *([row["id"], row["text"]] for row in rows)])
    save(folder / "c.csv", out.getvalue())
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "d.parquet")
    for name in ("a.json", "b.jsonl", "c.csv", "d.parquet"):
        assert [getattr(found, "text", found) for found in read(folder / name, languages=None)] == texts, name
    if not texts[0].startswith("\ufeff"):  # in a text file that is a byte order mark
        assert read_text(save(folder / "e.txt", texts[0])) == texts[0]


def test_folders_are_read_in_order_and_other_kinds_reported(tmp_path):
    for name in ("b/z.txt", "a/y.TXT", "c.md", "a.txt", "b/x.pdf", "b/w.docx", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save(tmp_path / name, STORY)
    messages = []
    found = read(tmp_path, report=messages.append)
    assert [article.id for article in found] == ["a/y.TXT", "a.txt", "b/z.txt", "c.md"]
    assert found[0].path == str(tmp_path / "a/y.TXT")
    (message,) = messages
    assert "skipped 3" in message and ".pdf 1" in message and "hidden 1" in message


def test_ids_are_unique(tmp_path):
    for name in ("p/a.txt", "q/a.txt", "q/a.txt#2.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save(tmp_path / name, STORY)
    rows = save(tmp_path / "r.jsonl", "\n".join(json.dumps({"id": i, "text": STORY}) for i in ("a.txt#2", 1, 1)))
    paths = [tmp_path / "p/a.txt", tmp_path / "q/a.txt", rows]
    found = [article.id for article in read(*paths)]
    assert found == ["a.txt", "a.txt#2", "a.txt#2#2", "1", "1#2"]


def test_globs(tmp_path):
    for name in ("a/1.txt", "a/b/2.txt", "a/[x].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        save(tmp_path / name, STORY)
    assert [article.id for article in read(f"{tmp_path}/a/**/*.txt")] == ["1.txt", "[x].txt", "b/2.txt"]
    assert [article.id for article in read(f"{tmp_path}/a/[x].txt")] == ["[x].txt"]
    assert isinstance(read(f"{tmp_path}/a/*.md")[0], Failure)


def test_links_in_a_circle_end(tmp_path):
    save(tmp_path / "a.txt", STORY)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    assert [type(found) for found in read(tmp_path)] == [Article, Failure]


@pytest.mark.parametrize(
    "data, expected",
    [
        (STORY.encode(), [STORY]),
        (gzip.compress(STORY.encode()), [STORY]),
        (STORY.encode("utf-16"), [STORY]),
        (json.dumps(FIELDS).encode(), [STORY]),
        (json.dumps([FIELDS, FIELDS]).encode(), [STORY, STORY]),
        (f"{json.dumps(FIELDS)}\n{json.dumps(FIELDS)}".encode(), [STORY, STORY]),
        (f"[Music] {STORY}".encode(), [f"[Music] {STORY}"]),
    ],
)
def test_standard_input(monkeypatch, data, expected):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [article.text for article in read("-")] == expected


def test_standard_input_as_html(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    (article,) = read("-")
    assert (article.id, article.title) == ("stdin", "Pier to close")


def test_file_names_that_are_not_utf8(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(STORY)
    (article,) = read(tmp_path)
    assert article.id == "caf\ufffd.txt"
    json.dumps(article.to_dict(), ensure_ascii=False).encode()


def test_inputs_are_listed_without_reading(tmp_path):
    save(tmp_path / "a.jsonl.gz", "broken")
    (item,) = list_inputs([tmp_path])
    assert (item.id, item.kind, item.gzipped) == ("a.jsonl.gz", "jsonl", True)


def test_a_two_megabyte_article(tmp_path):
    text = (STORY + "\n") * (2_000_000 // len(STORY))
    assert read_text(save(tmp_path / "a.txt", text), languages=("en",)) == text
    assert read_text(save(tmp_path / "a.jsonl", json.dumps({"text": text}))) == text
    assert read_text(save(tmp_path / "a.csv", f'text\n"{text}"\n')) == text
