"""What is no article becomes a Failure with its reason, and the rest is read."""

import gzip
import json
import os
import subprocess
import sys

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.errors import ConfigError
from annotator.read import ReadOptions, read_articles
from annotator.records import Article, Failure

STORY = (
    "Councillors in Wexley put off a vote on the tram line until June, the mayor's office said. "
    "Its cost has doubled since the first estimate, according to a letter from the builder, Norrland Rail."
)
NOT_ENGLISH = {
    "es": "La alcaldesa de Villarrosa anunció el martes que la biblioteca abrirá en otoño, aunque varios vecinos dudan "
    "de que las obras terminen a tiempo y piden más información.",
    "fr": "La mairie de Bellecombe a indiqué mardi que la bibliothèque ouvrirait en automne, mais plusieurs habitants "
    "doutent que les travaux soient terminés à temps cette année.",
    "de": "Die Bürgermeisterin von Altenbrück sagte am Dienstag, dass die Bücherei im Herbst öffnen soll, doch viele "
    "Anwohner zweifeln daran, dass die Arbeiten rechtzeitig fertig werden.",
    "it": "Il sindaco di Montefiore ha annunciato martedì che la biblioteca aprirà in autunno, ma molti abitanti "
    "dubitano che i lavori possano finire in tempo e chiedono chiarimenti.",
    "pt": "A prefeita de Vila Serena anunciou na terça-feira que a biblioteca vai abrir no outono, mas vários "
    "moradores duvidam que as obras terminem a tempo e pedem informações.",
    "nl": "De burgemeester van Oudewater-Zuid zei dinsdag dat de bibliotheek in het najaar opengaat, maar veel "
    "bewoners betwijfelen of het werk op tijd klaar zal zijn.",
    "pl": "Burmistrz Nowej Lipy ogłosiła we wtorek, że nowa biblioteka zostanie otwarta jesienią, ale wielu "
    "mieszkańców wątpi, czy prace zakończą się na czas, i prosi o więcej informacji.",
    "ru": "Мэр Липовки сообщила, что библиотека откроется осенью.",
    "zh": "市长星期二宣布,新图书馆将于秋季开放,但许多居民怀疑工程能否按时完成。",
}


def read(*paths, **options):
    return list(read_articles(paths, ReadOptions(**options)))


def fail(path, **options):
    """The message of the one failure that a path gives."""
    (failure,) = read(path, **options)
    assert isinstance(failure, Failure), failure
    assert failure.stage == "read"
    assert str(path) in failure.path
    return failure.message


@pytest.mark.parametrize(
    "name, data, reason",
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", " \n\t\u00a0\r\n".encode(), "white space"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("a.txt", bytes(range(1, 32)) * 9, "binary"),
        ("a.txt", "no mark".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("a.txt", b"\xff\xfea", "broken utf-16"),
        ("a.txt", "“Née Zoë,” she said — “née Zoë.”".encode() + b"\xe2\x80", "broken utf-8"),
        ("a.txt.gz", b"not gzip at all", "cannot be read"),
        ("a.txt.gz", gzip.compress(STORY.encode() * 50)[:-30], "cannot be read"),
        ("a.html", b"", "empty"),
        ("a.html", b"<html><body></body></html>", "no article"),
        ("a.html", b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "no article"),
        ("a.json", b"", "empty"),
        ("a.json", b"{broken", "no valid JSON"),
        ("a.json", b"[" * 100_000, "no valid JSON"),
        ("a.json", b"[]", "no articles"),
        ("a.json", b'"text"', "expected an object"),
        ("a.json", b'["text"]', "expected an object"),
        ("a.json", b'{"text": null}', "is empty"),
        ("a.json", b'{"text": ["a"]}', "list"),
        ("a.json", b'{"text": "\\ud83d is half a face"}', "surrogate"),
        ("a.json", b'{"text": ""}', "empty"),
        ("a.json", b'{"n": 1}', "no text field among: n"),
        ("a.jsonl", b"\n\n", "empty"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"text\n", "no rows"),
        ("a.csv", b"n\n1\n", "no text field among: n"),
        ("a.parquet", b"", "no valid Parquet"),
        ("a.parquet", b"PAR1 nothing PAR1", "no valid Parquet"),
        ("a.pdf", b"%PDF", "unknown kind of file; supported: .txt"),
        ("noend", b"words", "unknown kind"),
        ("a.gz", b"words", "unknown kind"),
    ],
)
def test_reason(tmp_path, name, data, reason):
    path = tmp_path / name
    path.write_bytes(data)
    assert reason in fail(path)


def test_paths_that_cannot_be_read(tmp_path):
    assert "no such file" in fail(tmp_path / "missing.txt")
    assert "no file matches" in fail(f"{tmp_path}/*.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    assert "No such file" in fail(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in fail(tmp_path / "pipe.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(STORY)
    path.chmod(0)
    assert "Permission denied" in fail(path)


def test_a_file_that_vanishes_during_the_run(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(STORY)
    results = read_articles([tmp_path])
    first = next(results)
    (tmp_path / "b.txt").unlink()
    assert [type(result) for result in (first, *results)] == [Article, Failure, Article]


def test_a_bad_row_names_its_line_and_the_rest_goes_on(tmp_path):
    good = json.dumps({"text": STORY})
    lines = [good, "{broken", "", "[1]", '{"other": 1}', '{"text": " "}', r'{"text": "\udcff"}', good]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    found = read(path)
    assert [result.id for result in found if isinstance(result, Article)] == ["a.jsonl#1", "a.jsonl#8"]
    lines = [result.path.rsplit(":", 1)[1] for result in found if isinstance(result, Failure)]
    assert lines == ["2", "4", "5", "6", "7"]


def test_bad_csv_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f'id,text\n1,"{STORY}\n\nEnd."\n2,too,many\n3\n4,\n5,"{STORY}"\n6,"never closed\n7,and so on\n')
    found = read(path)
    assert [result.id for result in found if isinstance(result, Article)] == ["1", "5"]
    failures = {result.path.rsplit(":", 1)[1]: result.message for result in found if isinstance(result, Failure)}
    assert list(failures) == ["5", "6", "7", "9"]
    assert "3 cells where the header has 2" in failures["5"]
    assert "never closed" in failures["9"]


def test_a_parquet_row_without_text(tmp_path):
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([{"text": STORY}, {"text": None}, {"text": STORY}]), path)
    assert [type(result) for result in read(path)] == [Article, Failure, Article]


def test_too_large(tmp_path):
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"a" * 5_000_000))
    (tmp_path / "c.jsonl").write_text(f"{json.dumps({'text': STORY})}\n" + json.dumps({"text": "One word."}))
    (tmp_path / "d.jsonl").write_text("x" * 10_000 + "\n" + json.dumps({"text": "Two words."}))
    (tmp_path / "e.csv").write_text("text\n" + "x" * 10_000 + "\nrest\n")
    (tmp_path / "f.json.gz").write_bytes(gzip.compress(b" " * 5_000_000))
    found = read(tmp_path, max_bytes=100)
    assert [getattr(result, "text", "larger than" in getattr(result, "message", "")) for result in found] == [
        True,
        True,
        True,
        "One word.",
        True,
        "Two words.",
        True,
        True,
    ]
    with pytest.raises(ConfigError):
        ReadOptions(max_bytes=0)


@pytest.mark.parametrize("language", NOT_ENGLISH)
def test_not_english(tmp_path, language):
    path = tmp_path / "a.txt"
    path.write_text(NOT_ENGLISH[language], encoding="utf-8")
    assert f"language is {language}, expected en" in fail(path)
    (article,) = read(path, languages=("en", language))
    assert article.language == language
    (article,) = read(path, languages=None)
    assert article.language is None


@pytest.mark.parametrize("text", [STORY, "Stop.", "Café Zürich.", "6-4, 3-6, 7-5", "— 👍 —"])
def test_english_and_texts_too_short_to_tell_pass(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    (article,) = read(path)
    assert article.text == text
    assert article.language == ("en" if text is STORY else None)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["txt", "md", "html", "json", "jsonl", "csv", "parquet", "txt.gz"]), st.binary(max_size=300))
def test_random_bytes_never_raise(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("bytes") / f"a.{suffix}"
    path.write_bytes(data)
    for result in read(path, languages=None):
        assert isinstance(result, Article | Failure)
        json.dumps(result.to_dict(), ensure_ascii=False).encode()


def test_heavy_libraries_are_loaded_late():
    heavy = ["trafilatura", "pyarrow", "charset_normalizer", "py3langid", "torch", "lxml"]
    code = f"import sys, annotator.read; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
