"""The routes of the API, one module for each kind of thing."""

from __future__ import annotations

from evenhand.adapters.web.api import (
    agents,
    begin,
    contacts,
    customers,
    description,
    desk,
    flows,
    functions,
    health,
    hours,
    metrics,
    numbers,
    profiles,
    queues,
    records,
    session,
    stories,
    tables,
    users,
)
from evenhand.adapters.web.routes import Route

__all__ = ["ROUTES"]

_ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *agents.ROUTES,
    *desk.ROUTES,
    *contacts.ROUTES,
    *customers.ROUTES,
    *begin.ROUTES,
    *queues.ROUTES,
    *profiles.ROUTES,
    *hours.ROUTES,
    *numbers.ROUTES,
    *functions.ROUTES,
    *metrics.ROUTES,
    *records.ROUTES,
    *health.ROUTES,
    *users.ROUTES,
    *flows.ROUTES,
    *stories.ROUTES,
    *tables.ROUTES,
)

ROUTES = description.with_description(_ROUTES)
