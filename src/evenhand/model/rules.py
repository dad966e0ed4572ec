"""Written rules: what a supervisor writes down about who may or should take which contact."""

from __future__ import annotations

import msgspec

from evenhand.model.units import Instant, Seconds

__all__ = ["Opinion", "Rule", "RuleSet", "RulesTold"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One row. It fires for a contact when every cell of `given` holds and `when` is true.

    * `given`: a name of the contact's facts (`queue`, `channel`, `attributes.state` …) → the texts one of
      which it must be.
    * `when`: an expression about the contact; empty means always.
    * `exclude`: an expression about the agent, and the contact if need be: who answers true is not offered
      the contact.
    * `prefer`: the same, for whom `score` is added under `rank = "rules"`.
    * `queue`: the contact joins this queue instead of the one that it was sent to. The first rule that fires
      and names one decides; the rules of that queue's own policy are judged next, but name no further queue.
    * `reason`: a note for whoever reads the file; decisions name the rule.
    """

    name: str = ""
    given: dict[str, tuple[str, ...]] = {}
    when: str = ""
    exclude: str = ""
    prefer: str = ""
    score: float = 1.0
    queue: str = ""
    reason: str = ""


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """A file of rules. `wait`: how long a contact waits when the rules exclude everybody who serves its queue;
    then the ordinary ranking decides without them, and the decision says so. `table` is a decision as the ZEN
    engine's editor saves it (JSON), whose answers are rules too; `table_file` is where it stood."""

    name: str
    version: str = "1"
    wait: Seconds = 60.0
    rules: tuple[Rule, ...] = ()
    file: str = ""
    table: str = ""
    table_file: str = ""


class Opinion(msgspec.Struct, frozen=True):
    """What a rule set said about one contact when it joined its queue.

    `excluded` is agent → rule, `scores` agent → sum of what was added. `problems` are the rules that could not
    be judged, which changes nothing but the reason. `until` is when the exclusions end because they leave
    nobody; None: they hold.
    """

    rule_set: str
    version: str
    digest: str
    fired: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    excluded: dict[str, str] = {}
    scores: dict[str, float] = {}
    until: Instant | None = None


class RulesTold(msgspec.Struct, frozen=True, gc=False):
    """A rule set in a decision's record: which it was, which rules fired, which could not be judged."""

    name: str
    version: str
    digest: str
    fired: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
