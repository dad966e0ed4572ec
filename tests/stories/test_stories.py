"""Golden stories: each file must tell exactly what the machine does.

With EVENHAND_REWRITE=1 the files are written anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.stories.story import play

STORIES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_is_true(path: Path) -> None:
    """Every scene of the file ends as it is written there."""
    text = path.read_text(encoding="utf-8")
    happened = play(text)
    if os.environ.get("EVENHAND_REWRITE") == "1":
        path.write_text(happened, encoding="utf-8")
    else:
        assert happened == text
