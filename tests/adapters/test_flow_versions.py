"""The versions of flow files on the disk: nobody's work is ever lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.adapters.files.flow_versions import FlowVersions
from evenhand.errors import DefinitionFault, OutsideFailure

FILE = "flows/sales.json"


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / FILE).write_text("one")
    (tmp_path / "centre.toml").write_text('[flows.Sales]\nfile = "flows/sales.json"\n')
    return tmp_path


def publish(versions: FlowVersions, content: str) -> int:
    return versions.publish(FILE, content, by="root", reason="so", at=5e9).number


def test_what_the_author_wrote_is_kept_before_it_is_replaced(centre: Path) -> None:
    versions = FlowVersions(centre / "centre.toml")
    assert publish(versions, "two") == 2
    # By hand, in between.
    (centre / FILE).write_text("by hand")
    assert publish(versions, "three") == 4
    assert [(one.number, one.how) for one in versions.versions(FILE)] == [
        (1, "found"),
        (2, "published"),
        (3, "found"),
        (4, "published"),
    ]
    assert [versions.content(FILE, number) for number in (1, 2, 3, 4)] == ["one", "two", "by hand", "three"]
    assert (centre / FILE).read_text() == "three"


def test_a_refused_version_is_taken_back(centre: Path) -> None:
    versions = FlowVersions(centre / "centre.toml")
    publish(versions, "two")
    refused = versions.publish(FILE, "three", by="root", reason="so", at=5e9)
    versions.take_back(FILE, refused)
    assert (centre / FILE).read_text() == "two"
    assert [one.number for one in versions.versions(FILE)] == [1, 2]


def test_a_line_that_a_crash_cut_short_hides_nothing(centre: Path) -> None:
    versions = FlowVersions(centre / "centre.toml")
    publish(versions, "two")
    lines = centre / "flows/.versions/sales.json/versions.jsonl"
    lines.write_bytes(lines.read_bytes() + b'{"number":3,"at"')
    (centre / "flows/.versions/sales.json/0003.json").write_text("half done")
    assert [one.number for one in versions.versions(FILE)] == [1, 2]
    # A number is never given twice.
    assert publish(versions, "four") == 4
    assert [one.number for one in versions.versions(FILE)] == [1, 2, 4]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(centre: Path) -> None:
    (centre / "flows").chmod(0o500)
    try:
        with pytest.raises(OutsideFailure):
            publish(FlowVersions(centre / "centre.toml"), "two")
    finally:
        (centre / "flows").chmod(0o700)
    assert (centre / FILE).read_text() == "one"


def test_a_file_in_the_way_of_the_versions_changes_nothing(centre: Path) -> None:
    (centre / "flows/.versions").write_text("not a folder")
    with pytest.raises(OutsideFailure, match="disk refused"):
        publish(FlowVersions(centre / "centre.toml"), "two")
    assert (centre / FILE).read_text() == "one"


def test_behind_a_link_the_file_that_is_meant_is_replaced(centre: Path) -> None:
    (centre / "elsewhere.json").write_text("one")
    (centre / FILE).unlink()
    (centre / FILE).symlink_to(centre / "elsewhere.json")
    publish(FlowVersions(centre / "centre.toml"), "two")
    assert (centre / FILE).is_symlink()
    assert (centre / "elsewhere.json").read_text() == "two"


def test_a_new_flow_changes_nothing_else_in_the_definition(centre: Path) -> None:
    versions = FlowVersions(centre / "centre.toml")
    versions.add_flow('Say "hi"', "flows/say.json", "CONTACT_FLOW")
    assert (centre / "centre.toml").read_text() == (
        '[flows.Sales]\nfile = "flows/sales.json"\n\n'
        '[flows."Say \\"hi\\""]\nfile = "flows/say.json"\ntype = "CONTACT_FLOW"\n'
    )
    # Tables in one line cannot be added to.
    (centre / "centre.toml").write_text('flows = { Sales = "flows/sales.json" }\n')
    with pytest.raises(DefinitionFault, match="cannot be written"):
        versions.add_flow("New", "flows/new.json", "CONTACT_FLOW")
    assert (centre / "centre.toml").read_text() == 'flows = { Sales = "flows/sales.json" }\n'
