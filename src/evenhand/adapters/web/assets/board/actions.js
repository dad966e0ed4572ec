// What a supervisor does by hand: each thing asks for a reason, which the journal keeps.
import { html, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { AskReason } from "../lib/ui.js";

const contact = (row, what) => `/contacts/${encodeURIComponent(row.contactId)}/${what}`;

export function contactActions(row, { agents, queues }) {
  const who = row.customer || row.contactId;
  const people = agents.map((one) => [one.name, `${one.fullName} (${one.status})`]);
  const actions = [];
  if (row.stage === "waiting" || row.stage === "offered" || row.stage === "in_flow") {
    actions.push({ text: "Priority", title: `Priority of ${who}`, verb: "Set priority", fields: [{ name: "priority", label: "Priority (1 comes first)", type: "number", min: 1, value: row.waiting ? row.waiting.priority : 5 }],
      run: ({ priority }, reason) => ask("PUT", contact(row, "routing"), { priority: Number(priority), reason }) });
    actions.push({ text: "Age", title: `Age of ${who}`, verb: "Set age", fields: [{ name: "age", label: "Seconds added to its age", type: "number", value: row.waiting ? Math.round(row.waiting.ageAdjustment) : 0 }],
      run: ({ age }, reason) => ask("PUT", contact(row, "routing"), { ageAdjustment: Number(age), reason }) });
  }
  if (row.stage === "waiting") {
    actions.push({ text: "Assign", title: `Give ${who} to an agent`, verb: "Assign", fields: [{ name: "agent", label: "Agent", options: people }], run: ({ agent }, reason) => ask("PUT", contact(row, "agent"), { agent, reason }) });
    if (!row.callback) {
      const places = [...queues.filter((one) => one.name !== row.queue || row.agentQueue).map((one) => [`queue ${one.name}`, one.name]), ...agents.map((one) => [`agent ${one.name}`, `${one.fullName}'s own queue`])];
      actions.push({ text: "Move", title: `Move ${who}`, verb: "Move", fields: [{ name: "to", label: "To", options: places }],
        run: ({ to }, reason) => { const at = to.indexOf(" "); return ask("PUT", contact(row, "queue"), { [to.slice(0, at)]: to.slice(at + 1), reason }); } });
    }
  }
  actions.push({ text: "Attribute", title: `Set an attribute of ${who}`, verb: "Set", fields: [{ name: "key", label: "Name", value: "" }, { name: "value", label: "Value", value: "", optional: true }],
    run: ({ key, value }, reason) => ask("PATCH", contact(row, "attributes"), { attributes: { [key]: value }, reason }) });
  if (row.stage !== "after_contact_work") actions.push({ text: "End", title: `End the contact of ${who}`, verb: "End it", bad: true, fields: [], run: (_, reason) => ask("POST", contact(row, "end"), { reason }) });
  return actions;
}

export function agentActions(row, statuses) {
  const busy = row.slots.length > 0;
  const actions = [{ text: busy ? "Next status" : "Status", title: `${busy ? "Next status" : "Status"} of ${row.fullName}`, verb: "Set status",
    note: busy ? "They have contacts: it becomes their next status and holds when these are cleared." : "",
    fields: [{ name: "status", label: "Status", options: statuses.map((one) => [one, one]), value: row.nextStatus || row.status }],
    run: ({ status }, reason) => ask("PUT", `/agents/${encodeURIComponent(row.name)}/status`, { status, reason }) }];
  for (const slot of row.slots) {
    if (!["missed", "rejected", "error", "after_contact_work"].includes(slot.state)) continue;
    actions.push({ text: `Clear ${slot.state.replaceAll("_", " ")}`, title: `Clear ${slot.customer || slot.contactId} from ${row.fullName}'s desk`, verb: "Clear", fields: [],
      run: (_, reason) => ask("POST", `/contacts/${encodeURIComponent(slot.contactId)}/clear`, { agent: row.name, reason }) });
  }
  return actions;
}

export function queueActions(row) {
  return [{ text: row.enabled ? "Disable" : "Enable", title: `${row.enabled ? "Disable" : "Enable"} ${row.name}`, verb: row.enabled ? "Disable it" : "Enable it", fields: [],
    note: row.enabled ? "It takes no new contacts until it is enabled again; who waits in it is still answered." : "",
    run: (_, reason) => ask("PUT", `/queues/${encodeURIComponent(row.name)}/enabled`, { enabled: !row.enabled, reason }) }];
}

export function ActionMenu({ label, actions, onChoose }) {
  const close = (event) => { const menu = event.currentTarget.closest("details"); menu.open = false; menu.querySelector("summary").focus(); };
  return html`<details class="menu" onKeyDown=${(e) => { if (e.key === "Escape" && e.currentTarget.open) { e.currentTarget.open = false; e.currentTarget.querySelector("summary").focus(); } }}>
    <summary class="button small" aria-label=${label}>Actions</summary><div class="menu-body card">${actions.map((one) => html`<button key=${one.text} class=${`button ${one.bad ? "bad" : ""}`} onClick=${(e) => { close(e); onChoose(one); }}>${one.text}</button>`)}</div></details>`;
}

export function ActionDialog({ action, onClose }) {
  const first = Object.fromEntries(action.fields.map((one) => [one.name, one.value ?? (one.options && one.options.length ? one.options[0][0] : "")]));
  const [values, setValues] = useState(first);
  const set = (name) => (event) => setValues({ ...values, [name]: event.target.value });
  return html`<${AskReason} title=${action.title} verb=${action.verb} onCancel=${onClose} onDone=${async (reason) => { await action.run(values, reason); onClose(action); }}>
    ${action.note ? html`<p>${action.note}</p>` : null}
    ${action.fields.map((one) => html`<div key=${one.name}><label for=${`act-${one.name}`}>${one.label}</label>${one.options
      ? html`<select id=${`act-${one.name}`} class="field" value=${values[one.name]} onChange=${set(one.name)}>${one.options.map(([value, text]) => html`<option value=${value} selected=${value === values[one.name]}>${text}</option>`)}</select>`
      : html`<input id=${`act-${one.name}`} class="field" type=${one.type || "text"} min=${one.min} required=${!one.optional} value=${values[one.name]} onInput=${set(one.name)} />`}</div>`)}<//>`;
}
