"""The laws once more, where most contacts talk and third parties come and go."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, rule

from evenhand.centre.contact import OFFERED
from evenhand.model.inputs import ContactArrived, OfferAccepted
from tests.centre.test_laws import EXAMPLES, STEPS, Laws


class ThirdPartyLaws(Laws):
    """The same centre. What has nothing to do with third parties happens seldom or never."""

    assign: Any = None
    switch_queue: Any = None
    reroute: Any = None
    workload_observed: Any = None
    workload_fails: Any = None
    model_answers: Any = None
    model_fails: Any = None
    function_answers: Any = None
    call_out: Any = None
    choose_status: Any = None
    arrive: Any = None
    tick_early: Any = None
    try_nonsense: Any = None

    @initialize(variant=st.sampled_from((0, 0, 1)))
    def open_centre(self, variant: int) -> None:
        super().open_centre(variant=variant)
        self.given = True  # so many calls may have come at once
        for _ in range(3):
            self.call_in("queue", "0")

    @rule(
        flow=st.sampled_from(("queue", "queue", "held", "outside", "away")),
        age=st.sampled_from(("0", "600", "-30")),
    )
    def call_in(self, flow: str, age: str) -> None:
        """Somebody calls, and every agent at whom it rings answers."""
        self.arrived += 1
        attributes = {"age": age, "priority": "5"}
        name = f"c{self.arrived * 7 % 100:02d}-{self.arrived}"
        self.handle(
            ContactArrived(
                name, flow, "Basic", "VOICE", "+12025550100", system_address="+100", attributes=attributes
            )
        )
        for agent, contact_id in self.slots(OFFERED):
            self.handle(OfferAccepted(contact_id, agent))


TestThirdPartyLaws = ThirdPartyLaws.TestCase
TestThirdPartyLaws.settings = settings(
    max_examples=max(40, EXAMPLES // 2),
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
