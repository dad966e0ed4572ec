// One contact's whole story; and the last contacts, with a search.
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { FlowList, FlowPicture, wayKey } from "../lib/flow.js";
import { rowsOf, useNow, useTopic } from "../lib/live.js";
import { clockText, FaultNote } from "../lib/ui.js";

const time = (at) => (at === null || at === undefined ? "–" : new Date(at * 1000).toLocaleTimeString());
const moment = (at) => new Date(at * 1000).toLocaleString();
const STAGES = {
  scheduled: ["", "◷", "Scheduled"], in_flow: ["info", "⇢", "In the flow"], waiting: ["warn", "…", "Waiting"], offered: ["info", "☎", "Ringing"],
  dialling: ["info", "☎", "Dialling"], joining: ["info", "⇄", "Being joined"], talking: ["info", "▶", "On contact"],
  after_contact_work: ["warn", "✎", "After contact work"], gone: ["", "■", "Over"],
};
const ENDS = {
  CUSTOMER_DISCONNECT: "the customer hung up", AGENT_DISCONNECT: "the agent hung up", CONTACT_FLOW_DISCONNECT: "the flow ended it",
  TELECOM_PROBLEM: "the customer was not reached", OTHER: "the centre could not take it",
};
const OFFERS = { accepted: ["good", "✓"], missed: ["bad", "!"], rejected: ["warn", "✕"], failed: ["bad", "⚠"], withdrawn: ["", "↶"], ringing: ["info", "☎"] };
const OUTCOMES = {
  chosen: "chosen", runner_up: "available, next best", stale_data: "available, its data is stale", offline: "offline", custom_status: "in another status",
  next_status_pending: "about to leave", at_capacity: "on a contact", other_channel_busy: "busy on another channel", offered_another: "being rung",
  after_contact_work: "in after-contact work", missed: "missed a contact", rejected: "rejected a contact", error: "could not be reached",
  excluded_by_rule: "excluded by a rule", not_in_profile: "does not serve the queue", delay_not_reached: "not yet due", unknown_agent: "not known here",
  reserved: "reserved for another", missing_skill: "without the skill",
};
const VIAS = { own_agent: "own agent", candidate_list: "the contact's list", agent_queue: "own queue", ranking: "ranking", assigned: "assigned", worklist: "worklist", interrupt: "interrupted", handed_over: "handed over" };

function Stage({ stage }) {
  const [kind, sign, word] = STAGES[stage] || ["", "?", stage];
  return html`<span class="badge ${kind}"><span aria-hidden="true">${sign}</span>${word}</span>`;
}

export default function Contact({ rest }) {
  return rest[0] ? html`<${OneContact} key=${rest[0]} id=${rest[0]} />` : html`<${LastContacts} />`;
}

function LastContacts() {
  const wanted = new URLSearchParams(location.search).get("find") || "";
  const [find, setFind] = useState(wanted);
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState(null);
  const board = useTopic("board");
  const newest = useRef("");
  const look = (text) => { newest.current = text; ask("GET", `/stories?find=${encodeURIComponent(text)}&limit=50`).then((all) => { if (newest.current === text) { setFound(all); setFault(null); } }, setFault); };
  useEffect(() => { const timer = setTimeout(() => look(find), find ? 200 : 0); return () => clearTimeout(timer); }, [find]);
  // Something moved in the centre: the list is asked for again, not more often than every second or so.
  useEffect(() => { const timer = setTimeout(() => look(find), 900); return () => clearTimeout(timer); }, [board.rows]);
  return html`<h1>Contacts</h1>
    <form role="search" class="card" onSubmit=${(event) => { event.preventDefault(); look(find); }}><label for="find">Find by a contact's id, or by the last digits of a number</label>
      <input id="find" class="field" type="search" value=${find} onInput=${(event) => setFind(event.target.value)} maxlength="200" autocomplete="off" /></form>
    <${FaultNote} fault=${fault} />
    ${found && found.behind > 0 ? html`<div class="note warn" role="status">The index of contacts is being made: ${found.behind.toLocaleString()} entries of the journal are yet to be read, so that older contacts may be missing.</div>` : null}
    <h2 class="gap">${find ? "Found" : "The last contacts"}</h2>
    ${found && !found.contacts.length ? html`<p>${find ? "There is none. An id is found by its beginning, a number by its end." : "There was no contact yet."}</p>` : null}
    ${found && found.contacts.length ? html`<div class="card scroll"><table><thead><tr><th scope="col">Contact</th><th scope="col">Began</th><th scope="col">Channel</th><th scope="col">Customer</th><th scope="col">Queue</th><th scope="col">Agent</th><th scope="col">State</th></tr></thead>
      <tbody>${found.contacts.map((one) => html`<tr key=${one.contactId}><td><a href=${`/contact/${encodeURIComponent(one.contactId)}`}>${one.contactId}</a></td><td>${moment(one.at)}</td><td>${one.channel}</td><td>${one.customer || "–"}</td><td>${one.queue || "–"}</td><td>${one.agent || "–"}</td>
        <td>${one.endedAt === null ? html`<span class="badge info">here</span>` : ENDS[one.reason] || one.reason}</td></tr>`)}</tbody></table></div>` : null}`;
}

function OneContact({ id }) {
  const [story, setStory] = useState(null);
  const [fault, setFault] = useState(null);
  const topic = useTopic(`contact/${id}`);
  const changed = topic.rows.get("changed");
  useEffect(() => {
    let wanted = true;
    // What changes several times in a moment is asked for once.
    const timer = setTimeout(() => ask("GET", `/contacts/${encodeURIComponent(id)}/story`).then((one) => { if (wanted) { setStory(one); setFault(null); } }, (error) => { if (wanted) setFault(error); }), changed ? 120 : 0);
    return () => { wanted = false; clearTimeout(timer); };
  }, [id, changed, topic.known]);
  if (!story) return html`<p class="small"><a href="/contact">Contacts</a></p><h1>Contact ${id}</h1><${FaultNote} fault=${fault} />`;
  const { head } = story;
  return html`<p class="small"><a href="/contact">Contacts</a></p>
    <div class="row spread"><h1 class="wrap">Contact ${head.contactId}</h1><${Stage} stage=${head.stage} /></div>
    <${FaultNote} fault=${fault} />
    <${Head} head=${head} disposition=${story.disposition} />
    <div class="stack gap">
      <${Path} story=${story} />
      <${Decisions} decisions=${story.decisions} head=${head} />
      <div class="grid">
        <section class="card" aria-labelledby="offers"><h2 id="offers">Offers</h2>${story.offers.length ? html`<div class="scroll"><table><thead><tr><th scope="col">Agent</th><th scope="col">Rang at</th><th scope="col">What came of it</th></tr></thead><tbody>${story.offers.map((one) => html`<tr><td>${one.agent}</td><td>${time(one.at)}</td>
          <td><span class="badge ${OFFERS[one.outcome][0]}"><span aria-hidden="true">${OFFERS[one.outcome][1]}</span>${one.outcome}</span>${one.endedAt === null ? "" : ` after ${clockText(one.endedAt - one.at)}`}</td></tr>`)}</tbody></table></div>` : html`<p class="soft">It rang nowhere.</p>`}</section>
        <${Promises} promises=${story.promises} />
        <section class="card" aria-labelledby="attributes"><h2 id="attributes">Attributes</h2>${Object.keys(story.attributes).length ? html`<${Pairs} pairs=${Object.entries(story.attributes)} />` : html`<p class="soft">It has none.</p>`}</section>
      </div>
      ${story.overrides.length ? html`<section class="card" aria-labelledby="overrides"><h2 id="overrides">Done by hand</h2><ul class="story-list">${story.overrides.map((one) => html`<li><strong>${one.by}</strong> ${one.action} <span class="soft">(${moment(one.at)})</span><br />Reason: ${one.reason}</li>`)}</ul></section>` : null}
      <${Conversation} story=${story} />
      <section class="card" aria-labelledby="way"><h2 id="way">Step by step</h2><${Steps} story=${story} /></section>
      <section class="card" aria-labelledby="record"><h2 id="record">Record and events</h2>
        <details><summary>Contact record (ContactTraceRecord)</summary><pre tabindex="0">${JSON.stringify(story.record, null, 2)}</pre></details>
        <details><summary>Contact (DescribeContact)</summary><pre tabindex="0">${JSON.stringify(story.contact, null, 2)}</pre></details>
        <details><summary>Events (${story.events.length})</summary><pre tabindex="0">${JSON.stringify(story.events, null, 2)}</pre></details></section>
    </div>`;
}

function Pairs({ pairs }) {
  return html`<dl class="pairs">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function Head({ head, disposition }) {
  const now = useNow();
  const link = (id) => html`<a href=${`/contact/${encodeURIComponent(id)}`}>${id}</a>`;
  const end = head.endedAt ?? now;
  const pairs = [
    ["Customer", head.customer || "–"], ["Channel", head.channel], ["Called", head.systemAddress || "–"], ["Began", moment(head.initiatedAt)],
    ["Queue", head.queue || "–"], ["Agent", head.agent || "–"],
    ["Queued", time(head.queuedAt)], ["With the agent since", time(head.connectedAt)],
    ["Ended", head.endedAt === null ? "–" : `${time(head.endedAt)}, ${ENDS[head.reason] || head.reason}`],
    [head.endedAt === null ? "So far" : "Lasted", clockText(end - head.initiatedAt)],
  ];
  if (head.queuedAt !== null) pairs.push(["Waited", clockText((head.connectedAt ?? end) - head.queuedAt)]);
  if (head.ownAgent) pairs.push(["Own agent", head.ownAgent]);
  if (head.flow) pairs.push(["In the flow", html`<a href=${`/flow/${encodeURIComponent(head.flow)}`}>${head.flow}</a>`]);
  if (head.previousContactId) pairs.push(["Came from", link(head.previousContactId)]);
  if (head.nextContactId) pairs.push(["Goes on in", link(head.nextContactId)]);
  if (head.relatedContactId) pairs.push(["Made in", link(head.relatedContactId)]);
  if (disposition) pairs.push(["Outcome", `${disposition.text} (${disposition.by})`]);
  return html`<div class="card"><dl class="story-facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>`;
}

function Path({ story }) {
  const [chosen, setChosen] = useState("");
  const [own, setOwn] = useState(true);
  const [selected, setSelected] = useState("");
  const names = story.flows.map((one) => one.name);
  const name = names.includes(chosen) ? chosen : names[0];
  const picture = story.flows.find((one) => one.name === name);
  // The same picture until the flow itself is another one, so that a new step does not move it.
  const shape = picture ? JSON.stringify(picture) : "";
  const steady = useMemo(() => picture, [shape]);
  const marks = useMemo(() => {
    const blocks = new Map(), ways = new Map();
    for (const step of story.steps) {
      if (!step.block || step.flow !== name) continue;
      const mark = blocks.get(step.block) || { steps: [], faults: [] };
      mark.steps.push(step.number);
      blocks.set(step.block, mark);
      ways.set(wayKey(step.block, step.branch), { count: 1 });
    }
    return { blocks, ways, path: true };
  }, [story, name]);
  if (!picture) return html`<section class="card"><h2>The way through the flow</h2><p class="soft">It has passed no block of a flow yet.</p></section>`;
  const passed = story.steps.filter((step) => step.block === selected && step.flow === name);
  return html`<section class="card" aria-labelledby="path"><div class="row spread"><h2 id="path">The way through the flow</h2>
      <div class="row">${names.length > 1 ? html`<label class="row">Flow <select class="field" value=${name} onChange=${(event) => { setChosen(event.target.value); setSelected(""); }}>${names.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>` : html`<span>${name}</span>`}
      <label class="row"><input type="checkbox" checked=${!own} onChange=${(event) => setOwn(!event.target.checked)} /> Tidy up</label></div></div>
    <p class="legend"><span>#1, #2 … the order in which blocks were passed</span><span>━━ ✓ the way that was taken</span></p>
    <${FlowPicture} picture=${steady} marks=${marks} selected=${selected} onSelect=${setSelected} own=${own} />
    ${passed.map((step) => html`<div class="note gap"><strong>#${step.number} ${step.block}</strong> at ${time(step.at)}${step.took >= 0.05 ? `, took ${step.took.toFixed(1)} s` : ""}: ${step.branch || "the end"}${step.why ? ` (${step.why})` : ""}<br /><span class="small">${plain(step.values)}</span></div>`)}
    <details><summary>The same as a list</summary><${FlowList} picture=${steady} marks=${marks} selected=${selected} onSelect=${setSelected} /></details></section>`;
}

const plain = (values) => Object.entries(values).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ");

function load(one) {
  if (one.age === null) return html`<span class="soft">never observed</span>`;
  return html`${one.workload}${one.provisional ? html` + ${one.provisional} <span class="soft">provisional</span>` : null} <span class="soft small">seen ${clockText(one.age)} ago</span>${one.stale ? html` <span class="badge warn">stale</span>` : null}
    ${one.parts.map((part) => html`<br /><span class="small">${part.source}: ${part.workload}, seen ${clockText(part.age)} ago${part.ignored ? ", ignored" : part.stale ? ", stale" : ""}</span>`)}`;
}

function Decisions({ decisions, head }) {
  if (!decisions.length) return html`<section class="card"><h2>Decisions</h2><p class="soft">${head.stage === "gone" ? "Nobody was chosen for it." : "Nobody was chosen for it yet."}</p></section>`;
  return html`<section class="card stack" aria-labelledby="decisions"><h2 id="decisions">Decisions</h2>${decisions.map(({ at, number, record, derivedAgain, lines }) => {
    const skills = record.candidates.some((one) => one.skills.length), scores = record.candidates.some((one) => one.score || one.model_score !== null);
    return html`<article class="decision" key=${number}><h3>${number}. ${record.agent}, ${time(at)}</h3>
      <p>${record.reason}</p>
      <dl class="story-facts"><div><dt>Queue</dt><dd>${record.queue || `${record.agent}'s own queue`}</dd></div><div><dt>After a wait of</dt><dd>${clockText(record.waited)}</dd></div>
        <div><dt>Policy</dt><dd>${record.policy.name}, version ${record.policy.version}<br /><span class="soft small">digest ${record.policy_digest}</span></dd></div>
        <div><dt>Load from</dt><dd>${record.workload_source || "offline work played no part"}</dd></div>
        <div><dt>Fallback</dt><dd>${record.fallback ? record.fallback.replaceAll("_", " ") : "none"}</dd></div>
        <div><dt>Made again from the record</dt><dd>${derivedAgain.same ? html`<span class="badge good"><span aria-hidden="true">✓</span>the same choice</span>` : html`<span class="badge bad"><span aria-hidden="true">✕</span>${derivedAgain.says}</span>`}</dd></div></dl>
      <div class="scroll"><table><caption class="hidden">Candidates of decision ${number}</caption><thead><tr><th scope="col">Candidate</th><th scope="col">Outcome</th><th scope="col">By</th><th scope="col">Offline load</th>${scores ? html`<th scope="col">Score</th>` : null}${skills ? html`<th scope="col">Skills</th>` : null}</tr></thead>
        <tbody>${record.candidates.map((one) => html`<tr key=${one.agent} class=${one.outcome === "chosen" ? "selected" : ""}><td>${one.agent}</td><td><span class="badge ${one.outcome === "chosen" ? "good" : one.outcome === "runner_up" ? "info" : ""}">${one.outcome === "chosen" ? html`<span aria-hidden="true">✓</span>` : null}${OUTCOMES[one.outcome] || one.outcome}</span>${one.rule ? ` (${one.rule})` : ""}</td><td>${VIAS[one.via] || one.via}</td><td>${load(one)}</td>
          ${scores ? html`<td>${one.score || ""}${one.model_score === null ? "" : ` model ${one.model_score}`}</td>` : null}${skills ? html`<td>${one.skills.map((skill) => `${skill.attribute} ${skill.value} ${skill.level}`).join(", ")}</td>` : null}</tr>`)}</tbody></table></div>
      <details><summary>The whole explanation</summary><pre tabindex="0">${lines.join("\n")}</pre></details></article>`;
  })}</section>`;
}

function Promises({ promises }) {
  const now = useNow();
  const words = { answered: "answered", abandoned: "gave up", transferred: "moved to another queue", ended_by_flow: "chose to leave", dialled: "called back", ended: "ended", waits: "waits still" };
  const near = (gap, told) => {
    if (Math.abs(gap) <= Math.max(30, told * 0.25)) return html`<span class="badge good"><span aria-hidden="true">✓</span>kept</span>`;
    return gap > 0 ? html`<span class="badge bad"><span aria-hidden="true">!</span>${clockText(gap)} longer</span>` : html`<span class="badge info"><span aria-hidden="true">↓</span>${clockText(-gap)} shorter</span>`;
  };
  return html`<section class="card" aria-labelledby="promises"><h2 id="promises">Told, and what happened</h2>${promises.length ? html`<div class="scroll"><table><thead><tr><th scope="col">At</th><th scope="col">Told</th><th scope="col">Happened</th><th scope="col"></th></tr></thead>
    <tbody>${promises.map((one) => html`<tr><td>${time(one.at)}</td><td>${clockText(one.told)}</td><td>${clockText(one.waited ?? now - one.at)}, ${words[one.how] || one.how}</td><td>${one.waited === null ? (now - one.at > one.told ? html`<span class="badge bad"><span aria-hidden="true">!</span>overdue</span>` : html`<span class="badge">running</span>`) : one.how === "answered" || one.how === "dialled" ? near(one.waited - one.told, one.told) : ""}</td></tr>`)}</tbody></table></div>`
    : html`<p class="soft">No wait was told.</p>`}</section>`;
}

function Conversation({ story }) {
  const topic = useTopic(story.head.stage === "gone" ? "" : `chat/${story.chat}`);
  const live = rowsOf(topic, "line").sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const lines = live.length >= story.lines.length ? live : story.lines;
  const [begin, end, more] = useShort(lines, 10, 20);
  if (!lines.length && !story.notes.length) return null;
  const said = (one) => html`<li class=${one.who}><span class="soft small">${time(one.at)} ${one.name || one.who}${one.kind === "keys" ? ", keys" : ""}</span><br />${one.text}</li>`;
  return html`<section class="card" aria-labelledby="said"><h2 id="said">What was said</h2>
    <ol class="story-said">${begin.map(said)}${more ? html`<li class="more">${more}</li>` : null}${end.map(said)}</ol>
    ${story.notes.length ? html`<h3>Notes</h3><ul class="story-list">${story.notes.map((one) => html`<li><strong>${one.by}</strong> <span class="soft small">${time(one.at)}</span><br />${one.text}</li>`)}</ul>` : null}</section>`;
}

// Of a long list its beginning and its end, until all of it is asked for.
function useShort(list, head, tail) {
  const [all, setAll] = useState(false);
  const left = list.length - head - tail;
  if (all || left <= 10) return [list, [], null];
  return [list.slice(0, head), list.slice(-tail), html`<button class="button" onClick=${() => setAll(true)}>Show ${left} more in between</button>`];
}

function Steps({ story }) {
  const [begin, end, more] = useShort(story.steps, 30, 40);
  return html`<div class="scroll"><table><thead><tr><th scope="col">After</th><th scope="col">What</th></tr></thead><tbody>${begin.map((step) => html`<${Step} step=${step} />`)}${more ? html`<tr><td></td><td>${more}</td></tr>` : null}${end.map((step) => html`<${Step} step=${step} />`)}</tbody></table></div>`;
}

function Step({ step }) {
  return html`<tr><td class="number">${clockText(step.after)}</td>
    <td class="wrap">${step.block ? html`<span class="badge">#${step.number}</span> <strong>${step.block}</strong> <span class="soft small">${step.blockType}${step.took >= 0.05 ? `, took ${step.took.toFixed(1)} s` : ""}</span><br />${plain(step.values) ? html`<span class="small">${plain(step.values)}</span><br />` : null}${step.branch ? `${step.branch} → ${step.nextBlock}` : "the flow ends here"}${step.why ? ` (${step.why})` : ""}` : step.text}</td></tr>`;
}
