// Whom to hand the customer to, with who is free and how long the wait there is.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { rowsOf, useTopic } from "../lib/live.js";
import { clockText, FaultNote, Since, StateBadge } from "../lib/ui.js";

function QueueText({ row }) {
  if (!row.enabled) return html`<span class="badge bad">disabled</span>`;
  const wait = row.wait === null ? "nobody can say how long" : row.wait < 1 ? "somebody is free" : `about ${clockText(row.wait)}`;
  return html`<span class="small soft">${row.waiting} waiting, ${row.available} of ${row.staffed} free · ${wait}</span>`;
}

export function Transfer({ me, path, onClose }) {
  const targets = useTopic("targets");
  const dialog = useRef(null);
  const [wanted, setWanted] = useState("");
  const [fault, setFault] = useState(null);
  useEffect(() => { dialog.current.showModal(); }, []);
  const fits = (text) => text.toLowerCase().includes(wanted.toLowerCase());
  const go = async (kind, to) => {
    try { await ask("POST", `${path}/transfer`, { kind, to }); dialog.current.close(); } catch (error) { setFault(error); }
  };
  const agents = rowsOf(targets, "agent").filter(([name, row]) => name !== me && fits(row.fullName)).sort(([, a], [, b]) => b.free - a.free || a.fullName.localeCompare(b.fullName));
  const queues = rowsOf(targets, "queue").filter(([name]) => fits(name)).sort();
  return html`<dialog ref=${dialog} class="wide" onClose=${onClose} aria-label="Transfer the customer"><div class="stack"><h2>Transfer the customer</h2>
    <input class="field" aria-label="Find" placeholder="Find a queue or an agent" value=${wanted} onInput=${(e) => setWanted(e.target.value)} />
    <${FaultNote} fault=${fault} />
    <h3>Queues</h3><ul class="plain targets">${queues.map(([name, row]) => html`<li key=${name} class="row spread"><span><strong>${name}</strong><br /><${QueueText} row=${row} /></span><button class="button" disabled=${!row.enabled} onClick=${() => go("queue", name)}>Transfer to ${name}</button></li>`)}</ul>
    <h3>Agents</h3><ul class="plain targets">${agents.map(([name, row]) => html`<li key=${name} class="row spread"><span><strong>${row.fullName}</strong> ${row.free ? html`<span class="badge good">● Free</span>` : html`<${StateBadge} state=${row.doing.toLowerCase() === "offered" ? "incoming" : row.doing.toLowerCase()} />`} <span class="small soft">${row.since ? html`<${Since} at=${row.since} />` : null}${row.waiting ? ` · ${row.waiting} waiting` : ""}</span></span><button class="button" onClick=${() => go("agent", name)}>Transfer to ${row.fullName}</button></li>`)}</ul>
    <div><button class="button" onClick=${() => dialog.current.close()}>Cancel</button></div></div></dialog>`;
}
