"""Evenhand as an engine beside the peers: the whole machine in virtual time, a one-block flow, records off."""

from __future__ import annotations

import array
from typing import Any

from evenhand.simulation.streams import run_streams, skills_centre


def skills(d: Any) -> array.array[float]:
    return run_streams(skills_centre(d.agents, d.types), d.inter, d.service, d.patience, d.ctype)


mmc = mmcm = skills
