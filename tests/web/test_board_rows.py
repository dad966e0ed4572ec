"""The board's rows, as a running centre tells them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evenhand.adapters.web.identity import Identity
from evenhand.adapters.web.socket import may_follow
from evenhand.adapters.web.views.board import team_topic
from evenhand.model.criteria import Condition, CriteriaStep, Expression, RoutingCriteria
from evenhand.model.inputs import (
    CentreDefined,
    ContactArrived,
    ContactCleared,
    ContactHungUp,
    ContactRoutingUpdated,
    Input,
    OfferAccepted,
    OfferRejected,
    StatusSet,
)
from tests.web.conftest import Site
from tests.web.watching import Watch


def tell(site: Site, *inputs: Input) -> None:
    site.run(lambda web: web.send(*inputs))


def call(contact_id: str, **more: str) -> ContactArrived:
    """A call that no flow answers: it goes to the default queue."""
    return ContactArrived(contact_id, customer_address="+12025550199", **more)  # type: ignore[arg-type]


def test_who_waits_has_a_place_and_the_queue_says_why_nobody_has_them(site: Site) -> None:
    board = Watch(site)
    tell(site, StatusSet("anna", "Lunch"), call("c1"), call("c2"))
    row = board.row("contact/c2", stage="waiting")
    assert (row["customer"], row["queue"], row["waiting"]["priority"]) == ("…0199", "BasicQueue", 5)
    assert row["waiting"]["order"] > board.rows["contact/c1"]["waiting"]["order"]
    queue = board.row("queue/BasicQueue", inQueue=2)
    assert queue["serving"] == {"VOICE": {"custom_status": 1, "offline": 2}}
    assert queue["oldestSince"] == board.rows["contact/c1"]["since"]
    assert queue["people"] | {"npt": 1, "online": 1, "staffed": 0, "agents": 3} == queue["people"]


def test_a_contact_whom_a_step_singles_out_says_itself_why_nobody_has_it(site: Site) -> None:
    board = Watch(site)
    step = CriteriaStep(Expression(((Condition(agents=("ben",)),),)))
    tell(site, StatusSet("anna", "Lunch"), call("c1"))
    tell(site, ContactRoutingUpdated("c1", criteria=RoutingCriteria((step,))))
    waits = board.until(
        lambda rows: rows["contact/c1"]["waiting"].get("skills") and rows["contact/c1"]["waiting"]
    )
    assert waits["skills"] == "ben"
    assert waits["why"] == {"missing_skill": 2, "offline": 1}


def test_a_decision_is_told_with_all_candidates_and_their_loads(site: Site) -> None:
    board = Watch(site)
    tell(site, StatusSet("anna", "Available"), StatusSet("ben", "Available"), call("c1"))
    decision = board.row("decision/1")
    assert {one["agent"]: one["outcome"] for one in decision["candidates"]} == {
        decision["agent"]: "chosen",
        ({"anna", "ben"} - {decision["agent"]}).pop(): "runner_up",
    }
    assert all("workload" in one for one in decision["candidates"])
    assert decision["reason"]
    assert (decision["customer"], decision["policy"], decision["rank"]) == (
        "…0199",
        "least loaded",
        "least_workload",
    )


def test_an_agents_activity_is_what_counts_most_of_all_that_is_true(site: Site) -> None:
    board = Watch(site)
    tell(site, StatusSet("anna", "Available"), call("c1"))
    assert board.row("agent/anna", activity="incoming")["slots"][0]["contactId"] == "c1"
    tell(site, OfferAccepted("c1", "anna"))
    board.row("agent/anna", activity="talking")
    tell(site, StatusSet("anna", "Lunch"))
    assert board.row("agent/anna", nextStatus="Lunch")["activity"] == "talking"
    tell(site, ContactHungUp("c1", "customer"))
    board.row("agent/anna", activity="after_contact_work")
    board.row("contact/c1", stage="after_contact_work")
    tell(site, ContactCleared("c1", "anna"))
    board.row("agent/anna", activity="lunch")
    board.until(lambda rows: "contact/c1" not in rows)
    assert board.row("today/anna")["handled"] == 1
    assert board.row("queue/BasicQueue")["today"]["answeredIn"][0] == 1


def test_a_rejected_offer_shows_until_it_is_cleared(site: Site) -> None:
    board = Watch(site)
    tell(site, StatusSet("anna", "Available"), call("c1"), OfferRejected("c1", "anna"))
    board.row("agent/anna", activity="rejected")
    assert board.row("today/anna", rejected=1)
    assert board.row("profile/Specialist")["people"]["blocked"] == 1
    tell(site, ContactCleared("c1", "anna"))
    board.row("agent/anna", activity="incoming")


def test_the_figures_know_after_a_restart_what_happened_today(folder: Path) -> None:
    with Site(folder) as site:
        tell(site, StatusSet("anna", "Available"), call("c1"), call("c2"), OfferAccepted("c1", "anna"))
        tell(site, ContactHungUp("c2"))
    with Site(folder) as again:
        board = Watch(again)
        figures = board.row("figures", contacts=2)
        assert figures["whole"] is True
        assert (figures["today"]["answered"], figures["today"]["abandoned"]) == (1, 1)
        assert board.row("today/anna")["stretch"] == "busy"
        assert board.row("decision/1")["agent"] == "anna"
        assert board.row("contact/c1")["stage"] == "talking"


def test_a_supervisor_with_a_team_sees_the_team_and_everybodys_queues(site: Site) -> None:
    tell(
        site,
        StatusSet("anna", "Available"),
        StatusSet("ben", "Available"),
        call("c1"),
        call("c2"),
        call("c3"),
    )
    everything = Watch(site)
    everything.until(lambda rows: "decision/2" in rows and "contact/c3" in rows)
    board = Watch(site, team_topic(("ben",)))
    board.until(lambda rows: rows)
    assert {key for key in board.rows if key.startswith(("agent/", "today/"))} == {"agent/ben", "today/ben"}
    assert board.rows["queue/BasicQueue"]["inQueue"] == 3
    assert [one["agent"] for key, one in board.rows.items() if key.startswith("decision/")] == ["ben"]
    shown = {key: one["agent"] for key, one in board.rows.items() if key.startswith("contact/")}
    assert sorted(shown.values()) == ["", "ben"]
    assert "anna" not in str(board.rows)


def test_what_is_no_longer_defined_is_no_longer_shown(site: Site) -> None:
    board = Watch(site)
    board.row("agent/chloe")
    before = site.web.host.centre.definition
    specialist = msgspec.structs.replace(before.routing_profiles[0], name="Expert")
    after = msgspec.structs.replace(
        before,
        routing_profiles=(specialist,),
        agents=tuple(
            msgspec.structs.replace(one, routing_profile="Expert")
            for one in before.agents
            if one.name != "chloe"
        ),
    )
    tell(site, CentreDefined(after))
    board.until(lambda rows: "agent/chloe" not in rows and "profile/Specialist" not in rows)
    assert board.row("profile/Expert")["people"]["agents"] == 2
    assert board.row("queue/BasicQueue")["people"]["agents"] == 2
    assert board.rows["queue/BasicQueue"]["profiles"] == ["Expert"]


def test_each_supervisor_may_follow_the_board_that_is_theirs(site: Site) -> None:
    tom, eva = Identity("supervisor", "tom", team=("chloe", "ben")), Identity("supervisor", "eva")
    assert may_follow(tom, "board/ben,chloe", site.web)
    assert not may_follow(tom, "board", site.web)
    assert not may_follow(tom, "board/anna", site.web)
    assert may_follow(eva, "board", site.web)
