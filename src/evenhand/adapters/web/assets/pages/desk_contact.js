// One contact at the desk, from the whisper to the end of the after-contact work.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ask, once } from "../lib/api.js";
import { Keypad } from "../lib/keypad.js";
import { useNow } from "../lib/live.js";
import { Talk } from "../lib/talk.js";
import { clockText, FaultNote, Since, StateBadge } from "../lib/ui.js";
import { Transfer } from "./desk_transfer.js";

export const CHANNELS = { VOICE: ["☎", "Call"], CHAT: ["✉", "Chat"], TASK: ["☑", "Task"], EMAIL: ["@", "Email"] };

const ENDS = {
  CUSTOMER_DISCONNECT: "The customer hung up.", AGENT_DISCONNECT: "You ended it.", CONTACT_FLOW_DISCONNECT: "The flow ended it.",
  TRANSFERRED: "You handed the customer over.", TELECOM_PROBLEM: "The customer was not reached.", OTHER: "The centre ended it.",
};
const WORDS = { connecting: "Connecting", dialling: "Dialling", talking: "On contact", held: "On hold", paused: "Laid aside" };
const TROUBLE = {
  missed: ["You missed this contact", "It rang here until the time was over, and went on to somebody else. Nothing new comes until you clear it: clear it when you are back at your desk."],
  rejected: ["You rejected this contact", "It went on to somebody else. Nothing new comes until you clear it."],
  error: ["This contact could not reach you", "It went on to somebody else. See that this page is connected, then clear it; if it happens again, tell your supervisor."],
};

export function waitedText(row, now) {
  if (row.waited !== null) return clockText(row.waited);
  return row.queuedAt ? clockText(now - row.queuedAt) : "not in a queue";
}

function Why({ row, path }) {
  const dialog = useRef(null);
  const [why, setWhy] = useState(null);
  const [fault, setFault] = useState(null);
  if (!row.why) return null;
  const open = async () => {
    dialog.current.showModal();
    try { setWhy(await ask("GET", `${path}/decision`)); setFault(null); } catch (error) { setFault(error); }
  };
  const candidates = why ? why.record.decision.candidates : [];
  return html`<p class="why"><strong>Why me:</strong> <button class="link" data-key="w" onClick=${open}>${row.why}</button></p>
    <dialog ref=${dialog} class="wide" aria-label="Why this contact came to you"><h2>Why this contact came to you</h2><${FaultNote} fault=${fault} />
      ${why ? html`<p>${row.why}</p><div class="scroll"><table><thead><tr><th>Agent</th><th>Then</th><th>Offline work</th><th>Seen</th></tr></thead>
        <tbody>${candidates.map((one) => html`<tr class=${one.outcome === "chosen" ? "chosen" : ""}><td>${one.outcome === "chosen" ? html`<strong>${one.agent}</strong>` : one.agent}</td><td>${one.outcome.replaceAll("_", " ")}</td><td class="number">${one.workload}${one.provisional ? ` + ${one.provisional}` : ""}</td><td>${one.age === null ? "never" : `${clockText(one.age)} ago`}${one.stale ? ", stale" : ""}</td></tr>`)}</tbody></table></div>
        <p class="small soft">${why.record.derived_again.says}.</p><details><summary>The whole record</summary><pre>${why.lines.join("\n")}</pre></details>` : null}
      <form method="dialog"><button class="button">Close</button></form></dialog>`;
}

function Notes({ path }) {
  const [noted, setNoted] = useState(null);
  const [text, setText] = useState("");
  const [code, setCode] = useState("");
  const [fault, setFault] = useState(null);
  const [said, setSaid] = useState("");
  const take = (answer) => { setNoted(answer); setCode(answer.disposition ? answer.disposition.text : ""); };
  useEffect(() => { ask("GET", `${path}/notes`).then(take, setFault); }, [path]);
  const save = async (work, done) => { try { take(await work()); setFault(null); setSaid(done); } catch (error) { setFault(error); setSaid(""); } };
  const note = (event) => { event.preventDefault(); if (text.trim()) save(async () => { const answer = await ask("POST", `${path}/notes`, { text }, once()); setText(""); return answer; }, "The note is kept."); };
  const dispose = (event) => { event.preventDefault(); save(() => ask("PUT", `${path}/disposition`, { code }), "The outcome is kept."); };
  return html`<div class="stack"><h3>Notes and outcome</h3>
    ${noted && noted.notes.length ? html`<ul class="plain notes">${noted.notes.map((one) => html`<li><span class="small soft">${one.by}</span> ${one.text}</li>`)}</ul>` : null}
    <form class="row" onSubmit=${note}><textarea class="field grow" rows="2" aria-label="Note" data-key="n" maxlength="2000" placeholder="What should the next one know?" value=${text} onInput=${(e) => setText(e.target.value)}></textarea><button class="button">Keep note</button></form>
    <form class="row" onSubmit=${dispose}><input class="field grow" aria-label="Outcome" list="outcomes" maxlength="60" required placeholder="Outcome" value=${code} onInput=${(e) => setCode(e.target.value)} />
      <datalist id="outcomes">${noted ? noted.usual.map((one) => html`<option value=${one} />`) : null}</datalist><button class="button">Set outcome</button></form>
    <p class="small soft" role="status">${said}</p><${FaultNote} fault=${fault} /></div>`;
}

function Trouble({ row, path, act }) {
  const [title, text] = TROUBLE[row.state];
  return html`<section class="card stack trouble ${row.state}" aria-label=${title}><div class="row"><${StateBadge} state=${row.state} /><h2>${title}</h2></div>
    <p>${CHANNELS[row.channel][1]} from ${row.customer || "unknown"}${row.queue ? ` in ${row.queue}` : ""}, <${Since} at=${row.since} /> ago.${row.failed ? ` Reason: ${row.failed}.` : ""}</p><p>${text}</p>
    <div><button class="button main big" data-key="c" onClick=${() => act(() => ask("POST", `${path}/clear`, {}))}>Clear contact</button></div></section>`;
}

function AfterWork({ row, path, act }) {
  const now = useNow(500);
  const left = row.until ? Math.max(0, row.until - now) : null;
  return html`<div class="stack"><p>${ENDS[row.ended] || "It is over."} Finish your notes, then clear it.</p>
    ${left === null ? html`<p class="soft">There is no limit: you get nothing new until you clear it.</p>` : html`<progress class=${left < 5 ? "late" : ""} max=${Math.max(1, row.until - row.since)} value=${left} aria-label="Time left for after contact work"></progress><p class="number-left">${clockText(left)} left, then it is cleared by itself.</p>`}
    <div><button class="button main big" data-key="c" onClick=${() => act(() => ask("POST", `${path}/clear`, {}))}>Clear contact</button></div></div>`;
}

export function DeskContact({ me, row, path, act }) {
  const [muted, setMuted] = useState(false);
  const [pad, setPad] = useState(false);
  const [handing, setHanding] = useState(false);
  const now = useNow();
  if (TROUBLE[row.state]) return html`<${Trouble} row=${row} path=${path} act=${act} />`;
  const [sign, word] = CHANNELS[row.channel];
  const post = (what, body = {}) => act(() => ask("POST", `${path}/${what}`, body));
  const talks = row.state === "talking" || row.state === "held";
  const voice = row.channel === "VOICE";
  const held = row.state === "held";
  return html`<section class="card stack contact" aria-label="${word} with ${row.customer}">
    <div class="row spread"><h2><span aria-hidden="true">${sign}</span> ${row.name || row.customer || "Unknown customer"}</h2><span class="row"><${StateBadge} state=${row.state} text=${WORDS[row.state]} /><span class="timer"><${Since} at=${talks && row.connectedAt ? row.connectedAt : row.since} /></span></span></div>
    <dl class="facts">${row.name && row.customer ? html`<div><dt>Number</dt><dd>${row.customer}</dd></div>` : null}
      <div><dt>Queue</dt><dd>${row.queue || "none"}</dd></div><div><dt>Waited</dt><dd>${waitedText(row, now)}</dd></div>
      ${row.own ? html`<div><dt>Own agent</dt><dd>you</dd></div>` : null}
      ${Object.entries(row.attributes).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <${Why} row=${row} path=${path} />
    ${row.hears ? html`<p class="note"><strong>You hear:</strong> ${row.hears}</p>` : null}
    ${row.heldByFlow ? html`<p class="note warn">You are on hold; a flow does this. The talk goes on when it lets you back.</p>` : null}
    ${held ? html`<p class="note warn">The customer is on hold for <${Since} at=${row.since} /> and hears the hold flow.</p>` : null}
    ${row.transferring ? html`<p class="note">The transfer is under way; the customer is still with you.</p>` : null}
    ${row.state === "paused" ? html`<p class="note">This task is laid aside; you can be given another one meanwhile.</p>` : null}
    ${row.description ? html`<p>${row.description}</p>` : null}
    ${row.state === "dialling" ? html`<p class="note">Their phone rings …</p>` : null}
    ${row.state === "after_contact_work" ? html`<${AfterWork} row=${row} path=${path} act=${act} />` : html`<div class="row">
      ${voice && talks ? html`<button class="button" data-key="h" aria-pressed=${held} onClick=${() => post(held ? "resume" : "hold")}>${held ? "Back to the customer" : "Hold"}</button>
        <button class="button" data-key="m" aria-pressed=${muted} onClick=${() => setMuted(!muted)}>${muted ? "Unmute" : "Mute"}</button>
        <button class="button" aria-expanded=${pad} onClick=${() => setPad(!pad)}>Keypad</button>` : null}
      ${talks ? html`<button class="button" data-key="t" onClick=${() => setHanding(true)}>Transfer</button>` : null}
      ${row.channel === "TASK" && talks ? html`<button class="button" data-key="h" onClick=${() => post("pause")}>Lay aside</button>` : null}
      ${row.state === "paused" ? html`<button class="button main" data-key="h" onClick=${() => post("continue")}>Take up again</button>` : null}
      <button class="button bad" data-key="e" onClick=${() => post("hang-up")}>${voice ? "End call" : "End"}</button></div>
      ${muted ? html`<p class="note warn">Muted. This centre carries no sound yet, so the customer hears you no less than before; what you write reaches them.</p>` : null}
      ${pad && talks ? html`<${Keypad} onPress=${(key) => ask("POST", `${path}/keys`, { keys: key })} />` : null}`}
    ${handing ? html`<${Transfer} me=${me} path=${path} onClose=${() => setHanding(false)} />` : null}
    <${Talk} conversation=${row.conversation} mine="agent" open=${talks} label="What was said" hint=${voice ? "There is no sound yet: write what you would say" : "Write a message"}
      onSend=${(text) => ask("POST", `${path}/messages`, { text })} onTyping=${() => ask("POST", `${path}/typing`, {})} />
    <${Notes} path=${path} />
  </section>`;
}
