// The wallboard: a few figures with their targets, queues, agents; read across the room, never scrolled.
import { html, useEffect } from "../vendor/preact-htm.js";
import { clockText } from "../lib/ui.js";
import { level, percent, share } from "./words.js";

const WORDS = {
  available: "Available", incoming: "Ringing", talking: "On contact", held: "On hold", after_contact_work: "After work", missed: "Missed", rejected: "Rejected",
  error: "Error", offline: "Offline",
};
const KINDS = { available: "good", incoming: "info", talking: "info", held: "warn", after_contact_work: "warn", missed: "bad", rejected: "bad", error: "bad", offline: "" };
const MOST_QUEUES = 8, MOST_AGENTS = 40;
const TARGET = { good: "on target", warn: "near the limit", bad: "beyond the limit", "": "nothing yet" };

const word = (activity) => WORDS[activity] || activity.replace(/^./, (first) => first.toUpperCase());
const kindOf = (activity) => KINDS[activity] ?? "warn";

function Tile({ label, value, target, mark }) {
  return html`<div class=${`tile ${mark}`}><h2>${label}</h2><div class="huge number">${value}</div><div class="target"><strong>${TARGET[mark]}</strong> <span>${target}</span></div></div>`;
}

export function Wall({ figures, queues, agents, contacts, now, fresh, views, levelOf, seconds: within, session }) {
  useEffect(() => {
    const root = document.documentElement, before = root.dataset.theme;
    root.dataset.theme = "dark";
    document.body.classList.add("wall-on");
    const leave = (event) => { if (event.key === "Escape" && !document.fullscreenElement) location.assign("/board"); };
    addEventListener("keydown", leave);
    return () => { if (before) root.dataset.theme = before; else delete root.dataset.theme; document.body.classList.remove("wall-on"); removeEventListener("keydown", leave); };
  }, []);
  const { thresholds } = views.view, { lately } = figures;
  const mark = (value, near, far) => level(value, near, far)[0];
  const waiting = contacts.filter((one) => one.waiting).length;
  const age = (row) => (row.oldestSince === null ? 0 : Math.max(0, now - row.oldestSince));
  const longest = Math.max(0, ...queues.map(age));
  const recent = levelOf(lately), gaveUp = share(lately.abandoned, lately.answered + lately.abandoned), answer = share(lately.waitTotal, lately.answered);
  const free = agents.filter((one) => one.activity === "available").length;
  const there = agents.filter((one) => one.activity !== "offline");
  const worst = [...queues].sort((a, b) => age(b) - age(a) || b.inQueue - a.inQueue || a.name.localeCompare(b.name));
  const tallies = new Map();
  for (const one of agents) tallies.set(one.activity, (tallies.get(one.activity) || 0) + 1);
  return html`<div class="wall"><header><h1>${session.centre || "Board"}</h1>
      ${fresh.stale ? html`<strong class="badge bad" role="status" id="fresh"><span aria-hidden="true">⚠</span>Stale: last update ${fresh.ago === null ? "never" : `${clockText(fresh.ago)} ago`}, trying again</strong>` : html`<span class="badge good" id="fresh"><span aria-hidden="true">●</span>Live</span>`}
      <span class="number clock">${new Date(now * 1000).toLocaleTimeString([], { hour12: false })}</span>
      <button class="button" onClick=${() => document.documentElement.requestFullscreen()}>Full screen</button><a class="button" href="/board">Leave</a></header>
    <div class="tiles">
      <${Tile} label="Waiting" value=${waiting} target=${`at most ${Math.max(1, there.length)}, one for each agent`} mark=${mark(waiting, Math.max(1, there.length), 2 * Math.max(1, there.length))} />
      <${Tile} label="Longest wait" value=${clockText(longest)} target=${`at most ${clockText(thresholds.waitNear)}`} mark=${mark(longest, thresholds.waitNear, thresholds.waitFar)} />
      <${Tile} label=${`Within ${within} s`} value=${percent(recent)} target=${`at least ${thresholds.levelNear} %, last ${figures.latelyMinutes} min`} mark=${mark(recent === null ? null : recent * 100, thresholds.levelNear, thresholds.levelFar)} />
      <${Tile} label="Gave up" value=${percent(gaveUp)} target=${`at most 5 %, last ${figures.latelyMinutes} min`} mark=${mark(gaveUp, 0.05, 0.1)} />
      <${Tile} label="Answer time" value=${answer === null ? "–" : clockText(answer)} target=${`at most ${clockText(within)} on average`} mark=${mark(answer, within, 2 * within)} />
      <${Tile} label="Free agents" value=${free} target="at least 1" mark=${free > 0 ? "good" : waiting ? "bad" : "warn"} /></div>
    <div class="wall-queues">${worst.slice(0, MOST_QUEUES).map((row) => { const recently = levelOf(row.lately), kinds = [row.inQueue ? mark(age(row), thresholds.waitNear, thresholds.waitFar) : "good", mark(recently === null ? null : recently * 100, thresholds.levelNear, thresholds.levelFar)]; const kind = ["bad", "warn", "good"].find((one) => kinds.includes(one)); return html`<div key=${row.name} class=${`queue-tile ${kind}`}><h2>${row.name}</h2><div><strong class="number">${row.inQueue}</strong> waiting</div><div>longest <strong class="number">${row.oldestSince === null ? "–" : clockText(age(row))}</strong></div><div><strong class="number">${percent(recently)}</strong> in ${within} s</div><div class="target"><strong>${TARGET[kind]}</strong></div></div>`; })}
      ${worst.length > MOST_QUEUES ? html`<div class="queue-tile">and ${worst.length - MOST_QUEUES} more with shorter waits</div>` : null}</div>
    <div class="wall-agents"><p class="tallies">${[...tallies].sort((a, b) => b[1] - a[1]).map(([activity, count]) => html`<span key=${activity} class=${`badge ${kindOf(activity)}`}><strong>${count}</strong> ${word(activity)}</span>`)}</p>
      <ul class=${`agent-grid ${there.length <= 12 ? "few" : ""}`}>${there.slice(0, MOST_AGENTS).map((row) => { const work = row.slots.find((one) => one.state === "after_contact_work" && one.until); return html`<li key=${row.name} class=${kindOf(row.activity)}><strong>${row.fullName}</strong><span>${row.activity === row.status.toLowerCase() && row.activity !== "available" ? row.status : word(row.activity)}</span><span class="number">${work && row.activity === "after_contact_work" ? `${clockText(Math.max(0, work.until - now))} left` : clockText(now - row.activitySince)}</span></li>`; })}</ul>
      ${there.length > MOST_AGENTS ? html`<p>and ${there.length - MOST_AGENTS} more</p>` : null}</div></div>`;
}
