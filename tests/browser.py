"""A real browser for the tests: the Chromium of the system, driven by Playwright. conftest.py makes its fixtures known.

A test that uses `page` fails if the page writes an error to the console, raises one, or asks for anything outside this machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
VIEWPORT = {"width": 1440, "height": 900}
WCAG_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

needs_browser = pytest.mark.skipif(not CHROMIUM, reason="skipped: no chromium; on Debian: apt install chromium")


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once. Names of other machines lead nowhere."""
    from playwright.sync_api import sync_playwright

    flags = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@contextmanager
def open_page(browser, **options) -> Iterator:
    """A page of its own context and the list of what goes wrong on it; `options` go to Playwright's new_context."""
    context = browser.new_context(**{"viewport": VIEWPORT, **options})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if is_local(request.url) else problems.append(f"asked for {request.url}"))
    yield page, problems
    context.close()


@pytest.fixture
def watched(chromium):
    """A page and its list of problems, for tests that expect some and clear it."""
    with open_page(chromium) as (page, problems):
        yield page, problems
        assert not problems


@pytest.fixture
def page(watched):
    return watched[0]


def is_local(url: str) -> bool:
    """Whether an address stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")


def find_barriers(page) -> list[str]:
    """What axe finds on the page against WCAG 2.2 level A and AA: rule, place and reason.

    axe itself writes styles into the page: where a policy forbids that, open the page with `bypass_csp=True`.
    """
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(WCAG_AA)}, "preload": False})
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ]
