"""The documentation tells the truth: generated pages are current, links lead somewhere, commands run as shown.

A block of a page marked `console` is played: what follows `$ ` is run in a folder of the page's own, and has to
print what stands below it. A line `…` stands for any lines, ` …` at a line's end for the rest of it. A comment
`<!-- file: NAME -->` before a block writes the block into that file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from docs.generate import commands, pages
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.catalogue import BLOCKS as CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
PLAYED = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n+)?```(\w*)\n(.*?)```", re.DOTALL)


class Step(NamedTuple):
    """A command as a page shows it, and what the page says it prints."""

    command: str
    shown: list[str]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", sorted(pages()), ids=named)
def test_a_generated_page_is_current(page: Path) -> None:
    """What docs/generate.py would write now is what stands there."""
    assert page.read_text(encoding="utf-8") == pages()[page], "run: python docs/generate.py"


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_has_help(name: str) -> None:
    """A person who types --help is told what the command and each of its options is for."""
    command = commands()[name]
    assert (command.help or "").strip()
    for parameter in command.params:
        assert (parameter.help or "").strip(), parameter.name


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_every_block_type_says_what_it_does(name: str) -> None:
    """The docstring is the reference page of the block, so each has one of its own and names its source."""
    text = vars(BLOCKS[name]).get("__doc__") or ""
    assert len(text.split()) > 10
    assert "guide" in text


def test_the_readme_counts_block_types_as_they_are() -> None:
    """How many block types run is told as it is."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(BLOCKS)} of the {len(CATALOGUE)} block types" in text


def test_every_page_can_be_reached_from_the_index() -> None:
    """A page that no link leads to is read by nobody."""
    start = ROOT / "docs" / "index.md"
    seen: set[Path] = set()
    beyond = [start]
    while beyond:
        page = beyond.pop()
        seen.add(page)
        for target, _ in links(page):
            if target.suffix == ".md" and target.exists() and target not in seen:
                beyond.append(target)
    assert sorted(map(named, set(ROOT.glob("docs/**/*.md")) - seen)) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_link_is_dead(page: Path) -> None:
    """Every link inside the project names a file that is there, and a heading that is in it."""
    dead = [
        f"{named(page)}: {target.name}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert dead == []


@pytest.mark.parametrize("page", PLAYED, ids=named)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    """Everything in a console block is run; a reader who types it sees the same."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "evenhand"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m evenhand "$@"\n')
    command.chmod(0o755)
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "tests").symlink_to(ROOT / "tests")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "PYTHONIOENCODING": "utf-8",
    }
    code = 0
    for step in steps(page, folder):
        if step.command == "echo $?":
            assert [str(code)] == step.shown, f"{named(page)}: the exit code after the command before"
            continue
        done = subprocess.run(
            ["/bin/sh", "-c", step.command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        code = done.returncode
        printed = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
        assert agrees(step.shown, printed), f"{named(page)}: $ {step.command}\n{done.stdout}"


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """(file, heading) of every link inside the project."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in _LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            file, _, anchor = target.partition("#")
            yield ((page.parent / file).resolve() if file else page), anchor


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def steps(page: Path, folder: Path) -> Iterator[Step]:
    """What a page tells to do, in order; files are written as they are met."""
    for file, language, body in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if file:
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, encoding="utf-8")
        elif language == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                yield Step(command.strip(), [line.rstrip() for line in shown.rstrip().splitlines()])


def agrees(shown: list[str], printed: list[str]) -> bool:
    """Whether the output is what the page shows, with what the page leaves out."""
    if not shown:
        return not printed
    if shown[0] == "…":
        return any(agrees(shown[1:], printed[skip:]) for skip in range(len(printed) + 1))
    if not printed:
        return False
    whole = shown[0] == printed[0]
    cut = shown[0].endswith(" …") and printed[0].startswith(shown[0].removesuffix(" …"))
    return (whole or cut) and agrees(shown[1:], printed[1:])


def test_a_page_may_leave_out_lines_and_ends() -> None:
    """The rule that the pages are read by."""
    assert agrees(["a", "…", "d"], ["a", "b", "c", "d"])
    assert agrees(["…"], [])
    assert agrees(["long …"], ["long line"])
    assert not agrees(["a"], ["a", "b"])
    assert not agrees(["a", "c"], ["a", "b"])
