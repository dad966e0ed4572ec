"""The routes of the API, one module for each kind of thing."""

from __future__ import annotations

from evenhand.adapters.web.api import agents, customers, desk, flows, session, stories, tables
from evenhand.adapters.web.routes import Route

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *agents.ROUTES,
    *desk.ROUTES,
    *customers.ROUTES,
    *flows.ROUTES,
    *stories.ROUTES,
    *tables.ROUTES,
)
