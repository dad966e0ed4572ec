"""Public flows, walked along every branch that can be driven; nothing crashes and nothing hangs.

The flows are not part of this project: `EVENHAND_CORPUS` names a folder that has them under `flows`, today's
format and the older one.
Each block is entered with every setting that could lead out of it another way (what functions answer, which
keys come, what the attributes hold, what the centre says), and whatever its branches lead to is walked next.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.centre.centre import Centre
from evenhand.errors import IllegalInput
from evenhand.flow.block import Alarm, Block, Event
from evenhand.flow.blocks import BLOCKS
from evenhand.flow.check import flow_type_of
from evenhand.flow.compiled import Flow, compile_flow
from evenhand.flow.document import read_document
from evenhand.flow.namespaces import SERVICE_NAMESPACES
from evenhand.flow.references import is_whole_reference, references_in, segments, text_of
from evenhand.flow.requests import CallbackRequest, TaskRequest, ThirdPartyRequest
from evenhand.flow.runner import enter_flow, resume_flow
from evenhand.flow.service_block import ServiceBlock
from evenhand.flow.session import Session
from evenhand.flow.world import World
from evenhand.model.definition import CentreDefinition, FlowDefinition, QueueDefinition
from evenhand.model.effects import AskService, CollectDigits, InvokeFunction, Speak
from evenhand.model.facts import BlockExecuted, FlowFailed, ModuleInvoked
from evenhand.model.inputs import (
    CalleeAnswered,
    CalleeFailed,
    CentreDefined,
    ContactArrived,
    ContactHungUp,
    CustomerReturned,
    DigitsEntered,
    FunctionAnswered,
    FunctionFailed,
    Input,
    PromptEnded,
    ServiceAnswered,
    ServiceFailed,
    Tick,
)

CORPUS = os.environ.get("EVENHAND_CORPUS", "")
FILES = sorted(Path(CORPUS, "flows").glob("*/*.json")) if CORPUS else []

pytestmark = pytest.mark.skipif(not FILES, reason="EVENHAND_CORPUS names no folder with flows")

MOST_EVENTS = 8

OUT_OF_REACH = {
    # A text that stands in the flow is always there to be said.
    "MessageParticipant: NoMatchingError",
    "UpdateContactData: NoMatchingError",
    # So are criteria that stand in the flow, and they can be read.
    "UpdateContactRoutingCriteria: NoMatchingError",
    # A behaviour that stands in the flow is an object; any voice can be set.
    "UpdateContactRecordingAndAnalyticsBehavior: NoMatchingError",
    "UpdateContactTextToSpeechVoice: NoMatchingError",
    # A key that no condition names takes NoMatchingCondition, where both are wired.
    "GetParticipantInput: NextAction",
    # A number that stands in the flow is in range or it is not.
    "Wait: NoMatchingError",
    "Loop: NoMatchingError",
    # What is not redacted here cannot fail to be.
    "UpdateContactRecordingAndAnalyticsBehavior: InFlightRedactionConfigurationFailed",
    # A count that is still a template's placeholder is no number.
    "Loop ${…}: Equals",
    # Loop prompts end by an interrupt, which has its own condition.
    "MessageParticipantIteratively: NextAction",
    # Who was transferred does not come back; the console wires these all the same.
    "TransferContactToQueue: NextAction",
    "TransferToFlow: NextAction",
}
"""Branches that public flows wire and that nothing can take."""

OUT_OF_REACH_IN = {
    # An intent that no condition names takes NoMatchingCondition, where the console wires both.
    (
        "aws-samples__amazon-connect-rules-engine__RulesEngineNLUInput",
        "ConnectParticipantWithLexBot: NextAction",
    ),
    (
        "aws-samples__amazon-connect-rules-engine__RulesEngineNLUMenu",
        "ConnectParticipantWithLexBot: NextAction",
    ),
    (
        "aws-samples__sample-amazon-connect-customer-starter-kit-japan__FlowNamePrefix-_AC_PKG_self_service_to_agent_Inbound_flow",
        "ConnectParticipantWithLexBot: NextAction",
    ),
    # An event is switched off; no flow is named that could be missing.
    (
        "aws-samples__sample-amazon-connect-customer-starter-kit-japan__FlowNamePrefix-_AC_PKG_init_flowModule",
        "UpdateContactEventHooks: NoMatchingError",
    ),
    # The service behind it has ended.
    (
        "service-cloud-voice__examples-from-doc__Sample-SCV-Inbound-Flow-with-Voice-ID",
        "StartVoiceIdStream: NextAction",
    ),
}
"""The same, for these flows only."""
END = compile_flow(
    read_document(
        '{"Version":"2019-10-30","StartAction":"e","Actions":[{"Identifier":"e","Type":"EndFlowExecution",'
        '"Parameters":{},"Transitions":{}}]}'
    ),
    name="other",
)
MODULE = compile_flow(
    read_document(
        '{"Version":"2019-10-30","StartAction":"r","Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution",'
        '"Parameters":{"Result":"$.Attributes.result"},"Transitions":{}}]}'
    ),
    name="module",
    type_="MODULE",
)

Setting = dict[str, Any]
"""What the world and the contact are like: `found`, `figure`, `metrics`, `open`, `refusal`, `channel`, `value` …"""


class SettledWorld(World):
    """A world that answers as the setting says."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.now = 1_000.0

    def found(self, reference: str) -> str:
        return reference if self.setting.get("found", True) else ""

    find_queue = find_agent = find_hours = find_function = found

    def find_flow(self, reference: str) -> str:
        return "other" if self.setting.get("found", True) and reference else ""

    def find_module(self, reference: str) -> str:
        return "module" if self.setting.get("found", True) and reference else ""

    def set_working_queue(self, session: Session, queue: str, agent: str) -> None:
        session.target_queue, session.target_agent = queue, agent

    def queue_refusal(self, session: Session) -> tuple[str, str]:
        error = self.setting.get("refusal", "")
        return error, error and "so it is set"

    def move_refusal(self, session: Session, queue: str, agent: str) -> tuple[str, str]:
        return self.queue_refusal(session)

    def call_back(self, session: Session, wanted: CallbackRequest) -> str:
        return self.queue_refusal(session)[1]

    def create_task(self, session: Session, wanted: TaskRequest) -> str:
        return self.queue_refusal(session)[1]

    def call_third_party(self, session: Session, wanted: ThirdPartyRequest) -> str:
        return self.queue_refusal(session)[1]

    def give_up_third_party(self, session: Session, reason: str) -> None:
        pass

    def routing_changed(self, session: Session) -> None:
        pass

    def criteria_changed(self, session: Session) -> None:
        pass

    def metric(self, session: Session, metric: str, queue: str, agent: str) -> float | None:
        figure: float | None = self.setting.get("figure", 1.0)
        return figure

    def metrics(self, session: Session, queue: str, agent: str, channel: str) -> dict[str, Any] | None:
        return {"Queue": {"Size": "3"}} if self.setting.get("found", True) else None

    def is_open(self, session: Session, hours: str) -> bool | None:
        opened: bool | None = self.setting.get("open", True)
        return opened


# --- every way in which a block could be left -----------------------------------------------------------


def wanted_values(block: Block) -> list[str]:
    """Values that satisfy each of the block's conditions, one that satisfies none, and the empty one."""
    values = ["", "something else", "5"]
    for operator, _, (_, operand), _ in block.conditions:
        text = text_of(operand)
        values += [text, text + "x", "x" + text]
        if operator.startswith("Number"):
            try:
                values += [str(float(text) + 1), str(float(text) - 1)]
            except ValueError:
                continue
    return list(dict.fromkeys(values))


def settings_of(block: Block) -> Iterator[Setting]:
    kind = block.action.type
    yield {}
    yield {"found": False}
    yield {"channel": "CHAT"}
    yield {"channel": "TASK"}
    yield {"working": False}
    yield {"empty": True}
    for value in wanted_values(block):
        yield {"value": value}
    if kind == "CheckMetricData":
        for value in wanted_values(block):
            figure = float(value) if value.replace(".", "", 1).lstrip("-").isdigit() else 0.0
            yield {"figure": figure}
            yield {"figure": figure / 1000}
        yield {"figure": None}
    elif kind == "CheckHoursOfOperation":
        yield from ({"open": False}, {"open": None})
    elif kind == "TransferParticipantToThirdParty":
        yield from ({"number": "+12025550100"}, {"number": "+12025550100", "refusal": "NoMatchingError"})
    elif "Transfer" in kind:
        yield from ({"refusal": "QueueAtCapacity"}, {"refusal": "NoMatchingError"})
    elif kind == "DistributeByPercentage":
        yield from ({"dice": throw} for throw in range(150))
    elif kind == "Loop":
        yield from ({"passes": passes} for passes in (1, 2, 100))
    elif kind == "UpdateContactAttributes":
        yield {"large": True}
    elif kind == "UpdateContactCallbackNumber":
        yield from ({"value": number} for number in ("+12025550100", "+9995550100"))


def events_of(block: Block) -> list[Callable[[Session], Event]]:
    def answer(payload: str) -> Callable[[Session], Event]:
        return lambda session: FunctionAnswered("c", session.pending.id if session.pending else "", payload)

    def press(keys: str) -> Callable[[Session], Event]:
        return lambda session: DigitsEntered("c", keys)

    def served(outcome: str) -> Callable[[Session], Event]:
        return lambda session: ServiceAnswered(
            "c", session.pending.id if session.pending else "", outcome, {"ProfileId": "p"}
        )

    silence: list[Callable[[Session], Event]] = [lambda session: Alarm()]
    kind = block.action.type
    if isinstance(block, ServiceBlock):
        outcomes = [*wanted_values(block), *block.failures]
        refused = [lambda session: ServiceFailed("c", session.pending.id, "no_adapter")]
        return [*map(served, outcomes), *refused, *silence]
    if kind == "InvokeLambdaFunction":
        failed = [
            lambda session, reason=reason: FunctionFailed("c", session.pending.id, reason)
            for reason in ("raised", "throttled")
        ]
        return [answer('{"a": "1"}'), answer("[1]"), answer("x" * 40_000), *failed, *silence]
    if kind == "GetParticipantInput":
        keys = [*"0123456789*#", "12345#", "15551234567#", "49301234567#", "5551234567#", "1#"]
        return [*map(press, keys), *silence]
    if kind in ("MessageParticipant", "MessageParticipantIteratively"):
        return [lambda session: PromptEnded("c", session.pending.id if session.pending else ""), *silence]
    if kind == "TransferParticipantToThirdParty":
        return [
            lambda session: CalleeAnswered("c.2", "c.2/dial"),
            lambda session: CalleeFailed("c.2", "c.2/dial"),
            lambda session: ContactHungUp("c.2", "third_party"),
            *silence,
        ]
    if kind == "Wait":
        return [lambda session: CustomerReturned("c"), *silence]
    return silence


def put(session: Session, reference: str, value: str) -> None:
    """Let the reference say this, where it is something that a contact holds."""
    path = segments(reference)
    fields = {
        ("StoredCustomerInput",): "stored_input",
        ("Channel",): "channel",
        ("CustomerEndpoint", "Address"): "customer_address",
        ("SystemEndpoint", "Address"): "system_address",
        ("Queue", "Name"): "queue_name",
        ("LanguageCode",): "language",
        ("CustomerId",): "customer_id",
    }
    if path in fields:
        setattr(session, fields[path], value)
        return
    trees = {
        "Attributes": "attributes",
        "External": "external",
        "FlowAttributes": "flow_attributes",
        "Metrics": "metrics",
    }
    if len(path) > 1 and path[0] in SERVICE_NAMESPACES:
        path = ("services", *path)  # what services answered stands below the name of each
        trees["services"] = "services"
    if len(path) < 2 or path[0] not in trees:
        return
    tree = getattr(session, trees[path[0]])
    if not isinstance(tree, dict):
        tree = {}
        setattr(session, trees[path[0]], tree)
    if path[0] == "Attributes":
        tree[".".join(path[1:])] = value
        return
    for key in path[1:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            return
    tree[path[-1]] = value


def contact_for(block: Block, flow: Flow, setting: Setting) -> Session:
    session = Session("c")
    session.instance_arn = "arn:aws:connect:local:000000000000:instance/i"
    session.channel = setting.get("channel", "VOICE")
    session.customer_address = "+12025550100"
    session.queue_flow = flow.type == "CUSTOMER_QUEUE"
    if setting.get("working", True):
        session.target_queue = "BasicQueue"
    session.dice = setting.get("dice", 0)
    if "passes" in setting:
        session.loops = {f"{flow.name}/{block.id}": setting["passes"]}
    if block.action.type == "InvokeFlowModule":
        session.attributes["result"] = setting.get("value", "")
    if setting.get("large"):
        session.attributes["much"] = "x" * 32_768
    called = block.action.parameters.get("ThirdPartyPhoneNumber")
    for reference in references_in(block.action.parameters):
        if is_whole_reference(reference) and not setting.get("empty"):
            known = setting.get("number") if reference == called else None
            put(session, reference, known or setting.get("value", "5"))
    return session


class Walk:
    """One flow, and which of its branches were taken."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.taken: set[tuple[str, str]] = set()
        self.entered: set[str] = set()
        self.endless: set[str] = set()

    def go(self) -> None:
        ahead = [self.flow.start]
        while ahead:
            name = ahead.pop()
            if name in self.entered or name not in self.flow.blocks:
                continue
            self.entered.add(name)
            block = self.flow.blocks[name]
            for setting, event in itertools.product(settings_of(block), events_of(block)):
                ahead.extend(self.run(block, setting, event))

    def run(self, block: Block, setting: Setting, event: Callable[[Session], Event]) -> list[str]:
        """Enter the flow at this block and answer it once with this event, later with silence."""
        world, session = SettledWorld(setting), contact_for(block, self.flow, setting)
        here = Flow(self.flow.name, self.flow.type, self.flow.arn, block.id, self.flow.blocks)
        flows = {self.flow.name: here, "other": END, "module": MODULE}
        leave = enter_flow(session, here, world, flows)
        prompts = 0
        for number in range(MOST_EVENTS):
            if leave is not None or session.flow != self.flow.name or session.block != block.id:
                break
            if any(isinstance(fact, BlockExecuted) for fact in world.facts):
                break  # it was left and leads to itself
            spoken = isinstance(block, ServiceBlock) and isinstance(session.pending, Speak)
            happening = event(session) if number == prompts and not spoken else Alarm()
            prompts += spoken
            if isinstance(happening, Alarm):
                if session.alarm is None:
                    self.endless.add(block.id)
                    break
                world.now = session.alarm
                session.alarm = None
            leave = resume_flow(session, happening, world, flows)
        else:
            raise AssertionError(f"{self.flow.name}: {block.id} still waits after {MOST_EVENTS} events")
        following = []
        for fact in world.facts:
            if isinstance(fact, BlockExecuted):
                if fact.flow == self.flow.name:
                    self.taken.add((fact.block, fact.branch))
                following.append(fact.next_block)
            elif not isinstance(fact, ModuleInvoked):
                assert isinstance(fact, FlowFailed)
                assert fact.why
        return following

    def wired(self) -> set[tuple[str, str]]:
        """The branches that the document wires out of the blocks that were entered."""
        found = set()
        for name in self.entered:
            block = self.flow.blocks[name]
            if block.next and not block.conditions:
                found.add((name, "NextAction"))
            found |= {(name, error) for error, target in block.errors.items() if target}
            found |= {
                (name, f"{operator} {text_of(operand)}")
                for operator, _, (reader, operand), target in block.conditions
                if target and reader is None
            }
        return found


def load(path: Path) -> Flow:
    return compile_flow(read_document(path.read_bytes(), path.name), name=path.stem, type_="CONTACT_FLOW")


def test_every_branch_of_every_flow_is_walked(capsys: pytest.CaptureFixture[str]) -> None:
    """Flows of known blocks are walked along all branches that can be driven; no block crashes or hangs."""
    walked = blocks = reached = wired = 0
    left_over: dict[str, int] = {}
    unexplained: list[str] = []
    for path in FILES:
        flow = load(path)
        walk = Walk(flow)
        walk.go()
        if not {block.action.type for block in flow.blocks.values()} <= set(BLOCKS):
            continue
        walked += 1
        blocks += len(walk.entered)
        here = walk.wired()
        wired += len(here)
        reached += len(here & walk.taken)
        for name, branch in sorted(here - walk.taken):
            action = flow.blocks[name].action
            unfilled = " ${…}" if "${" in text_of(action.parameters.get("LoopCount")) else ""
            key = f"{action.type}{unfilled}: {branch.split(' ')[0]}"
            left_over[key] = left_over.get(key, 0) + 1
            if key not in OUT_OF_REACH and (flow.name, key) not in OUT_OF_REACH_IN:
                unexplained.append(f"{flow.name}: {name}: {key}")
    with capsys.disabled():
        print(f"\n{len(FILES)} flows; {walked} use only blocks that run: {blocks} blocks entered,")
        print(f"{reached} of {wired} wired branches taken; by construction out of reach:")
        for key, count in sorted(left_over.items()):
            print(f"  {count:4d}  {key}")
    assert not unexplained


@pytest.mark.parametrize("habit", ["answers", "fails", "is silent"])
def test_every_flow_runs_in_a_centre(habit: str) -> None:
    """All flows of the corpus, known blocks or not, start in one centre and come to an end or a wait."""
    centre = Centre()
    names = [path.stem for path in FILES]
    flows = tuple(
        FlowDefinition(name=name, content=path.read_text(encoding="utf-8"), file=path.name)
        for name, path in zip(names, FILES, strict=True)
    )
    opened = centre.handle(
        CentreDefined(CentreDefinition(flows=flows, queues=(QueueDefinition(name="BasicQueue"),))), 1_000.0
    )
    assert [getattr(fact, "problems", ()) for fact in opened.facts] == [()]
    assert set(centre.world.flows) == set(names)
    for name in names:
        centre.handle(ContactArrived(name, name, queue="BasicQueue"), centre.world.now)
        for _ in range(60):
            contact = centre.contacts.get(name)
            if contact is None or not contact.flow:
                break
            pending, now = contact.pending, centre.world.now
            try:
                if habit == "answers" and isinstance(pending, InvokeFunction):
                    centre.handle(FunctionAnswered(name, pending.id, '{"a": "1", "b": 2}'), now)
                elif habit == "fails" and isinstance(pending, InvokeFunction):
                    centre.handle(FunctionFailed(name, pending.id, "raised", "no"), now)
                elif habit == "answers" and isinstance(pending, CollectDigits):
                    centre.handle(DigitsEntered(name, "1#"), now)
                elif habit != "is silent" and isinstance(pending, Speak):
                    centre.handle(PromptEnded(name, pending.id), now)
                elif contact.alarm is not None:
                    centre.handle(Tick(), contact.alarm)
                else:
                    break
            except IllegalInput as refusal:
                raise AssertionError(f"{name}: {refusal}") from refusal
        contact = centre.contacts.get(name)
        assert contact is None or contact.stage in ("in_flow", "waiting")
        if contact is not None and contact.stage == "in_flow":
            assert contact.pending is not None or contact.alarm is not None, f"{name} hangs"


def test_the_modules_of_a_public_flow_run_inside_it() -> None:
    """A flow of the corpus finds its modules by the names that its export shows, and comes back out of them."""
    sample = "aws-samples__amazon-connect-migration-utilities__Sample_"
    flows = []
    for path in FILES:
        if path.stem.startswith(sample):
            document = read_document(path.read_bytes(), path.name)
            name, type_ = path.stem.rpartition("__")[2], flow_type_of(document) or "CONTACT_FLOW"
            module = type_ == "MODULE" or name in ("Sample_Error", "Sample_TransferToAgent")
            content = path.read_text(encoding="utf-8")
            flows.append(
                FlowDefinition(name=name, type="MODULE" if module else "CONTACT_FLOW", content=content)
            )
    centre, facts = Centre(), list[Any]()
    queues = (QueueDefinition(name="BasicQueue"),)
    centre.handle(CentreDefined(CentreDefinition(flows=tuple(flows), queues=queues)), 1_000.0)
    facts += centre.handle(ContactArrived("c", "Sample_Main_Flow"), 1_000.0).facts
    words = dict.fromkeys(("welcome", "serviceChoices1", "serviceChoices2", "descriptionLex"), "well")
    while (contact := centre.contacts.get("c")) is not None and contact.flow:
        wanted = contact.pending
        happens: Input = Tick()
        if isinstance(wanted, InvokeFunction):
            happens = FunctionAnswered("c", wanted.id, json.dumps(words))
        elif isinstance(wanted, AskService):
            happens = ServiceAnswered(
                "c", wanted.id, "Lex" if contact.flow == "Sample_GetService" else "Yes", {}
            )
        elif isinstance(wanted, CollectDigits):
            happens = DigitsEntered("c", "12025550100#")
        elif wanted is not None:
            happens = PromptEnded("c", wanted.id)
        facts += centre.handle(happens, centre.world.now).facts
        if len(facts) > 100:
            break
    invoked = [fact.module for fact in facts if isinstance(fact, ModuleInvoked)]
    assert invoked[:3] == ["Sample_Initialize", "Sample_GetService", "Sample_GetPhoneNumber"]
    executed = [fact.block_type for fact in facts if isinstance(fact, BlockExecuted)]
    assert executed.count("EndFlowModuleExecution") == executed.count("InvokeFlowModule") >= 3
