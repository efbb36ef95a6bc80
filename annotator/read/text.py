"""Bytes -> text that is kept exactly as it is."""

from __future__ import annotations

import codecs
import re

from annotator.errors import InputError

# Longest first: the mark of UTF-32 begins like that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MAX_CONTROL_SHARE = 0.02
SURROGATE = re.compile(r"[\ud800-\udfff]")
SAMPLE_BYTES = 200_000  # of a text that is not UTF-8, to find its encoding
MAX_WESTERN_SHARE = 0.25  # of bytes outside ASCII, in a language of Western Europe
TYPOGRAPHY = re.compile("[‘’“”–—…]")


def find_mark(data: bytes) -> str | None:
    """The encoding that a byte order mark at the start tells, None without one."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)


def decode_text(data: bytes) -> str:
    """Decode by byte order mark (not part of the text), else UTF-8, else the likeliest encoding; line ends are kept.

    Raises InputError where no encoding fits.
    """
    encoding = find_mark(data) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise InputError(f"broken {encoding} at byte {error.start:,}; save it as UTF-8") from None
        return _decode_legacy(data, error.start)


def _decode_legacy(data: bytes, first_bad: int) -> str:
    """Decode bytes that are not UTF-8."""
    salvaged = data.decode("utf-8", "replace")
    # Words in another encoding hardly ever look like UTF-8: where most of what is not ASCII does, it is damaged UTF-8.
    if sum(character > "\x7f" for character in salvaged) > 2 * salvaged.count("\ufffd"):
        raise InputError(f"broken utf-8 at byte {first_bad:,}; mend it or save it anew")
    western = _decode_western(data)
    return _decode_foreign(data, first_bad) if western is None else western


def _decode_western(data: bytes) -> str | None:
    """Decode mostly ASCII bytes as Windows-1252, or Mac Roman where that gives more quote marks and dashes.

    Both fit nearly any bytes, and on English text with a few curly quotes general detectors guess at random
    (charset-normalizer alone: 64 of 82 articles in Windows-1252 right, 7 of 81 in Mac Roman).
    """
    if sum(byte > 0x7F for byte in data) > MAX_WESTERN_SHARE * len(data):
        return None
    try:
        windows = data.decode("cp1252")
    except UnicodeDecodeError:
        windows = None
    mac = data.decode("mac_roman")
    return mac if len(TYPOGRAPHY.findall(mac)) > len(TYPOGRAPHY.findall(windows or "")) else windows


def _decode_foreign(data: bytes, first_bad: int) -> str:
    from charset_normalizer import from_bytes

    start = max(0, first_bad - SAMPLE_BYTES // 2)  # around the first byte that tells something
    best = from_bytes(data[start : start + SAMPLE_BYTES]).best()
    if best is None:
        raise InputError(f"neither UTF-8 nor a known encoding (byte {first_bad:,}); save it as UTF-8")
    try:
        return data.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"looks like {best.encoding} but breaks at byte {error.start:,}; save it as UTF-8") from None


def check_binary(data: bytes) -> None:
    """Raise InputError where the bytes of a text file are no text: a NUL, or many control characters."""
    if find_mark(data) in ("utf-16", "utf-32"):
        return
    if b"\x00" in data:
        raise InputError("a binary file, or UTF-16 without a byte order mark; save it as UTF-8 text")
    controls = len(CONTROL.findall(data.decode("latin-1")))
    if controls > MAX_CONTROL_SHARE * len(data):
        raise InputError("a binary file (control characters); save it as UTF-8 text")


def check_text(text: str, max_bytes: int) -> None:
    """Raise InputError for a text that is empty, blank, broken or larger than `max_bytes` in UTF-8."""
    if not text:
        raise InputError("empty")
    if text.isspace():
        raise InputError("nothing but white space")
    if broken := SURROGATE.search(text):
        raise InputError(f"broken encoding: half a surrogate pair at character {broken.start():,}")
    if len(text) > max_bytes or len(text.encode()) > max_bytes:
        raise InputError(f"text larger than the limit of {max_bytes:,} bytes; raise max_bytes or split it")
