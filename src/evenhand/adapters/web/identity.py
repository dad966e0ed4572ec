"""Who asks, and what their role lets them do."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["ANYBODY", "NOBODY", "STAFF", "SUPERVISORS", "Identity", "Role"]

Role = Literal["nobody", "customer", "agent", "supervisor", "administrator"]

ANYBODY: frozenset[Role] = frozenset({"nobody", "customer", "agent", "supervisor", "administrator"})
STAFF: frozenset[Role] = frozenset({"agent", "supervisor", "administrator"})
SUPERVISORS: frozenset[Role] = frozenset({"supervisor", "administrator"})


class Identity(msgspec.Struct, frozen=True):
    """Who asks. `name` is the user's or the API key's; `agent` the agent whom this user is ('' for none).

    `team` are the agents whom a supervisor may see and direct (empty: everybody). `contact_id` is the one
    contact of a customer, as it was when it began. `way` is how we know: a `session` (a cookie, which needs
    the CSRF header for changes), an API `key`, a customer's `token`, or not at all. `csrf` is what that header
    must hold.
    """

    role: Role = "nobody"
    name: str = ""
    agent: str = ""
    team: tuple[str, ...] = ()
    contact_id: str = ""
    way: Literal["", "session", "key", "token"] = ""
    csrf: str = ""

    def leads(self, agent: str) -> bool:
        """Whether this agent is in the team of whoever asks."""
        return self.role == "administrator" or (
            self.role == "supervisor" and (not self.team or agent in self.team)
        )


NOBODY = Identity()
