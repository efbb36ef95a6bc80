"""The pictures of docs/images, taken by scripts/screenshots: FOLDER holds run/ and report/, PICTURES gets the PNG files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

COLOURS = 256  # enough for text on paper, and a fraction of the bytes
SIZE = {"width": 1280, "height": 860}


def main(folder: Path, pictures: Path) -> None:
    pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        report = (folder / "report").resolve()
        take(browser, f"file://{report}/index.html", pictures / "report-index.png", "light")
        claim = ".sentence[data-label=direct_quote]"
        take(browser, f"file://{report}/articles/00001.html", pictures / "report-article.png", "light", claim)
        take(browser, f"file://{report}/articles/00001.html", pictures / "report-article-dark.png", "dark", claim)
        take_review(browser, folder / "run", pictures / "review.png")
        browser.close()


def take(
    browser: Browser, address: str, picture: Path, scheme: str, hover: str | None = None, key: str | None = None
) -> None:
    """One picture of a page, with the pointer on an element or after a key."""
    context = browser.new_context(viewport=SIZE, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if hover:
        page.hover(hover)
    if key:
        page.keyboard.press(key)
    page.screenshot(path=picture)
    context.close()
    few = Image.open(picture).convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS)
    few.save(picture, optimize=True)


def take_review(browser: Browser, run: Path, picture: Path) -> None:
    """The review with a sentence at hand, from a server of its own."""
    command = [sys.executable, "-m", "annotator", "review", str(run), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = next(line for line in server.stdout if "http://" in line)
            take(browser, re.search(r"http://\S+", line).group(), picture, "light", key="n")
        finally:
            server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
