"""The little language of the stories: commands on one side, everything that happened as text on the other.

A story is a text file of scenes parted by empty lines: commands, `----`, and what came of them. Lines that
begin with `#` are for the reader. `define` takes the indented lines under it:

    queue NAME [policy=P] [max=N]            policy NAME [rank=…] [call_type=…] [own_agent=yes] …
    profile NAME [VOICE=1 CHAT=2 CHAT=ANY_CHANNEL timer=INBOUND] QUEUE/CHANNEL[:priority[:delay]] [pick:QUEUE/CHANNEL] …
    skill AGENT ATTRIBUTE VALUE LEVEL
    agent NAME PROFILE [acw=0|none|SECONDS] [auto] [status=Offline]      status NAME
    flow NAME: step | step | …               queue-flow NAME: step | step | …
    agent-whisper NAME: step | …             customer-whisper NAME: step | …
    customer-hold NAME: step | …             agent-hold NAME: step | …
    module NAME: step | …
    default HOOK FLOW                        the flow of an event for contacts that name none
    default-flows                            the flows that every centre from a file has, for the other events
    workload [freshness=…] [when_stale=ignore] …

Steps of a flow, each of whose errors leads to the default queue: `queue Q`, `agent A`, `hook [EVENT] FLOW`, `move Q`,
`number N`, `callback DELAY RETRY ATTEMPTS [FLOW]`, `task FLOW now|DELAY NAME`, `dial CALLER`, `priority N`, `age N`,
`heard`,
`outside NUMBER [stay|leave] [SECONDS]`, `ask CRITERIA`, `attribute KEY VALUE`, `interrupt A`, `hand-over`, `function F`, `say TEXT`, `sound PROMPT`,
`loop TEXT every N`, `wait N`, `resume`, `unknown`, `unwired` (a failure without a branch), `transfer`, `end`, `bye`, `module NAME [KEY=VALUE …] [skip=RESULT]` (that result skips a
step), `return [RESULT] [KEY=VALUE …]`.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

import msgspec

from evenhand.adapters.files.defaults import with_default_flows
from evenhand.centre.centre import Centre
from evenhand.centre.outcome import Outcome
from evenhand.centre.snapshot import read_state, restore, snapshot, write_state
from evenhand.errors import IllegalInput
from evenhand.flow.criteria_reading import read_criteria
from evenhand.model import definition as d
from evenhand.model import effects as e
from evenhand.model import facts as f
from evenhand.model import inputs as i
from evenhand.model.criteria import RoutingCriteria

__all__ = ["Story", "play"]

START = 1_000.0


def play(text: str) -> str:
    """The story with what really happened under each scene."""
    story, scenes = Story(), []
    for scene in text.strip("\n").split("\n\n"):
        commands = scene.partition("\n----")[0] if "----" in scene else scene
        if all(line.startswith("#") for line in commands.splitlines()):
            scenes.append(commands)
            continue
        happened = story.scene([line for line in commands.splitlines() if not line.startswith("#")])
        scenes.append(f"{commands}\n----\n{happened}".rstrip("\n"))
    return "\n\n".join(scenes) + "\n"


class Story:
    """One centre, and the words to speak with it."""

    def __init__(self) -> None:
        self.centre = Centre()
        self.now = START
        self.lines: list[str] = []

    def scene(self, commands: list[str]) -> str:
        self.lines = []
        if commands[0] == "define":
            self.tell(i.CentreDefined(define(commands[1:])))
        else:
            for command in commands:
                self.command(command)
        return "\n".join(self.lines) if self.lines else "(nothing)"

    def tell(self, input: i.Input) -> None:
        due = self.centre.wake_at()
        if due is not None and due <= self.now and not isinstance(input, i.Tick):
            self.tell(i.Tick())
        try:
            self.show(self.centre.handle(input, self.now))
        except IllegalInput as refusal:
            self.lines.append(f"{self.clock(self.now)} not possible: {refusal.message}")
            return
        # Every story is also a story of being written down and read again.
        written = write_state(snapshot(self.centre))
        assert write_state(snapshot(restore(read_state(written)))) == written

    def show(self, outcome: Outcome) -> None:
        for fact in outcome.facts:
            text = fact_text(fact)
            if text:
                self.lines.append(f"{self.clock(fact.at)} {text}")
        self.lines.extend(f"{'':>7} → {effect_text(effect)}" for effect in outcome.effects)

    @staticmethod
    def clock(at: float) -> str:
        return f"{at - START:>6g}s"

    # --- commands -------------------------------------------------------------------------------------

    def command(self, line: str) -> None:
        if line.startswith("answer "):
            _, contact_id, payload = line.split(" ", 2)
            self.tell(i.FunctionAnswered(contact_id, self.pending(contact_id), payload))
            return
        verb, *words = shlex.split(line)
        plain = [word for word in words if "=" not in word]
        named = dict(word.split("=", 1) for word in words if "=" in word)
        getattr(self, "do_" + verb.replace("-", "_"))(*plain, **named)

    def pending(self, contact_id: str) -> str:
        contact = self.centre.contacts.get(contact_id)
        return contact.pending.id if contact is not None and contact.pending is not None else "nothing"

    def ringing_at(self, contact_id: str) -> str:
        contact = self.centre.contacts.get(contact_id)
        return contact.ticket.offered_to if contact is not None and contact.ticket is not None else ""

    def do_arrive(
        self,
        *contact_ids: str,
        flow: str = "in",
        queue: str = "",
        own: str = "",
        note: str = "",
        address: str = "",
        channel: Any = "VOICE",
        how: str = "INBOUND",
        due: str = "",
        **attributes: str,
    ) -> None:
        for contact_id in contact_ids:
            self.tell(
                i.ContactArrived(
                    contact_id,
                    flow,
                    channel=channel,
                    customer_address=address,
                    attributes=attributes,
                    own_agent=own,
                    own_agent_note=note,
                    queue=queue,
                    initiation_method=how,
                    scheduled_at=START + float(due.removesuffix("s")) if due else 0.0,
                )
            )

    def do_status(self, agent: str, status: str) -> None:
        self.tell(i.StatusSet(agent, status))

    def do_accept(self, contact_id: str, agent: str = "") -> None:
        self.tell(i.OfferAccepted(contact_id, agent or self.ringing_at(contact_id)))

    def do_reject(self, contact_id: str, agent: str = "") -> None:
        self.tell(i.OfferRejected(contact_id, agent or self.ringing_at(contact_id)))

    def do_fail(self, contact_id: str, agent: str = "") -> None:
        self.tell(i.OfferFailed(contact_id, agent or self.ringing_at(contact_id)))

    def do_hold(self, contact_id: str, agent: str) -> None:
        self.tell(i.HoldSet(contact_id, agent))

    def do_unhold(self, contact_id: str, agent: str) -> None:
        self.tell(i.HoldSet(contact_id, agent, False))

    def do_pause(self, contact_id: str, agent: str = "", flow: str = "") -> None:
        self.tell(i.PauseRequested(contact_id, agent, flow))

    def do_resume(self, contact_id: str, agent: str = "", flow: str = "") -> None:
        self.tell(i.ResumeRequested(contact_id, agent, flow))

    def do_clear(self, contact_id: str, agent: str) -> None:
        self.tell(i.ContactCleared(contact_id, agent))

    def do_hang_up(self, contact_id: str, by: str = "customer") -> None:
        self.tell(i.ContactHungUp(contact_id, by))

    def do_press(self, contact_id: str, keys: str) -> None:
        self.tell(i.DigitsEntered(contact_id, keys))

    def do_route(self, contact_id: str, priority: str = "", age: str = "", ask: str = "") -> None:
        asked = read_criteria(criteria(ask), str) if ask and ask != "nobody" else None
        if ask == "nobody":
            asked = RoutingCriteria(())
        self.tell(
            i.ContactRoutingUpdated(
                contact_id,
                int(priority) if priority else None,
                float(age) if age else None,
                asked,
            )
        )

    def do_assign(self, contact_id: str, agent: str) -> None:
        self.tell(i.ContactAssigned(contact_id, agent))

    def do_move(self, contact_id: str, queue: str = "", agent: str = "") -> None:
        self.tell(i.ContactMoved(contact_id, queue, agent))

    def do_set(self, contact_id: str, **attributes: str) -> None:
        self.tell(i.AttributesSet(contact_id, attributes))

    def do_enable(self, queue: str) -> None:
        self.tell(i.QueueStatusSet(queue, True))

    def do_disable(self, queue: str) -> None:
        self.tell(i.QueueStatusSet(queue, False))

    def do_prompt_ends(self, contact_id: str) -> None:
        self.tell(i.PromptEnded(contact_id, self.pending(contact_id)))

    def party(self, contact_id: str) -> str:
        """The call to the contact's third party."""
        contact = self.centre.contacts.get(contact_id)
        return contact.third_party if contact is not None else "nobody"

    def do_party_hold(self, contact_id: str, agent: str) -> None:
        self.tell(i.HoldSet(self.party(contact_id), agent))

    def do_party_unhold(self, contact_id: str, agent: str) -> None:
        self.tell(i.HoldSet(self.party(contact_id), agent, False))

    def do_transfer(self, contact_id: str, kind: str, to: str, flow: str = "", agent: str = "") -> None:
        agent = agent or self.centre.contacts[contact_id].agent
        self.tell(i.TransferRequested(contact_id, agent, kind, to, flow))

    def do_call(self, contact_id: str, agent: str, number: str, queue: str = "", flow: str = "") -> None:
        self.tell(i.OutboundRequested(contact_id, agent, number, queue, flow))

    def do_answers(self, contact_id: str, status: str = "CallAnswered") -> None:
        self.tell(i.CalleeAnswered(contact_id, self.dialled(contact_id), status))

    def do_not_reached(self, contact_id: str, reason: str = "no_answer") -> None:
        self.tell(i.CalleeFailed(contact_id, self.dialled(contact_id), reason))

    def dialled(self, contact_id: str) -> str:
        contact = self.centre.contacts.get(contact_id)
        dial = contact.callback_dial if contact is not None else None
        return dial.id if dial is not None else "nothing"

    def do_function_fails(self, contact_id: str, reason: str, detail: str = "") -> None:
        self.tell(i.FunctionFailed(contact_id, self.pending(contact_id), reason, detail))

    def do_workload(self, call_type: str, at: str = "", **loads: str) -> None:
        rows = tuple(
            i.WorkloadObservation(call_type, name, {"workload": float(v)}) for name, v in loads.items()
        )
        observed = START + float(at.removesuffix("s")) if at else self.now
        self.tell(i.WorkloadObserved(observed, rows, "the case system"))

    def do_workload_fails(self, reason: str) -> None:
        self.tell(i.WorkloadSourceFailed(reason, "the case system"))

    def do_tick(self, to: str, at: str) -> None:
        """`tick to 20s`: every tick at the very moment it was asked for."""
        until = START + float(at.removesuffix("s"))
        while (due := self.centre.wake_at()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(i.Tick())
        self.now = until

    def do_attributes(self, contact_id: str) -> None:
        """The contact's user attributes."""
        attributes = self.centre.contacts[contact_id].attributes
        self.lines.append(f"{'':>7} {contact_id}: {', '.join(f'{k}={v}' for k, v in attributes.items())}")

    def do_where(self) -> None:
        """Who is where."""
        for agent in self.centre.distributor.agents.values():
            taken = [*agent.slots.values(), *agent.paused.values()]
            slots = ", ".join(f"{slot.contact_id} {slot.state}" for slot in taken)
            self.lines.append(f"{'':>7} {agent.name}: {agent.status}{'; ' + slots if slots else ''}")
        for contact in self.centre.contacts.values():
            place = contact.ticket.queue or contact.ticket.agent_queue if contact.ticket else contact.agent
            self.lines.append(f"{'':>7} {contact.contact_id}: {contact.stage} {place}".rstrip())


# --- definitions ------------------------------------------------------------------------------------------


def define(lines: list[str]) -> d.CentreDefinition:
    """The definition that these lines describe."""
    found: dict[str, list[Any]] = {
        kind: [] for kind in ("queues", "policies", "routing_profiles", "agents", "statuses", "flows")
    }
    more: dict[str, Any] = {}
    skills: dict[str, list[d.Proficiency]] = {}
    for line in lines:
        kind, _, rest = line.strip().partition(" ")
        name, _, _ = rest.partition(" ")
        if kind in FLOW_KINDS:
            name, _, steps = rest.partition(":")
            found["flows"].append(
                d.FlowDefinition(name=name, type=FLOW_KINDS[kind], content=flow_text(steps))
            )
            continue
        if kind == "default-flows":
            continue
        if kind == "default":
            more.setdefault("default_hooks", {})[name] = rest.partition(" ")[2]
            continue
        words = rest.split()
        named = dict(word.split("=", 1) for word in words if "=" in word)
        plain = [word for word in words if "=" not in word]
        if kind == "queue":
            limit = int(named["max"]) if "max" in named else None
            policy = named.get("policy", "longest_available")
            enabled = named.get("enabled", "yes") == "yes"
            found["queues"].append(
                d.QueueDefinition(name=name, policy=policy, max_contacts=limit, enabled=enabled)
            )
        elif kind == "policy":
            fields = {
                key: value == "yes" if value in ("yes", "no") else value for key, value in named.items()
            }
            found["policies"].append(msgspec.convert({"name": name, **fields}, d.Policy, strict=False))
        elif kind == "profile":
            found["routing_profiles"].append(
                profile(name, plain[1:], [word for word in words if "=" in word])
            )
        elif kind == "agent":
            limit_text = named.get("acw", "0")
            found["agents"].append(
                d.AgentDefinition(
                    name=name,
                    routing_profile=plain[1],
                    auto_accept="auto" in plain,
                    after_contact_work=None if limit_text == "none" else float(limit_text),
                    initial_status=named.get("status", "Available"),
                )
            )
        elif kind == "skill":
            skills.setdefault(name, []).append(d.Proficiency(plain[1], plain[2], float(plain[3])))
        elif kind == "status":
            found["statuses"].append(d.AgentStatus(name=name))
        elif kind == "workload":
            more["workload"] = msgspec.convert(named, d.WorkloadContract, strict=False)
        else:
            raise ValueError(f"the story knows no {kind!r}")
    found["agents"] = [
        msgspec.structs.replace(one, proficiencies=tuple(skills.get(one.name, ()))) for one in found["agents"]
    ]
    parts: dict[str, Any] = {kind: tuple(many) for kind, many in found.items()}
    made = d.CentreDefinition(name="story", **parts, **more)
    return with_default_flows(made) if "default-flows" in map(str.strip, lines) else made


FLOW_KINDS = {
    "flow": "CONTACT_FLOW",
    "queue-flow": "CUSTOMER_QUEUE",
    "agent-whisper": "AGENT_WHISPER",
    "customer-whisper": "CUSTOMER_WHISPER",
    "customer-hold": "CUSTOMER_HOLD",
    "agent-hold": "AGENT_HOLD",
    "module": "MODULE",
}


def profile(name: str, rows: list[str], settings: list[str]) -> d.RoutingProfile:
    made = []
    pairs = [setting.split("=", 1) for setting in settings]
    timer: Any = "TIME_SINCE_LAST_" + dict(pairs).get("timer", "ACTIVITY")
    for row in rows:
        place, *numbers = row.removeprefix("pick:").split(":")
        queue, _, channel = place.partition("/")
        made.append(
            msgspec.convert(
                {
                    "queue": queue,
                    "channel": channel or "VOICE",
                    "priority": int(numbers[0]) if numbers else 1,
                    "delay": float(numbers[1]) if len(numbers) > 1 else 0.0,
                    "manual": row.startswith("pick:"),
                },
                d.RoutingRow,
            )
        )
    concurrency: dict[Any, int] = {key: int(value) for key, value in pairs if value.isdecimal()}
    rules: dict[Any, str] = {
        key: f"ROUTE_{value}" for key, value in pairs if key.isupper() and not value.isdecimal()
    }
    return d.RoutingProfile(
        name=name,
        concurrency=concurrency or {"VOICE": 1},
        cross_channel=rules,
        rows=tuple(made),
        availability_timer=timer,
    )


def criteria(text: str) -> dict[str, Any]:
    """Criteria from `Language=German>=3 for 10 then any of Language=English / !Team=Night then agents ann,bob`.

    Steps are parted by `then`, alternatives by `/`, conditions that all hold by `&`.
    """
    return {"Steps": [_step(step.strip()) for step in text.split(" then ")]}


def _step(text: str) -> dict[str, Any]:
    text, _, lasts = text.partition(" for ")
    parts = [_and(part.strip()) for part in text.split("/")]
    step: dict[str, Any] = {"Expression": parts[0] if len(parts) == 1 else {"OrExpression": parts}}
    if lasts:
        step["Expiry"] = {"DurationInSeconds": int(lasts)}
    return step


def _and(text: str) -> dict[str, Any]:
    parts = [_condition(part.strip()) for part in text.split("&")]
    return parts[0] if len(parts) == 1 else {"AndExpression": parts}


def _condition(text: str) -> dict[str, Any]:
    kind = "NotAttributeCondition" if text.startswith("!") else "AttributeCondition"
    text = text.removeprefix("!")
    if text.startswith("agents "):
        names = text.removeprefix("agents ").split(",")
        return {kind: {"MatchCriteria": {"AgentsCriteria": {"AgentIds": names}}}}
    name, _, value = text.partition("=")
    value, _, level = value.partition(">=")
    if "-" in level:
        low, high = level.split("-")
        levels: dict[str, Any] = {
            "Range": {"MinProficiencyLevel": float(low), "MaxProficiencyLevel": float(high)}
        }
        return {kind: {"Name": name, "Value": value, "ComparisonOperator": "Range", **levels}}
    return {kind: {"Name": name, "Value": value, "ProficiencyLevel": float(level or 1)}}


def flow_text(steps: str) -> str:
    """The flow document of these steps; every error leads to the default queue, a full queue to a goodbye."""
    actions = []
    words = [step.strip() for step in steps.split("|")]
    for number, step in enumerate(words):
        kind, _, rest = step.partition(" ")
        following = f"{number + 1} {words[number + 1].split()[0]}" if number + 1 < len(words) else ""
        conditions: list[Any] = []
        errors = ["NoMatchingError", "NoMatchingCondition", "InputTimeLimitExceeded"]
        parameters: dict[str, Any] = {}
        leads: dict[str, str] = {}
        if kind == "queue":
            type_, parameters = "UpdateContactTargetQueue", {"QueueId": rest}
        elif kind == "agent":
            type_, parameters = "UpdateContactTargetQueue", {"AgentId": rest}
        elif kind == "hook":
            event, _, hooked = rest.rpartition(" ")
            hooks = {event or "CustomerQueue": hooked}
            type_, parameters = "UpdateContactEventHooks", {"EventHooks": hooks}
        elif kind == "priority":
            type_, parameters = "UpdateContactRoutingBehavior", {"QueuePriority": rest}
        elif kind == "age":
            type_, parameters = "UpdateContactRoutingBehavior", {"QueueTimeAdjustmentSeconds": rest}
        elif kind == "number":
            type_, parameters = "UpdateContactCallbackNumber", {"CallbackNumber": rest}
            errors = ["InvalidCallbackNumber", "CallbackNumberNotDialable"]
        elif kind == "callback":
            type_, errors = "CreateCallbackContact", ["NoMatchingError"]
            names = (
                "InitialCallDelaySeconds",
                "RetryDelaySeconds",
                "MaximumConnectionAttempts",
                "ContactFlowId",
            )
            parameters = dict(zip(names, rest.split(), strict=False))
        elif kind == "dial":
            type_, errors = "CompleteOutboundCall", []
            parameters = {"CallerId": {"Number": rest}}
        elif kind == "task":
            flow, delay, task = rest.split(" ", 2)
            type_, errors = "CreateTask", ["NoMatchingError"]
            parameters = {"Name": task, "ContactFlowId": flow, "References": {"call": "$.ContactId"}}
            if delay != "now":
                parameters["DelaySeconds"] = delay
        elif kind == "outside":
            called, _, more = rest.partition(" ")
            leaving, _, limit = more.partition(" ")
            type_ = "TransferParticipantToThirdParty"
            parameters = {
                "ThirdPartyPhoneNumber": called,
                "ThirdPartyConnectionTimeLimitSeconds": limit or "20",
                "ContinueFlowExecution": "False" if leaving == "leave" else "True",
            }
            errors = ["NoMatchingError", "CallFailed", "ConnectionTimeLimitExceeded"]
        elif kind == "heard":
            type_, leads = "CheckOutboundCallStatus", {"NoMatchingError": "bye"}
            person = {"Operator": "Equals", "Operands": ["CallAnswered"]}
            conditions = [{"NextAction": following, "Condition": person}]
        elif kind == "attribute":
            key, _, value = rest.partition(" ")
            type_, parameters = "UpdateContactAttributes", {"Attributes": {key: value}}
        elif kind == "ask":
            type_, parameters = "UpdateContactRoutingCriteria", {"RoutingCriteria": criteria(rest)}
        elif kind == "function":
            type_, parameters = "InvokeLambdaFunction", {"LambdaFunctionARN": rest}
        elif kind == "say":
            type_, parameters = "MessageParticipant", {"Text": rest}
        elif kind == "sound":
            type_, parameters = "MessageParticipant", {"PromptId": rest}
        elif kind == "loop":
            text, _, every = rest.partition(" every ")
            type_ = "MessageParticipantIteratively"
            parameters = {"Messages": [{"Text": text}], "InterruptFrequencySeconds": every}
            errors = ["NoMatchingError"]
        elif kind == "module":
            module, *pairs = rest.split()
            given = dict(pair.split("=", 1) for pair in pairs)
            skip = given.pop("skip", "")
            type_, parameters = "InvokeFlowModule", {"FlowModuleId": module, "Input": given}
            if skip:
                to = f"{number + 2} {words[number + 2].split()[0]}"
                conditions = [{"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [skip]}}]
        elif kind == "return":
            type_, errors = "EndFlowModuleExecution", []
            result = [word for word in rest.split() if "=" not in word]
            data = dict(word.split("=", 1) for word in rest.split() if "=" in word)
            parameters = {"Result": result[0]} if result else {}
            if data:
                parameters["ResultData"] = data
        elif kind == "wait":
            type_, errors = "Wait", ["NoMatchingError"]
            parameters = {"TimeLimitSeconds": rest}
        elif kind == "resume":
            type_, errors = "ResumeContact", ["NoMatchingError"]
        elif kind == "unknown":
            type_ = "SomethingNew"
        elif kind == "unwired":
            type_, errors = "SomethingNew", []
        elif kind == "transfer":
            type_, errors = "TransferContactToQueue", ["NoMatchingError"]
        elif kind == "move":
            type_, parameters = "DequeueContactAndTransferToQueue", {"QueueId": rest}
            stay = f"{len(words) - 1} {words[-1].split()[0]}"
            leads = dict.fromkeys(("NoMatchingError", "QueueAtCapacity"), stay)
        elif kind == "bye":
            type_, errors = "DisconnectParticipant", []
        elif kind == "interrupt":
            type_, parameters, errors = "RouteContactToAgent", {"AgentId": rest}, []
            leads = {"NoMatchingError": f"{number + 1} {words[number + 1].split()[0]}"}
        elif kind == "hand-over":
            type_, errors = "TransferContactToAgent", []
        elif kind == "end":
            type_, errors = "EndFlowExecution", []
        else:
            raise ValueError(f"the story knows no step {kind!r}")
        leads = leads or dict.fromkeys(errors, "fallback")
        branches = [{"ErrorType": error, "NextAction": to} for error, to in leads.items()]
        if kind == "transfer":
            branches.append({"ErrorType": "QueueAtCapacity", "NextAction": "full"})
        actions.append(action(f"{number} {kind}", type_, parameters, following, branches, conditions))
    basic = [{"ErrorType": "NoMatchingError", "NextAction": "bye"}]
    actions += [
        action("fallback", "UpdateContactTargetQueue", {"QueueId": "BasicQueue"}, "into BasicQueue", basic),
        action("into BasicQueue", "TransferContactToQueue", {}, "", basic),
        action("full", "MessageParticipant", {"Text": "All lines are taken."}, "bye", basic),
        action("bye", "DisconnectParticipant", {}, "", []),
    ]
    start = actions[0]["Identifier"]
    return json.dumps({"Version": "2019-10-30", "StartAction": start, "Actions": actions})


def action(
    name: str,
    type_: str,
    parameters: dict[str, Any],
    following: str,
    errors: list[Any],
    conditions: list[Any] | None = None,
) -> dict[str, Any]:
    transitions = {"NextAction": following, "Errors": errors, "Conditions": conditions or []}
    return {"Identifier": name, "Type": type_, "Parameters": parameters, "Transitions": transitions}


# --- facts and effects as a person says them --------------------------------------------------------------


def fact_text(fact: f.Fact) -> str:
    match fact:
        case f.CentreOpened(problems=problems):
            return "the centre opens" + "".join(f"; {problem}" for problem in problems)
        case f.ContactDataGiven(contact_id=c, attributes=attributes, name=name, references=references):
            said = [repr(name)] if name else []
            said += [f"{key}={value}" for key, value in (attributes or {}).items()]
            said += [f"{key}→{one['Value']}" for key, one in (references or {}).items()]
            return f"{c} comes with {', '.join(said)}"
        case f.ContactInitiated(contact_id=c, initiation_method="OUTBOUND", customer_address=number):
            return f"{c} calls {number}"
        case f.ContactInitiated(contact_id=c, initiation_method="EXTERNAL_OUTBOUND"):
            return f"{c} begins: a third party for {fact.previous_contact_id}"
        case f.ContactInitiated(contact_id=c, related_contact_id=parent) if parent:
            return f"{c} begins: a task that {parent} made"
        case f.ContactInitiated(contact_id=c, initiation_method=how, previous_contact_id=before) if (
            before not in ("", c)
        ):
            return f"{c} begins ({how}) after {before} of {fact.initial_contact_id}"
        case f.ContactInitiated(contact_id=c, own_agent=own, own_agent_note=note, channel=channel):
            about = f", own agent {own}" if own else f", own agent not known: {note}" if note else ""
            return f"{c} arrives ({channel.lower()}{about})"
        case f.BlockExecuted(contact_id=c, block=block, branch=branch, why=why):
            because = f" ({why})" if why else ""
            return f"{c} [{block}] {branch or 'end'}{because}"
        case f.ModuleInvoked(contact_id=c, flow=flow, block=block, module=module):
            return f"{c} goes from [{block}] of {flow} into the module {module}"
        case f.FlowFailed(contact_id=c, why=why, then=then):
            return f"{c} lost its flow: {why}; {then}"
        case f.ContactQueued(contact_id=c, queue=queue, agent_queue=own, position=position):
            more = f", place {position}" if position else ""
            return f"{c} queues in {queue or own + '’s own queue'}{more}"
        case f.ContactDequeued(contact_id=c, queue=queue, waited=waited, why=why):
            return f"{c} leaves {queue} after {waited:g}s: {why}"
        case f.AttributesChanged(contact_id=c, attributes=given):
            return f"{c} now has " + ", ".join(f"{key}={value}" for key, value in given.items())
        case f.QueueStatusChanged(queue=queue, enabled=enabled):
            return f"{queue} is {'enabled' if enabled else 'disabled'}"
        case f.RoutingCriteriaSet(contact_id=c, criteria=asked):
            return (
                f"{c} asks for {len(asked.steps)} kinds of agents in turn"
                if asked
                else f"{c} has no criteria"
            )
        case f.RoutingStepChanged(contact_id=c, step=step, status=status, expression=words, until=until):
            limit = f" until {until - START:g}s" if until is not None else ""
            return f"{c} step {step} {status}: {words}{limit}"
        case f.ContactRoutingChanged(contact_id=c, priority=priority, age_adjustment=age):
            return f"{c} has priority {priority}, age {age:+g}s"
        case f.AgentChosen(decision=decision):
            others = ", ".join(
                f"{one.agent} {one.outcome}" for one in decision.candidates if one.outcome != "chosen"
            )
            beside = f" [{others}]" if others else ""
            return f"{decision.contact_id} is for {decision.agent}: {decision.reason}{beside}"
        case f.OfferMade(contact_id=c, agent=agent, until=until):
            return f"{c} is offered to {agent} until {until - START:g}s"
        case f.OfferAccepted(contact_id=c, agent=agent, rang=rang):
            return f"{agent} accepts {c} after {rang:g}s"
        case f.OfferMissed(contact_id=c, agent=agent):
            return f"{agent} misses {c}"
        case f.OfferRejected(contact_id=c, agent=agent):
            return f"{agent} rejects {c}"
        case f.OfferFailed(contact_id=c, agent=agent, reason=reason):
            return f"{c} cannot reach {agent}: {reason}"
        case f.OfferWithdrawn(contact_id=c, agent=agent, why=why):
            return f"the offer of {c} to {agent} is withdrawn: {why}"
        case f.ContactConnected(contact_id=c, agent=agent, waited=waited):
            return f"{c} talks with {agent} after waiting {waited:g}s"
        case f.WhisperStarted(contact_id=c, agent=agent, party=party, flow=flow):
            return f"{c} with {agent}: the {party} hears {flow}"
        case f.WhisperEnded(contact_id=c, party=party, why=why):
            return f"{c}: the {party}'s whisper ends: {why}"
        case f.HoldBegan(contact_id=c, party=party):
            return f"{c}: the {party} is on hold"
        case f.HoldEnded(contact_id=c, party=party, held=held):
            return f"{c}: the {party} is back after {held:g}s"
        case f.ContactPaused(contact_id=c, agent=agent):
            return f"{c} is paused" + (f", {agent} has it" if agent else "")
        case f.ContactResumed(contact_id=c, agent=agent, paused=paused):
            return f"{c} goes on after {paused:g}s" + (f" with {agent}" if agent else "")
        case f.ContactEnded(contact_id=c, reason=reason, talked=talked, next_contact_id=heir):
            more = f", goes on as {heir}" if heir else ""
            return f"{c} ends: {reason}" + (f", talked {talked:g}s" if talked else "") + more
        case f.ContactScheduled(contact_id=c, due=due):
            return f"{c} will begin at {due - START:g}s"
        case f.CallbackScheduled(contact_id=c, due=due, attempt=attempt):
            return f"{c} will be due at {due - START:g}s, attempt {attempt}"
        case f.OutboundStarted(contact_id=c, agent=agent, queue=queue):
            return f"{agent} is on the line of {c}, for {queue}"
        case f.OutboundFailed(contact_id=c, agent=agent, reason=reason):
            return f"{agent} is off the line of {c}: {reason}"
        case f.ThirdPartyCalled(contact_id=c, agent=agent, third_party_id=call, number=number):
            return f"{c}: {agent or 'the flow'} calls the third party {number} as {call}"
        case f.ThirdPartyJoined(contact_id=c, agent=agent, third_party_id=call):
            return f"{c}: the third party of {call} talks with {agent or 'the customer'}"
        case f.ThirdPartyGone(contact_id=c, third_party_id=call, reason=reason):
            return f"{c}: the third party of {call} is not there: {reason}"
        case f.TransferFailed(contact_id=c, agent=agent, reason=reason, next_contact_id=heir):
            return f"{agent} does not transfer {c} as {heir}: {reason}"
        case f.CallbackFailed(contact_id=c, agent=agent, reason=reason, attempt=attempt):
            return f"{agent} does not reach {c}: {reason}, attempt {attempt}"
        case f.AfterContactWorkStarted(contact_id=c, agent=agent, until=end):
            limit = f"until {end - START:g}s" if end is not None else "until cleared"
            return f"{agent} works on {c} {limit}"
        case f.ContactCleared(contact_id=c, agent=agent, was=was):
            return f"{agent} is rid of {c} ({was})"
        case f.StatusChanged(agent=agent, status=status, before=before):
            return f"{agent}: {before} → {status}"
        case f.NextStatusSet(agent=agent, status=status):
            return f"{agent}: next status {status or 'taken back'}"
        case f.WorkloadNoted(source=source, rows=rows, ignored=ignored, problem=problem):
            return f"workload of {source}: " + (problem or f"{rows} rows, {ignored} ignored")
        case f.OverrideNoted(by=by, action=action, reason=reason):
            return f"{by} {action}: {reason}"
        case _:
            return repr(fact)


def effect_text(effect: e.Effect) -> str:
    match effect:
        case e.Ring(contact_id=c, agent=agent):
            return f"ring {agent} for {c}"
        case e.StopRinging(contact_id=c, agent=agent, why=why):
            return f"stop ringing {agent} for {c}: {why}"
        case e.Bridge(contact_id=c, agent=agent):
            return f"bridge {c} and {agent}"
        case e.Hold(contact_id=c, party=party, on=on):
            return f"{'part' if on else 'join'} the {party} of {c}"
        case e.Speak(contact_id=c, prompt=prompt):
            return f"say to {hearer(effect)}{c}: {prompt.value}"
        case e.LoopPrompts(contact_id=c, prompts=prompts):
            return f"play to {hearer(effect)}{c}: {', '.join(prompt.value for prompt in prompts)}"
        case e.StopPrompts(contact_id=c):
            return f"be silent for {hearer(effect)}{c}"
        case e.InvokeFunction(contact_id=c, function=function, time_limit=limit):
            return f"invoke {function} for {c} within {limit:g}s"
        case e.Dial(contact_id=c, number=number, agent=""):
            return f"dial {number} for {c}"
        case e.BridgeThirdParty(contact_id=c, beside=beside):
            return f"join {c} to {beside}"
        case e.Dial(contact_id=c, number=number, agent=agent):
            return f"dial {number} for {agent} and {c}"
        case e.CarryOver(contact_id=c, previous=before):
            return f"{before} is {c} from now on"
        case e.Disconnect(contact_id=c, reason=reason):
            return f"hang up {c}: {reason}"
        case _:
            return repr(effect)


def hearer(effect: e.Speak | e.LoopPrompts | e.StopPrompts) -> str:
    return "the agent of " if effect.party == "agent" else ""
