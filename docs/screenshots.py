"""Takes the pictures of the pages in docs/screenshots: python docs/screenshots.py

It starts `evenhand demo --web`, waits until there is something to see, and opens every page as whoever it is for:
light and dark at 1280 by 900, and narrow. It needs the extra `test` and a Chromium on the PATH. What callers do
is the same every time; when, is not quite, so that pictures differ a little from run to run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).resolve().parent / "screenshots"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FORMS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 780}, "color_scheme": "light"},
}


class Demo:
    """A running demonstration: where it is, and who may log in."""

    def __init__(self, printed: str) -> None:
        found = re.search(r"http://[\d.]+:\d+", printed)
        assert found is not None
        self.url = found[0]
        self.passwords = dict(re.findall(r"^ +(\w+) +\w+ +password +(\S+)$", printed, re.MULTILINE))


@contextmanager
def demonstration() -> Iterator[Demo]:
    command = [
        sys.executable,
        "-m",
        "evenhand",
        "demo",
        "--web",
        "--port",
        "0",
        "--speed",
        "4",
        "--seed",
        "3",
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen([*command, "--data", folder], stdout=subprocess.PIPE, text=True) as running,
    ):
        assert running.stdout is not None
        printed = ""
        for line in running.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        try:
            yield Demo(printed)
        finally:
            running.terminate()


def opened(browser: Browser, demo: Demo, path: str, name: str, form: str) -> Page:
    """This page, as this user ('': nobody)."""
    context = browser.new_context(**FORMS[form])  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    page = context.new_page()
    if name:
        page.goto(f"{demo.url}/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(demo.passwords[name])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login" not in url)
    page.goto(demo.url + path)
    return page


def shoot(page: Page, name: str, form: str) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.screenshot(path=TARGET / f"{name}-{form}.png")
    page.context.close()
    print(f"wrote {name}-{form}.png")


def main() -> None:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("there is no Chromium on the PATH (Debian: apt-get install chromium)")
    TARGET.mkdir(exist_ok=True)
    with demonstration() as demo, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS.split())
        board = opened(browser, demo, "/board", "eva", "light")
        # Something to see: several decisions, and somebody waits.
        board.locator('main a[href^="/contact/"]').nth(5).wait_for(state="attached")
        board.context.close()
        for form in FORMS:
            shoot(opened(browser, demo, "/", "", form), "home", form)
            shoot(opened(browser, demo, "/login", "", form), "login", form)
            shoot(opened(browser, demo, "/board", "eva", form), "board", form)
            shoot(opened(browser, demo, "/tables", "eva", form), "tables", form)
            shoot(opened(browser, demo, "/api", "eva", form), "api", form)
            flow = opened(browser, demo, "/flow/Least%20loaded%20with%20honest%20wait", "eva", form)
            flow.wait_for_selector("svg")
            shoot(flow, "flow", form)
            contact = opened(browser, demo, "/contact", "eva", form)
            contact.locator("table a").last.click()
            contact.wait_for_selector("svg")
            shoot(contact, "contact", form)
            phone = opened(browser, demo, "/phone", "", form)
            phone.get_by_role("button", name="☎ Call").first.click()
            phone.get_by_text("Waiting", exact=True).first.wait_for()
            shoot(phone, "phone", form)
            desk = opened(browser, demo, "/desk", "anna", form)
            desk.locator("main").get_by_role("link", name="work").or_(
                desk.get_by_text("Why me:")
            ).first.wait_for()
            shoot(desk, "desk", form)
        for form in ("light", "dark"):
            wall = opened(browser, demo, "/board?wall", "eva", form)
            wall.get_by_text("Longest wait").wait_for()
            shoot(wall, "wall", form)
        browser.close()


if __name__ == "__main__":
    main()
