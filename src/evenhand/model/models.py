"""Learned models: how one is named, what it said of a contact and its candidates, and what a decision keeps."""

from __future__ import annotations

import msgspec

from evenhand.model.units import Seconds

__all__ = ["ModelDefinition", "ModelOpinion", "ModelTold"]


class ModelDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A learned model: from numbers about a contact and an agent to a score, the higher the better.

    * `source`: `path/to/file.onnx`, or `path/to/file.py:function`.
    * `inputs`: the numbers it is given for each agent, in this order.
    * `time_limit`: seconds; a model that is slower has no say in the decision.
    * `version`: the author's own label; decisions carry it with a digest of the file.
    """

    name: str
    source: str
    inputs: tuple[str, ...] = ()
    time_limit: Seconds = 0.05
    version: str = "1"
    digest: str = ""


class ModelOpinion(msgspec.Struct, frozen=True):
    """What a model said of one contact and the agents that could have had it when it was asked.

    `features` are the numbers it was given, by agent. Without scores `reason` (`timeout`, `raised`,
    `missing_scores` …) and `detail` say why.
    """

    name: str
    version: str = ""
    digest: str = ""
    inputs: tuple[str, ...] = ()
    scores: dict[str, float] = {}
    features: dict[str, tuple[float, ...]] = {}
    reason: str = ""
    detail: str = ""


class ModelTold(msgspec.Struct, frozen=True, gc=False):
    """A model in a decision's record: which it was, what its inputs mean, and why it gave no scores."""

    name: str
    version: str = ""
    digest: str = ""
    inputs: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""
