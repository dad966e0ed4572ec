// The supervisor's board: queues, agents, profiles, who waits and why, decisions, whether the load is even.
import { html, useState } from "../vendor/preact-htm.js";
import { ActionDialog, ActionMenu, agentActions, contactActions, queueActions } from "../board/actions.js";
import { Alerts, breaches } from "../board/alerts.js";
import { Decisions } from "../board/decisions.js";
import { FreshClock, useFresh } from "../board/fresh.js";
import { Bar, Loads, liveOf, loadOf } from "../board/loads.js";
import { DataTable } from "../board/table.js";
import { useView } from "../board/view.js";
import { CHANNELS, FORMULAS, amount, countsText, level, percent, seconds, share, stageText, time, whyNotYet } from "../board/words.js";
import { Wall } from "../board/wall.js";
import { rowsOf, useNow, useTopic } from "../lib/live.js";
import { StateBadge, clockText } from "../lib/ui.js";

const topicOf = (session) => (session.role === "supervisor" && session.team.length ? `board/${[...session.team].sort().join(",")}` : "board");
const values = (topic, kind) => rowsOf(topic, kind).map(([, row]) => row);
const byName = (a, b) => a.name.localeCompare(b.name);

export default function Board({ session }) {
  const topic = useTopic(topicOf(session));
  const views = useView();
  const fresh = useFresh();
  const now = useNow();
  if (topic.refused) return html`<p class="note bad">This board is not yours; log in again.</p>`;
  const figures = topic.rows.get("figures"), centre = topic.rows.get("centre");
  if (!figures) return html`<h1>Board</h1><p>Waiting for the centre …</p>`;
  const at = Math.max(0, figures.thresholds.indexOf(views.view.seconds));
  const formula = FORMULAS[views.view.formula] || FORMULAS.answered;
  const data = {
    figures, centre, now, fresh, views, session,
    queues: values(topic, "queue").sort(byName), profiles: values(topic, "profile").sort(byName), agents: values(topic, "agent").sort(byName),
    contacts: values(topic, "contact"), decisions: values(topic, "decision").sort((a, b) => b.number - a.number),
    today: new Map(rowsOf(topic, "today")), levelOf: (tally) => formula.of(tally, at), formula, seconds: figures.thresholds[at],
  };
  return new URLSearchParams(location.search).has("wall") ? html`<${Wall} ...${data} />` : html`<${Tables} ...${data} />`;
}

function Tables(data) {
  const { figures, centre, now, fresh, views, queues, profiles, agents, contacts, decisions, levelOf } = data;
  const { view } = views;
  const [action, setAction] = useState(null);
  const [said, setSaid] = useState("");
  const serves = (profile) => !view.queue || profile.rows.some((one) => one.queue === view.queue);
  const shownProfiles = profiles.filter((one) => serves(one) && (!view.profile || one.name === view.profile));
  const names = new Set(shownProfiles.map((one) => one.name));
  const like = (...texts) => !view.text || texts.some((one) => (one || "").toLowerCase().includes(view.text.toLowerCase()));
  const shownAgents = agents.filter((one) => (view.queue || view.profile ? names.has(one.profile) : true) && like(one.name, one.fullName));
  const profileQueues = view.profile ? new Set(profiles.filter((one) => one.name === view.profile).flatMap((one) => one.rows.map((row) => row.queue))) : null;
  const shownQueues = queues.filter((one) => (!view.queue || one.name === view.queue) && (!profileQueues || profileQueues.has(one.name)));
  const waiting = inOrder(contacts.filter((one) => one.waiting));
  const others = contacts.filter((one) => !one.waiting).sort((a, b) => a.since - b.since);
  const shownContacts = (view.stages === "all" ? [...waiting, ...others] : waiting).filter((one) => (!view.queue || one.queue === view.queue) && like(one.customer, one.contactId, one.agent, one.name));
  const shownDecisions = decisions.filter((one) => (!view.queue || one.queue === view.queue) && like(one.agent, one.customer, one.contactId));
  const closed = (done) => { setAction(null); if (done) setSaid(`${done.title}: done, and kept with your reason`); };
  return html`<div class=${`board stack ${fresh.stale ? "stale" : ""}`}>
    <div class="row spread"><h1>Board</h1><div class="row"><${FreshClock} fresh=${fresh} /><${SavedViews} views=${views} /><a class="button" href="/board?wall">Wallboard</a></div></div>
    <div role="status" class="small">${said ? html`<span class="badge good"><span aria-hidden="true">✓</span>${said}</span>` : null}</div>
    <${Alerts} found=${breaches(queues, agents, levelOf, view.thresholds, now)} sustained=${view.thresholds.sustained} now=${now} />
    <${Figures} ...${data} waiting=${waiting} /><${Filters} ...${data} />
    <${Loads} agents=${shownAgents} centre=${centre} views=${views} now=${now} />
    <${DataTable} id="waiting" title=${view.stages === "all" ? "Contacts" : "Waiting contacts"} columns=${contactColumns(data, setAction)} rows=${shownContacts} views=${views} keyOf=${(one) => one.contactId} empty="Nobody waits." />
    <${DataTable} id="queues" title="Queues" columns=${queueColumns(data, setAction)} rows=${shownQueues} views=${views} keyOf=${(one) => one.name} empty="No queue fits the filter." note=${`Counts since ${time(figures.since)}${figures.whole ? "" : " (the journal of today is longer than what is read at the start)"}. Service level: ${data.formula.name}, within ${data.seconds} s.`} />
    <${DataTable} id="agents" title="Agents" columns=${agentColumns(data, setAction)} rows=${shownAgents} views=${views} keyOf=${(one) => one.name} empty="No agent fits the filter." />
    <${DataTable} id="profiles" title="Routing profiles" columns=${profileColumns(data)} rows=${shownProfiles} views=${views} keyOf=${(one) => one.name} empty="No profile fits the filter." />
    <${Decisions} rows=${shownDecisions} />
    ${action ? html`<${ActionDialog} action=${action} onClose=${closed} />` : null}</div>`;
}

// Positions are those of the whole queue and channel, whatever is shown of it.
function inOrder(waiting) {
  const order = (a, b) => a.waiting.order.map((one, at) => one - b.waiting.order[at]).find((one) => one) || 0;
  const places = new Map();
  return waiting.sort(order).map((row) => {
    const line = row.agentQueue ? `agent ${row.agentQueue}` : `${row.queue} ${row.channel}`;
    const ringing = Boolean(row.waiting.ringing);
    if (!ringing) places.set(line, (places.get(line) || 0) + 1);
    return { ...row, position: ringing ? 0 : places.get(line) };
  });
}

function SavedViews({ views }) {
  const [name, setName] = useState("");
  return html`<details class="menu"><summary class="button">Views</summary><div class="menu-body card stack">
    <button class="button" onClick=${() => views.plain()}>Plain view</button>
    ${views.names.map((one) => html`<div class="row" key=${one}><button class="button grow" onClick=${() => views.load(one)}>${one}</button><button class="button" aria-label=${`Forget ${one}`} onClick=${() => views.forget(one)}>✕</button></div>`)}
    <form class="row" onSubmit=${(e) => { e.preventDefault(); if (name.trim()) { views.save(name.trim()); setName(""); } }}><label class="grow small">Save as<input class="field" value=${name} maxlength="40" onInput=${(e) => setName(e.target.value)} /></label><button class="button">Save</button></form></div></details>`;
}

function Figure({ label, value, more, mark }) {
  const [kind, word] = mark || ["", ""];
  return html`<div class=${`card figure ${kind}`}><div class="soft small">${label}</div><div class="big number">${value}</div><div class="small">${word ? html`<span class=${`badge ${kind}`}>${word}</span> ` : null}<span class="soft">${more}</span></div></div>`;
}

function Figures({ figures, queues, waiting, now, views, levelOf, seconds: within, formula }) {
  const { thresholds } = views.view, { today, lately } = figures;
  const oldest = Math.min(...queues.map((one) => one.oldestSince ?? Infinity));
  const longest = Number.isFinite(oldest) ? Math.max(0, now - oldest) : null;
  const minutes = figures.latelyMinutes, recent = levelOf(lately);
  return html`<div><div class="figures">
    <${Figure} label="Waiting" value=${waiting.length} more=${`${figures.present} contacts here`} />
    <${Figure} label="Longest wait" value=${longest === null ? "–" : clockText(longest)} mark=${longest === null ? ["good", "nobody waits"] : level(longest, thresholds.waitNear, thresholds.waitFar)} more=${`limit ${clockText(thresholds.waitFar)}`} />
    <${Figure} label=${`Service level, last ${minutes} min`} value=${percent(recent)} mark=${level(recent === null ? null : recent * 100, thresholds.levelNear, thresholds.levelFar)} more=${`today ${percent(levelOf(today))}; within ${within} s`} />
    <${Figure} label="Answered today" value=${today.answered} more=${`of ${today.offered} offered; mean wait ${seconds(share(today.waitTotal, today.answered))}`} />
    <${Figure} label="Gave up today" value=${today.abandoned} more=${`${today.left} chose to leave, ${today.moved} moved on`} />
    <${Figure} label="Waits told" value=${figures.told} more=${figures.toldChecked ? `${percent(share(figures.toldKept, figures.toldChecked))} were kept; half right to ${clockText(figures.toldError)}` : "none could be checked yet"} />
    </div><p class="soft small">Service level is ${formula.name}, within ${within} s. Contacts today: ${figures.contacts}.</p></div>`;
}

function Filters({ views, queues, profiles, figures }) {
  const { view } = views;
  const set = (name) => (event) => views.set({ [name]: event.target.value });
  const limit = (name) => (event) => { const value = Number(event.target.value); if (event.target.value !== "" && value >= 0) views.set({ thresholds: { ...view.thresholds, [name]: value } }); };
  const limits = [["waitNear", "Wait is high from (s)"], ["waitFar", "Wait is too high from (s)"], ["levelNear", "Service level is low below (%)"], ["levelFar", "Service level is too low below (%)"], ["sustained", "Alert after it lasted (s)"]];
  return html`<form class="card filters" role="search" aria-label="Filters" onSubmit=${(e) => e.preventDefault()}>
    <label>Queue<select class="field" aria-label="Queue" value=${view.queue} onChange=${set("queue")}><option value="">all</option>${queues.map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label>
    <label>Profile<select class="field" aria-label="Profile" value=${view.profile} onChange=${set("profile")}><option value="">all</option>${profiles.map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label>
    <label>Agent or customer<input class="field" type="search" value=${view.text} onInput=${set("text")} /></label>
    <label>Contacts<select class="field" aria-label="Contacts" value=${view.stages} onChange=${set("stages")}><option value="queued">who wait</option><option value="all">all that are here</option></select></label>
    <label>Service level<select class="field" aria-label="Service level" value=${view.formula} onChange=${set("formula")}>${Object.entries(FORMULAS).map(([key, one]) => html`<option value=${key}>${one.name}</option>`)}</select></label>
    <label>within<select class="field" aria-label="Service level within seconds" value=${view.seconds} onChange=${(e) => views.set({ seconds: Number(e.target.value) })}>${figures.thresholds.map((one) => html`<option value=${one}>${one} s</option>`)}</select></label>
    <details class="limits"><summary>Limits</summary><div class="filters">${limits.map(([name, text]) => html`<label key=${name}>${text}<input class="field" type="number" min="0" value=${view.thresholds[name]} onInput=${limit(name)} /></label>`)}</div></details></form>`;
}

function contactColumns({ queues, agents, now }, act) {
  const queueOf = (row) => queues.find((one) => one.name === row.queue);
  const all = { agents, queues };
  const actor = (row) => html`<${ActionMenu} label=${`Actions for ${row.customer || row.contactId}`} actions=${contactActions(row, all)} onChoose=${act} />`;
  return [
    { key: "position", title: "Place", number: true, value: (row) => row.position ?? null, cell: (row) => (row.position ? row.position : row.waiting ? "rings" : "–") },
    { key: "customer", title: "Customer", value: (row) => row.customer || row.contactId, cell: (row) => html`<a href=${`/contact/${encodeURIComponent(row.contactId)}`}>${row.customer || row.name || row.contactId}</a>` },
    { key: "channel", title: "Channel", value: (row) => CHANNELS[row.channel] },
    { key: "stage", title: "State", value: (row) => (row.held ? "On hold" : stageText(row.stage)), hidden: true },
    { key: "queue", title: "Queue", value: (row) => (row.agentQueue ? `${row.agentQueue}'s own` : row.queue || "–") },
    { key: "waited", title: "Waited", number: true, value: (row) => Math.max(0, Math.round(now - (row.waiting ? row.waiting.since : row.since))), cell: (row) => clockText(now - (row.waiting ? row.waiting.since : row.since)) },
    { key: "told", title: "Told", value: (row) => (row.waiting && row.waiting.told !== undefined ? row.waiting.told : null), cell: (row) => told(row, now) },
    { key: "priority", title: "Priority", number: true, value: (row) => (row.waiting ? row.waiting.priority : null) },
    { key: "own", title: "Own agent", value: (row) => row.ownAgent || null, hidden: true },
    { key: "agent", title: "Agent", value: (row) => row.agent || null, hidden: true },
    { key: "why", title: "Why not yet", value: (row) => whyNotYet(row, queueOf(row)) || stageText(row.stage) },
    { key: "actions", title: "Do", value: () => null, cell: actor },
  ];
}

function told(row, now) {
  const wait = row.waiting;
  if (!wait || wait.told === undefined) return html`<span class="soft">no number yet</span>`;
  const over = now - (wait.toldAt || 0) - wait.told;
  return html`${seconds(wait.told)} at ${time(wait.toldAt)} ${over > 0 ? html`<span class="badge warn">over by ${clockText(over)}</span>` : html`<span class="soft small">${clockText(-over)} left</span>`}`;
}

function queueColumns({ views, now, levelOf }, act) {
  const { thresholds } = views.view;
  const age = (row) => (row.oldestSince === null ? null : Math.max(0, now - row.oldestSince));
  const count = (key, title, of, hidden) => ({ key, title, number: true, value: of, hidden });
  return [
    { key: "name", title: "Queue", value: (row) => row.name, cell: (row) => html`<button class="link" onClick=${() => views.set({ queue: views.view.queue === row.name ? "" : row.name, profile: "" })} aria-pressed=${views.view.queue === row.name}>${row.name}</button>${row.enabled ? null : html` <span class="badge warn">disabled</span>`}${row.open === false ? html` <span class="badge">closed</span>` : null}` },
    count("in", "In queue", (row) => row.inQueue),
    { key: "oldest", title: "Oldest", number: true, value: age, cell: (row) => { const value = age(row), [kind, word] = level(value, thresholds.waitNear, thresholds.waitFar); return value === null ? "–" : html`${clockText(value)} ${kind === "good" ? null : html`<span class=${`badge ${kind}`}>${word}</span>`}`; } },
    { key: "estimate", title: "A newcomer waits", number: true, value: (row) => row.estimatedWait, cell: (row) => (row.estimatedWait === null ? "not known" : clockText(row.estimatedWait)) },
    count("available", "Available", (row) => row.people.available), count("staffed", "Staffed", (row) => row.people.staffed), count("talking", "On contact", (row) => row.people.onContact),
    count("acw", "ACW", (row) => row.people.acw), count("npt", "NPT", (row) => row.people.npt), count("blocked", "Blocked", (row) => row.people.blocked, true),
    count("offered", "Offered", (row) => row.today.offered), count("answered", "Handled", (row) => row.today.answered), count("abandoned", "Gave up", (row) => row.today.abandoned),
    count("left", "Chose to leave", (row) => row.today.left, true), count("moved", "Moved on", (row) => row.today.moved, true),
    { key: "level", title: "Service level", number: true, value: (row) => levelOf(row.today), cell: (row) => { const value = levelOf(row.today), [kind, word] = level(value === null ? null : value * 100, thresholds.levelNear, thresholds.levelFar); return html`${percent(value)} ${kind === "warn" || kind === "bad" ? html`<span class=${`badge ${kind}`}>${word}</span>` : null}`; } },
    { key: "recent", title: "Last minutes", number: true, value: (row) => levelOf(row.lately), cell: (row) => percent(levelOf(row.lately)), hidden: true },
    { key: "asa", title: "Answer time", number: true, value: (row) => share(row.today.waitTotal, row.today.answered), cell: (row) => seconds(share(row.today.waitTotal, row.today.answered)) },
    { key: "aht", title: "Handle time", number: true, value: (row) => share(row.today.handleTotal, row.today.handled), cell: (row) => seconds(share(row.today.handleTotal, row.today.handled)) },
    count("callbacks", "Callbacks", (row) => row.callbacks), { key: "policy", title: "Policy", value: (row) => row.policy, hidden: true }, { key: "hours", title: "Hours", value: (row) => row.hours || "always open", hidden: true },
    { key: "limit", title: "Holds at most", number: true, value: (row) => row.limit, hidden: true }, { key: "serving", title: "Who waits, because", value: (row) => Object.values(row.serving).map(countsText).join(" / ") || null, hidden: true },
    { key: "actions", title: "Do", value: () => null, cell: (row) => html`<${ActionMenu} label=${`Actions for ${row.name}`} actions=${queueActions(row)} onChoose=${act} />` },
  ];
}

function occupancy(today, now) {
  if (!today) return null;
  const lasting = Math.max(0, now - today.stretchSince);
  const busy = today.busy + (today.stretch === "busy" ? lasting : 0), idle = today.idle + (today.stretch === "idle" ? lasting : 0);
  return share(busy, busy + idle);
}

function agentColumns({ today, now, centre, contacts, views }, act) {
  const shown = new Map(contacts.map((one) => [one.contactId, one]));
  const of = (row) => today.get(row.name);
  const count = (key, title, name, hidden) => ({ key, title, number: true, value: (row) => (of(row) ? of(row)[name] : 0), hidden });
  const load = (row) => loadOf(row, views.view.callType);
  const withWhom = (row) => row.slots.map((one) => one.customer || (shown.get(one.contactId) || {}).name || one.contactId).join(", ");
  return [
    { key: "name", title: "Agent", value: (row) => row.fullName },
    { key: "does", title: "Does", value: (row) => row.activity, cell: (row) => html`<${StateBadge} state=${row.activity} text=${["available", "offline"].includes(row.activity) || row.activity !== row.status.toLowerCase() ? "" : row.status} />${row.nextStatus ? html` <span class="soft small">then ${row.nextStatus}</span>` : null}` },
    { key: "for", title: "For", number: true, value: (row) => Math.round(now - row.activitySince), cell: (row) => (row.activitySince ? clockText(now - row.activitySince) : "–") },
    { key: "with", title: "With", value: (row) => withWhom(row) || null },
    { key: "queue", title: "Queue", value: (row) => [...new Set(row.slots.map((one) => one.queue || "own queue"))].join(", ") || null, hidden: true },
    { key: "profile", title: "Profile", value: (row) => row.profile, hidden: true },
    { key: "slots", title: "Slots", number: true, value: (row) => liveOf(row)[0], cell: (row) => `${liveOf(row)[0]} of ${liveOf(row)[1]}` },
    { key: "load", title: "Offline load", number: true, value: (row) => load(row).work + load(row).given, cell: (row) => html`${amount(load(row).work)}${load(row).given ? ` + ${amount(load(row).given)}` : ""}${load(row).stale ? html` <span class="badge warn">stale</span>` : null}` },
    { key: "age", title: "Load's age", number: true, value: (row) => (load(row).observedAt === null ? null : Math.round(now - load(row).observedAt)), cell: (row) => (load(row).observedAt === null ? "–" : clockText(now - load(row).observedAt)) },
    { key: "occupancy", title: "Occupancy", number: true, value: (row) => occupancy(of(row), now), cell: (row) => percent(occupancy(of(row), now)) },
    count("handled", "Handled", "handled"), count("missed", "Missed", "missed"), count("rejected", "Rejected", "rejected", true),
    { key: "aht", title: "Handle time", number: true, value: (row) => (of(row) ? share(of(row).handleTotal, of(row).handled) : null), cell: (row) => seconds(of(row) ? share(of(row).handleTotal, of(row).handled) : null), hidden: true },
    { key: "own", title: "Own queue", number: true, value: (row) => row.ownQueue, hidden: true },
    { key: "actions", title: "Do", value: () => null, cell: (row) => html`<${ActionMenu} label=${`Actions for ${row.fullName}`} actions=${agentActions(row, centre ? centre.statuses : [])} onChoose=${act} />` },
  ];
}

function profileColumns({ views }) {
  const count = (key, title, name, hidden) => ({ key, title, number: true, value: (row) => row.people[name], hidden });
  return [
    { key: "name", title: "Profile", value: (row) => row.name, cell: (row) => html`<button class="link" onClick=${() => views.set({ profile: views.view.profile === row.name ? "" : row.name })} aria-pressed=${views.view.profile === row.name}>${row.name}</button>` },
    count("agents", "Agents", "agents"), count("online", "Online", "online"), count("staffed", "Staffed", "staffed"), count("available", "Available", "available"), count("talking", "On contact", "onContact"), count("acw", "ACW", "acw"), count("npt", "NPT", "npt"), count("blocked", "Blocked", "blocked"),
    { key: "slots", title: "Slots taken", number: true, value: (row) => row.slotsTaken, cell: (row) => html`${row.slotsTaken}, ${row.slotsFree} free <${Bar} parts=${[["live", row.slotsTaken]]} most=${Math.max(1, row.slotsTaken + row.slotsFree)} label=${`${row.slotsTaken} taken, ${row.slotsFree} free`} />` },
    { key: "queues", title: "Queues", value: (row) => row.rows.map((one) => `${one.queue} (${CHANNELS[one.channel]}, priority ${one.priority}${one.delay ? `, after ${one.delay} s` : ""}${one.manual ? ", picked by hand" : ""})`).join("; ") },
  ];
}
