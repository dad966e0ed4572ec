"""Definitions and flows as files: reading a centre's folder and checking all of it at once."""

from __future__ import annotations

from evenhand.adapters.files.centre_check import check_centre_file
from evenhand.adapters.files.centre_toml import read_centre

__all__ = ["check_centre_file", "read_centre"]
