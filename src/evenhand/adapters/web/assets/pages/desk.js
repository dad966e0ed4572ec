// The agent's desk: status, offers, contacts, after-contact work, and the agent's own offline load.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ask, once } from "../lib/api.js";
import { rowsOf, useNow, useTopic } from "../lib/live.js";
import { ring, ringOnce } from "../lib/ring.js";
import { useSetting } from "../lib/settings.js";
import { clockText, FaultNote, Since, StateBadge } from "../lib/ui.js";
import { CHANNELS, DeskContact, waitedText } from "./desk_contact.js";
import { Load } from "./desk_load.js";

export const SHORTCUTS = [
  ["a", "Accept the offered contact"], ["r", "Reject it"], ["h", "Hold (a task: lay aside), and come back"], ["m", "Mute, and unmute"],
  ["e", "End the contact"], ["t", "Transfer"], ["n", "Write a note"], ["c", "Clear the contact"], ["w", "Why me"],
  ["s", "To the status"], ["j", "Next contact"], ["?", "Show this list"],
];

function Status({ me, statuses, act }) {
  const busy = me.slots.length > 0;
  const choose = (status) => act(() => ask("PUT", `/agents/${encodeURIComponent(me.name)}/status`, { status }));
  return html`<section class="card stack" aria-label="Status">
    <div class="row spread"><div class="row"><h1>${me.fullName}</h1><${StateBadge} state=${me.status.toLowerCase()} text=${me.status} /><${Since} at=${me.statusSince} /></div>
      <span class="row small">${Object.entries(me.room).map(([channel, most]) => html`<span class="badge">${CHANNELS[channel][0]} ${CHANNELS[channel][1]}: ${me.used[channel] || 0} of ${most} used</span>`)}</span></div>
    <div class="row" role="group" aria-label="Set the status">
      ${statuses.map((status, n) => html`<button id=${n ? null : "first-status"} class="button ${status === me.status && !me.nextStatus ? "main" : ""}" aria-pressed=${status === (me.nextStatus || me.status)} onClick=${() => choose(status)}>${status}</button>`)}
    </div>
    ${me.nextStatus ? html`<div class="note warn row spread"><span>Next status: <strong>${me.nextStatus}</strong>. You get nothing new; it begins when your contacts are cleared.</span>
      <button class="button" onClick=${() => act(() => ask("POST", `/agents/${encodeURIComponent(me.name)}/keep-status`, {}))}>Stay ${me.status}</button></div>`
      : busy ? html`<p class="soft small">While you have a contact, another status becomes your next status.</p>` : null}
  </section>`;
}

function Offer({ row, focus, act, path }) {
  const now = useNow(250);
  const left = Math.max(0, (row.until || now) - now);
  const total = Math.max(1, (row.until || now) - row.since);
  const section = useRef(null);
  useEffect(() => {
    // Whoever writes is not torn away; they hear and see it all the same.
    const busy = document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.value;
    if (focus && section.current && !busy) section.current.focus();
  }, []);
  const [sign, word] = CHANNELS[row.channel];
  return html`<section class="card offer stack" tabindex="-1" ref=${section} aria-label="Incoming ${word.toLowerCase()}">
    <div class="row spread"><h2><span aria-hidden="true">${sign}</span> Incoming ${word.toLowerCase()} · ${row.queue || "direct"}</h2><span class="number countdown">${clockText(left)} left</span></div>
    <progress class=${left < 5 ? "late" : ""} max=${total} value=${left} aria-label="Time left to answer"></progress>
    <dl class="facts"><div><dt>Customer</dt><dd>${row.name ? `${row.name}, ` : ""}${row.customer || "unknown"}${row.own ? html` <span class="badge info">your own customer</span>` : null}</dd></div>
      <div><dt>Waited</dt><dd class="number-left">${waitedText(row, now)}</dd></div>
      ${row.dialled ? html`<div><dt>Dialled</dt><dd>${row.dialled}</dd></div>` : null}
      ${Object.entries(row.attributes).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${row.why ? html`<p class="why"><strong>Why me:</strong> ${row.why}</p>` : null}
    <div class="row"><button class="button main big" onClick=${() => act(() => ask("POST", `${path}/accept`, {}))}>Accept</button>
      <button class="button big" onClick=${() => act(() => ask("POST", `${path}/reject`, {}))}>Reject</button></div>
  </section>`;
}

function CallOut({ me, act }) {
  const [number, setNumber] = useState("");
  const call = (event) => {
    event.preventDefault();
    act(async () => { await ask("POST", `/agents/${encodeURIComponent(me.name)}/calls`, { number }, once()); setNumber(""); });
  };
  return html`<form class="card stack" onSubmit=${call}><h2>Call a number</h2>
    <div class="row"><input class="field grow" aria-label="Number to call" type="tel" required minlength="2" maxlength="64" placeholder="+1…" value=${number} onInput=${(e) => setNumber(e.target.value)} /><button class="button">Call</button></div></form>`;
}

function Worklist({ me, queues, act }) {
  const [rows, setRows] = useState([]);
  const load = () => ask("GET", `/agents/${encodeURIComponent(me.name)}/worklist`).then((answer) => setRows(answer.contacts), () => {});
  useEffect(() => { load(); const timer = setInterval(load, 10000); return () => clearInterval(timer); }, []);
  const pick = (contactId) => act(async () => { await ask("POST", `/agents/${encodeURIComponent(me.name)}/picks`, { contactId }); await load(); });
  return html`<section class="card stack"><h2>Worklist: ${queues.join(", ")}</h2>
    ${rows.length ? html`<ul class="plain stack">${rows.map((row) => html`<li class="row spread" key=${row.contactId}><span>${CHANNELS[row.channel][0]} ${row.customer} · ${row.queue} · <${Since} at=${row.since} /></span><button class="button" onClick=${() => pick(row.contactId)}>Take it</button></li>`)}</ul>` : html`<p class="soft">Nothing waits to be picked.</p>`}</section>`;
}

// A notice of the system, while the window is behind others.
function useNotice(wanted, offer) {
  const id = offer ? offer[0] : "";
  useEffect(() => {
    if (!wanted || !id || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return undefined;
    const notice = new Notification(`Incoming: ${offer[1].customer || offer[1].queue}`, { body: offer[1].why, tag: id });
    notice.onclick = () => { window.focus(); notice.close(); };
    return () => notice.close();
  }, [wanted, id]);
}

function Settings({ sound, setSound, keys, setKeys, notices, setNotices }) {
  const [said, setSaid] = useState("");
  const allow = async (on) => {
    if (on && "Notification" in window && Notification.permission !== "granted") await Notification.requestPermission();
    const may = "Notification" in window && Notification.permission === "granted";
    setNotices(on && may);
    setSaid(on && !may ? "The browser allows no notices of this page." : "");
  };
  const test = async () => setSaid((await ringOnce()) ? "You should have heard it ring." : "The browser plays no sound for this page: allow it in the browser's settings.");
  return html`<section class="card stack"><h2>This desk</h2>
    <label class="check"><input type="checkbox" checked=${sound} onChange=${(e) => setSound(e.target.checked)} /> Ring aloud</label>
    <div class="row"><button class="button" onClick=${test}>Test the ring tone</button><span class="small" role="status">${said}</span></div>
    <label class="check"><input type="checkbox" checked=${notices} onChange=${(e) => allow(e.target.checked)} /> Notice of the system while this window is hidden</label>
    <label class="check"><input type="checkbox" checked=${keys} onChange=${(e) => setKeys(e.target.checked)} /> Keyboard shortcuts</label>
    ${keys ? html`<details id="shortcuts"><summary>The shortcuts</summary><dl class="keys">${SHORTCUTS.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl></details>` : null}</section>`;
}

function useTitle(text, ringing) {
  useEffect(() => {
    if (!ringing) return undefined;
    const before = document.title;
    let on = false;
    const flash = () => { on = !on; document.title = on ? text : before; };
    flash();
    const timer = setInterval(flash, 1000);
    return () => { clearInterval(timer); document.title = before; };
  }, [text, ringing]);
}

// One key does one thing: it presses the button of that name in the contact that is shown.
function press(key) {
  const button = (name) => document.querySelector(`[data-key="${name}"]:not(:disabled)`);
  const offer = document.querySelector(".offer");
  if (key === "a" && offer) offer.querySelector("button.main").click();
  else if (key === "r" && offer) offer.querySelectorAll("button")[1].click();
  else if (key === "s") document.getElementById("first-status").focus();
  else if (key === "?") { const list = document.getElementById("shortcuts"); list.open = true; list.querySelector("summary").focus(); }
  else { const found = button(key); if (!found) return false; if (found.matches("textarea, input")) found.focus(); else found.click(); }
  return true;
}

export default function Desk({ session }) {
  const topic = useTopic(session.agent ? `desk/${session.agent}` : "");
  const [fault, setFault] = useState(null);
  const [sound, setSound] = useSetting("ring", true);
  const [keys, setKeys] = useSetting("shortcuts", true);
  const [notices, setNotices] = useSetting("notices", false);
  const [chosen, setChosen] = useState("");
  const me = topic.rows.get("me");
  const slots = rowsOf(topic, "slot").sort(([, a], [, b]) => a.arrivedAt - b.arrivedAt);
  const offers = slots.filter(([, row]) => row.state === "incoming");
  const others = slots.filter(([, row]) => row.state !== "incoming");
  const blocking = others.find(([, row]) => ["missed", "rejected", "error"].includes(row.state));
  const [shownId, shown] = others.find(([id]) => id === chosen) || blocking || others[others.length - 1] || ["", null];
  const ringing = offers.length > 0;
  useTitle(ringing ? `☎ Incoming: ${offers[0][1].customer || offers[0][1].queue}` : "", ringing);
  useEffect(() => { ring(ringing && sound); return () => ring(false); }, [ringing, sound]);
  useNotice(notices, offers[0]);
  const latest = useRef({});
  latest.current = { others, shownId };
  useEffect(() => {
    if (!keys) return undefined;
    const listen = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
      const key = event.key.toLowerCase();
      if (key === "j") {
        const ids = latest.current.others.map(([id]) => id);
        setChosen(ids[(ids.indexOf(latest.current.shownId) + 1) % Math.max(1, ids.length)] || "");
      } else if (SHORTCUTS.some(([one]) => one === key) && press(key)) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [keys]);
  if (!session.agent) return html`<h1>Desk</h1><p>${session.name} is no agent and has no desk. Log in as an agent, or go to the <a href="/board">board</a>.</p>`;
  if (topic.known && !me) return html`<h1>Desk</h1><p class="note bad">There is no agent ${session.agent} in this centre. Somebody who may change the centre has to add them.</p>`;
  if (!me) return html`<p role="status">The desk is being opened …</p>`;
  const act = async (work) => { try { await work(); setFault(null); } catch (error) { setFault(error); } };
  const path = (id) => `/agents/${encodeURIComponent(me.name)}/contacts/${encodeURIComponent(id)}`;
  const desks = topic.rows.get("desks");
  const statuses = topic.rows.get("statuses") || { names: [], worklists: [] };
  return html`<div class="desk">
    <div class="sr" role="status">${ringing ? `Incoming ${CHANNELS[offers[0][1].channel][1].toLowerCase()} in ${offers[0][1].queue}` : `${me.status}${me.nextStatus ? `, next ${me.nextStatus}` : ""}`}</div>
    <div class="stack">
      ${offers.map(([id, row]) => html`<${Offer} key=${id} row=${row} focus=${true} act=${act} path=${path(id)} />`)}
      <${FaultNote} fault=${fault} />
      <${Status} me=${me} statuses=${statuses.names} act=${act} />
      ${desks && desks.open > 1 ? html`<p class="note warn">Your desk is open in ${desks.open} places. What you do in one happens in all of them.</p>` : null}
      ${others.length > 1 ? html`<nav class="inbox" aria-label="My contacts">${others.map(([id, row]) => html`<button key=${id} class="button" aria-pressed=${id === shownId} onClick=${() => setChosen(id)}>${CHANNELS[row.channel][0]} ${row.customer || row.queue} <${StateBadge} state=${row.state} /> <${Since} at=${row.since} /></button>`)}</nav>` : null}
      ${shown ? html`<${DeskContact} me=${me.name} key=${shownId} row=${shown} path=${path(shownId)} act=${act} />`
        : ringing ? null : html`<section class="card empty"><h2>${me.status === "Available" ? "You are available" : `You are ${me.status}`}</h2><p class="soft">${me.status === "Available" ? "The next contact that is yours rings here." : "Set the status to Available, and contacts can come."}</p></section>`}
    </div>
    <aside class="stack" aria-label="About you">
      <${Load} me=${me} flag=${topic.rows.get("flag")} act=${act} />
      <${CallOut} me=${me} act=${act} />
      ${statuses.worklists && statuses.worklists.length ? html`<${Worklist} me=${me} queues=${statuses.worklists} act=${act} />` : null}
      <${Settings} sound=${sound} setSound=${setSound} keys=${keys} setKeys=${setKeys} notices=${notices} setNotices=${setNotices} />
    </aside></div>`;
}
