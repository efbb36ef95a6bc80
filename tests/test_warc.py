"""Web archives: one article a page, and everything else counted, never lost in silence and never a failure."""

import gzip
import io

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from annotator.read import ReadOptions, read_articles
from annotator.records import Article, Failure

WORDS = "The dike at Tarn held through the night, the reeve Ola Brandt said, and the sluice stayed shut. " * 3
GERMAN = (
    "Der Deich hat die ganze Nacht gehalten, sagte die Deichgräfin, und das Siel blieb bis zum Morgen geschlossen. " * 3
)


def page(words, title="Dike holds"):
    head = f"<html><head><title>{title}</title><meta charset='utf-8'></head>"
    return f"{head}<body><article><h1>{title}</h1><p>{words}</p></article></body></html>".encode()


def write_archive(path, records, *, packed=True):
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record("tarn.warc.gz", {"software": "a test"}))
        for number, (body, status, kind) in enumerate(records):
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            url = f"https://tarn.example/{number}"
            record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
            writer.write_record(record)
            request = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", "tarn.example")], is_http_request=True)
            writer.write_record(
                writer.create_warc_record(url, "request", payload=io.BytesIO(b""), http_headers=request)
            )
    return path


RECORDS = [
    (page(WORDS + "Bread 🥖 floated."), "200 OK", "text/html; charset=utf-8"),
    (b"", "404 Not Found", "text/html"),
    (b"%PDF-1.4", "200 OK", "application/pdf"),
    (page("menu"), "200 OK", "text/html"),
    (page(GERMAN), "200 OK", "text/html; charset=utf-8"),
    (page(WORDS, "Sluice shut"), "200 OK", "TEXT/HTML"),
]


@pytest.mark.parametrize("name", ["news.warc.gz", "news.warc"])
def test_pages_become_articles_and_the_rest_is_counted(tmp_path, name):
    path = write_archive(tmp_path / name, RECORDS, packed=name.endswith(".gz"))
    notes = []
    found = list(read_articles([path], report=notes.append))
    assert all(isinstance(item, Article) for item in found)
    assert [item.title for item in found] == ["Dike holds", "Sluice shut"]
    assert found[0].url == "https://tarn.example/0" and "Bread 🥖 floated." in found[0].text
    assert len({item.id for item in found}) == 2 and all(item.id.startswith(f"{name}#") for item in found)
    (note,) = notes
    assert "2 articles" in note
    for reason in ("1 with status 404", "1 not HTML", "1 without an article", "1 language"):
        assert reason in note, note


def test_an_archive_in_a_folder_is_read_with_the_other_files(tmp_path):
    write_archive(tmp_path / "a.warc.gz", RECORDS[:1])
    (tmp_path / "b.txt").write_text(WORDS, encoding="utf-8")
    assert [item.id for item in read_articles([tmp_path])] == ["a.warc.gz#2", "b.txt"]


def test_pages_that_are_too_large_are_counted(tmp_path):
    notes = []
    path = write_archive(tmp_path / "news.warc.gz", RECORDS[:1])
    assert list(read_articles([path], ReadOptions(max_bytes=100), report=notes.append)) == []
    assert "1 too large" in notes[0]


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_broken_archive_gives_what_came_before_and_a_failure(tmp_path, cut):
    path = write_archive(tmp_path / "news.warc.gz", [RECORDS[0]] * 4)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    found = list(read_articles([path]))
    assert isinstance(found[-1], Failure) and 1 <= len(found) <= 4


def test_what_is_no_archive_is_a_failure(tmp_path):
    (tmp_path / "a.warc").write_text("no archive at all", encoding="utf-8")
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(b"no archive at all"))
    found = list(read_articles([tmp_path]))
    assert len(found) == 2 and all(isinstance(item, Failure) for item in found)
