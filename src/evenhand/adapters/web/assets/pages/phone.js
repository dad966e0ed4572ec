// The customer's phone: call or chat, press keys, see the wait as it was told, stay or leave, be called back.
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { ask, once } from "../lib/api.js";
import { Keypad } from "../lib/keypad.js";
import { useLiveToken, useNow, useTopic } from "../lib/live.js";
import { ring } from "../lib/ring.js";
import { Talk } from "../lib/talk.js";
import { clockText, FaultNote, Since, StateBadge } from "../lib/ui.js";

const KEPT = "evenhand.phone";
const ENDS = {
  CUSTOMER_DISCONNECT: "You ended it.", AGENT_DISCONNECT: "The agent ended it.", CONTACT_FLOW_DISCONNECT: "The centre ended it.",
  TELECOM_PROBLEM: "The line was lost.", RESTARTED: "The centre was started again, and this contact had come to its end meanwhile.", OTHER: "The centre could not go on with it.",
};

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEPT)) || null; } catch { return null; }
}

function keep(value) {
  try { if (value) sessionStorage.setItem(KEPT, JSON.stringify(value)); else sessionStorage.removeItem(KEPT); } catch { /* then a reload forgets it */ }
}

function Dial({ directory, onBegin, start }) {
  const [dialled, setDialled] = useState("");
  const [number, setNumber] = useState("");
  const [name, setName] = useState("");
  const [fault, setFault] = useState(null);
  const chosen = dialled || (directory.numbers[0] || {}).number || "";
  const known = directory.numbers.find((one) => one.number === chosen);
  const channels = known ? known.channels : ["VOICE", "CHAT"];
  const mine = number || (directory.customers[0] || {}).number || "";
  const begin = async (work) => { try { onBegin(await work()); } catch (error) { setFault(error); } };
  const contact = (channel) => begin(() => start(channel, chosen.trim(), mine.trim(), name));
  return html`<form class="card stack dial" onSubmit=${(event) => { event.preventDefault(); contact(channels.includes("VOICE") ? "VOICE" : channels[0]); }}>
    <h1>Call or chat</h1>
    <div><label for="dialled">Number of the centre</label><input id="dialled" class="field big" type="tel" list="numbers" required maxlength="64" value=${chosen} onInput=${(e) => setDialled(e.target.value)} />
      <datalist id="numbers">${directory.numbers.map((one) => html`<option value=${one.number}>${one.flow}</option>`)}</datalist></div>
    ${directory.numbers.length ? html`<div class="choices" role="group" aria-label="Numbers of the centre">${directory.numbers.map((one) => html`<button type="button" class="button" aria-pressed=${one.number === chosen} onClick=${() => setDialled(one.number)}><span>${one.number}</span><span class="small soft">${one.flow}</span></button>`)}</div>` : null}
    <div><label for="number">Your number</label><input id="number" class="field" type="tel" maxlength="64" value=${mine} onInput=${(e) => setNumber(e.target.value)} /></div>
    ${directory.customers.length ? html`<div class="choices" role="group" aria-label="Customers of the demonstration">${directory.customers.slice(0, 4).map((one) => html`<button type="button" class="button" aria-pressed=${one.number === mine} onClick=${() => setNumber(one.number)}><span>${one.number}</span><span class="small soft">${one.ownAgent ? `known, own agent ${one.ownAgent}` : "new customer"}</span></button>`)}</div>` : null}
    <div><label for="name">Your name <span class="soft">(if you like)</span></label><input id="name" class="field" maxlength="100" autocomplete="name" value=${name} onInput=${(e) => setName(e.target.value)} /></div>
    <${FaultNote} fault=${fault} />
    <div class="row">${channels.includes("VOICE") ? html`<button class="button main big">☎ Call</button>` : null}
      ${channels.includes("CHAT") ? html`<button type="button" class="button big" onClick=${() => contact("CHAT")}>✉ Chat</button>` : null}</div>
    <p class="small soft">There is no sound yet: prompts are shown, and you write what you would say.</p>
    <details><summary>Wait here to be called</summary><p class="small soft">This page rings when the centre calls your number.</p><button type="button" class="button" onClick=${() => begin(() => ask("POST", "/phone/waiting", { number: mine.trim() }, once()))}>Wait for a call on ${mine || "my number"}</button></details>
  </form>`;
}

// What was told is a promise: it counts down, and when it is over the page says so.
export function Wait({ leg, wait }) {
  const now = useNow();
  const waited = now - wait.since;
  const told = leg.told !== null ? leg.toldAt + leg.told - now : null;
  return html`<section class="card stack promise" aria-label="Your wait">
    <div class="row spread"><h2>${wait.ringing ? "Somebody is being rung for you" : "You are waiting"}</h2><span class="number">${clockText(waited)} so far</span></div>
    ${wait.position ? html`<p>You are number <strong>${wait.position}</strong> in the queue.</p>` : null}
    ${told === null ? html`<p class="soft">No time has been told yet.</p>`
      : told > 0 ? html`<p>You were told about ${clockText(leg.told)}. <strong class="number-left">${clockText(told)}</strong> of it is left.</p><progress max=${Math.max(1, leg.told)} value=${told} aria-label="What is left of the wait that was told"></progress>`
      : html`<p class="note warn">You were told about ${clockText(leg.told)}, and that was over ${clockText(-told)} ago. It takes longer than we said; we are sorry. You keep your place.</p>`}
  </section>`;
}

function Line({ leg, topic, mine, onLeave }) {
  const [fault, setFault] = useState(null);
  const act = async (work) => { try { await work(); setFault(null); } catch (error) { setFault(error); } };
  const wait = topic.rows.get("wait");
  const voice = leg.channel === "VOICE";
  const open = leg.state !== "ended" && leg.state !== "ready";
  const ringing = leg.ringsUntil !== null;
  useEffect(() => { ring(ringing); return () => ring(false); }, [ringing]);
  const words = { connected: wait ? "Waiting" : "Connected", talking: leg.agent ? `With ${leg.agent}` : "Connected", held: "On hold", ended: "Ended", ready: "Ready" };
  const state = { connected: "incoming", talking: "talking", held: "held", ended: "offline", ready: "available" }[leg.state];
  return html`<div class="line"><section class="card stack" aria-label="Your ${voice ? "call" : "chat"}">
      <div class="row spread"><h1>${leg.dialled || leg.number}</h1><span class="row"><${StateBadge} state=${state} text=${words[leg.state]} />${open ? html`<${Since} at=${leg.began} />` : null}</span></div>
      <div class="sr" role="status">${words[leg.state]}</div>
      ${ringing ? html`<div class="note stack" role="alert"><strong>${leg.caller || "The centre"} calls you</strong><div class="row"><button class="button main big" onClick=${() => act(() => mine("POST", "/phone/answer"))}>Answer</button><button class="button big" onClick=${() => act(() => mine("POST", "/phone/decline"))}>Decline</button></div></div>` : null}
      ${leg.state === "ready" && !ringing ? html`<p>This page rings when somebody calls ${leg.number}. Leave it open.</p>` : null}
      ${leg.state === "ended" ? html`<p class="note">${ENDS[leg.ended] || `It is over: ${leg.ended}.`}</p>` : null}
      ${leg.held ? null : leg.playing ? html`<p class="soft"><span aria-hidden="true">♪</span> You hear, over and over: ${leg.playing.replaceAll("♪ ", "")}</p>` : null}
      ${leg.state === "held" ? html`<p class="note warn">You are on hold. ${leg.agent || "The agent"} comes back to you.</p>` : null}
      ${leg.keys ? html`<p class="note">The centre listens for keys now.</p>` : null}
      ${voice && open ? html`<${Keypad} onPress=${(key) => mine("POST", "/phone/keys", { keys: key })} />` : null}
      <${FaultNote} fault=${fault} />
      <div class="row">${open ? html`<button class="button bad big" onClick=${() => act(() => mine("POST", "/phone/hang-up"))}>${wait ? "Leave" : voice ? "Hang up" : "End chat"}</button>${wait ? html`<span class="small soft">To stay, do nothing.</span>` : null}`
        : html`<button class="button main" onClick=${onLeave}>${leg.state === "ready" ? "Stop waiting" : "Start anew"}</button>`}</div>
    </section>
    <div class="stack">${wait && open ? html`<${Wait} leg=${leg} wait=${wait} />` : null}
      <section class="card stack"><h2>${voice ? "What is said" : `Chat${leg.agent ? ` with ${leg.agent}` : ""}`}</h2>
      <${Talk} conversation=${leg.phone} mine="customer" open=${open} label="What is said" hint=${voice && !leg.agent ? "Nobody reads along yet" : "Write a message"}
        onSend=${(text) => mine("POST", "/phone/messages", { text })} onTyping=${() => mine("POST", "/phone/typing")} /></section></div></div>`;
}

export default function Phone() {
  const [held, setHeld] = useState(null);
  const [directory, setDirectory] = useState(null);
  const [fault, setFault] = useState(null);
  const mine = (method, path, body, token = held && held.token) => ask(method, path, body, { authorization: `Bearer ${token}` });
  const take = (phone) => { useLiveToken(phone.token); keep(phone); setFault(null); setHeld(phone); };
  const leave = (why) => { keep(null); setHeld(null); setFault(why || null); ring(false); };
  useEffect(() => {
    ask("GET", "/directory").then(setDirectory, setFault);
    const before = kept();
    // A reload, or the same page in the same window: the contact may still be there.
    if (before) ask("GET", "/phone", undefined, { authorization: `Bearer ${before.token}` }).then(() => take(before), (error) => (error.status === 0 ? take(before) : leave()));
  }, []);
  const topic = useTopic(held ? `phone/${held.phone}` : "");
  const leg = topic.rows.get("leg");
  if (topic.refused) return html`<p class="note warn">This contact cannot be seen from here any more.</p><button class="button main" onClick=${() => leave()}>Start anew</button>`;
  if (held) return leg ? html`<${Line} leg=${leg} topic=${topic} mine=${mine} onLeave=${() => leave()} />` : html`<p role="status">Connecting …</p>`;
  if (!directory) return html`<p role="status">…</p><${FaultNote} fault=${fault} />`;
  return html`<${FaultNote} fault=${fault} /><${Dial} directory=${directory} onBegin=${take} start=${(channel, dialled, number, name) => ask("POST", "/phone", { channel, dialled, number, name }, once())} />`;
}
