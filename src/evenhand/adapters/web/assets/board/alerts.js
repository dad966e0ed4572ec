// Alerts: only what lasts is told, it stays until it has been good for a while, and it can be acknowledged.
import { html, useRef, useState } from "../vendor/preact-htm.js";
import { clockText } from "../lib/ui.js";
import { time } from "./words.js";

const CALM = 10;

// What is wrong at this moment: [key, text]. Whether it lasts is decided below.
export function breaches(queues, agents, levelOf, thresholds, now) {
  const found = [];
  for (const row of queues) {
    if (row.oldestSince !== null && now - row.oldestSince > thresholds.waitFar) found.push([`wait ${row.name}`, `${row.name}: somebody waits longer than ${clockText(thresholds.waitFar)}`]);
    const level = levelOf(row.lately);
    if (level !== null && level * 100 < thresholds.levelFar) found.push([`level ${row.name}`, `${row.name}: service level of the last minutes below ${thresholds.levelFar} %`]);
    if (row.inQueue && !row.people.staffed) found.push([`staff ${row.name}`, `${row.name}: ${row.inQueue === 1 ? "somebody waits" : "customers wait"} and nobody is staffed`]);
  }
  for (const row of agents) if (["missed", "error"].includes(row.activity)) found.push([`agent ${row.name}`, `${row.fullName} ${row.activity === "missed" ? "missed a contact" : "could not be reached"} and gets nothing until it is cleared`]);
  return found;
}

export function Alerts({ found, sustained, now }) {
  const kept = useRef(new Map());
  const [, again] = useState(0);
  const present = new Map(found);
  for (const [key, text] of found) {
    const one = kept.current.get(key) || { since: now, acknowledged: false };
    kept.current.set(key, { ...one, text, good: null });
  }
  for (const [key, one] of kept.current) {
    if (present.has(key)) continue;
    one.good ??= now;
    if (!one.raised || now - one.good > CALM) kept.current.delete(key);
  }
  for (const one of kept.current.values()) one.raised ||= now - one.since >= sustained;
  const raised = [...kept.current].filter(([, one]) => one.raised);
  const open = raised.filter(([, one]) => !one.acknowledged);
  return html`<div class="stack" role="status" aria-label="Alerts">${open.map(([key, one]) => html`<div class="note bad row spread" key=${key} data-alert=${key}><span><strong><span aria-hidden="true">⚠ </span>Alert</strong> ${one.text}, since ${time(one.since)}</span>
    <button class="button" onClick=${() => { one.acknowledged = true; again((count) => count + 1); }}>Acknowledge<span class="hidden-text"> ${one.text}</span></button></div>`)}
    ${raised.length > open.length ? html`<p class="soft small">${raised.length - open.length} acknowledged and not over yet</p>` : null}</div>`;
}
