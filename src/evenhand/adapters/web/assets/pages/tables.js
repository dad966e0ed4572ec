// The articles' tables: read, edited in place with who and why, brought in and out.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { FaultNote } from "../lib/ui.js";

const ABOUT = {
  AgentWorkload: "The offline work that each specialist has, by type of call. Whoever has least is called first.",
  CustomerAgentMap: "Customers and their own agents: a known customer goes to the agent who knows them.",
  queues: "When calls were queued, and the wait that was told last.",
};
const STEP = 50;

export default function Tables({ rest }) {
  const [tables, setTables] = useState(null);
  const [fault, setFault] = useState(null);
  const [name, setName] = useState(rest[0] || location.hash.slice(1) || "AgentWorkload");
  const load = () => ask("GET", "/tables").then(setTables, setFault);
  useEffect(() => { load(); }, []);
  if (!tables) return html`<h1>Tables</h1><${FaultNote} fault=${fault} />`;
  const table = tables.find((one) => one.name === name) || tables[0];
  return html`<h1>Tables</h1><div class="tabs" role="tablist">${["AgentWorkload", "CustomerAgentMap", "queues"].map((one) => html`<button role="tab" id=${`tab-${one}`} aria-controls="table-panel" aria-selected=${one === table.name} onClick=${() => { setName(one); history.replaceState(null, "", `#${one}`); }}>${one} <span class="soft">(${tables.find((each) => each.name === one).rows})</span></button>`)}</div>
    <div id="table-panel" role="tabpanel" aria-labelledby=${`tab-${table.name}`}><${OneTable} key=${table.name} table=${table} changed=${load} /></div>`;
}

function OneTable({ table, changed }) {
  const at = `/tables/${table.name}`;
  const [filter, setFilter] = useState("");
  const [skip, setSkip] = useState(0);
  const [page, setPage] = useState({ rows: [], total: 0 });
  const [edits, setEdits] = useState([]);
  const [editing, setEditing] = useState(null); // the row as it was; {} for a new one
  const [why, setWhy] = useState("");
  const [fault, setFault] = useState(null);
  const [said, setSaid] = useState("");
  const reason = useRef(null);
  const load = () => Promise.all([
    ask("GET", `${at}/rows?filter=${encodeURIComponent(filter)}&skip=${skip}&limit=${STEP}`).then(setPage),
    ask("GET", `${at}/edits`).then(setEdits),
  ]).catch(setFault);
  useEffect(() => { const timer = setTimeout(load, filter ? 200 : 0); return () => clearTimeout(timer); }, [filter, skip]);
  const keyOf = (row) => Object.fromEntries(table.key.map((one) => [one, row[one]]));
  const same = (row) => editing && table.key.every((one) => editing[one] === row[one]);
  const done = async (words) => { setFault(null); setSaid(words); setEditing(null); await load(); changed(); };
  const needsWhy = () => {
    if (why.trim()) return false;
    setFault(new Error("Say why first: it is kept with the change."));
    reason.current.focus();
    return true;
  };
  const save = async (row) => {
    if (needsWhy()) return;
    try {
      const fresh = !Object.keys(editing).length;
      await ask("PUT", `${at}/rows`, { row, reason: why, was: fresh ? null : editing });
      await done(`${table.key.map((one) => row[one]).join(" / ")} is written.`);
    } catch (error) { setFault(error); }
  };
  const remove = async (row) => {
    if (needsWhy()) return;
    try { await ask("POST", `${at}/deletions`, { keys: [keyOf(row)], reason: why }); await done(`${Object.values(keyOf(row)).join(" / ")} is deleted.`); } catch (error) { setFault(error); }
  };
  const bring = async (event) => {
    const input = event.target, file = input.files[0];
    if (!file) return;
    const replace = document.getElementById("replace").checked;
    try {
      if (needsWhy()) return;
      const { rows } = await ask("POST", `${at}/import?replace=${replace}&reason=${encodeURIComponent(why)}`, await file.text(), { "content-type": "text/csv" });
      await done(`${rows} rows are written.`);
    } catch (error) { setFault(error); } finally { input.value = ""; }
  };
  return html`<p class="soft">${ABOUT[table.name]}</p>
    <div class="card stack"><div class="grid">
      <div><label for="filter">Filter</label><input id="filter" class="field" type="search" value=${filter} onInput=${(event) => { setSkip(0); setFilter(event.target.value); }} /></div>
      <div><label for="why">Why you change something (it is kept)</label><input id="why" ref=${reason} class="field" maxlength="500" value=${why} onInput=${(event) => setWhy(event.target.value)} /></div></div>
      <${FaultNote} fault=${fault} />${fault?.findings?.length ? html`<ul>${fault.findings.slice(0, 20).map((one) => html`<li>${one.file} ${one.block} ${one.field}: ${one.message}</li>`)}</ul>` : null}
      <div role="status" class=${said ? "note good" : "hidden"}>${said}</div>
      <div class="scroll"><table><thead><tr>${table.columns.map((one) => html`<th scope="col">${one}</th>`)}<th scope="col">Change</th></tr></thead><tbody>
        ${editing && !Object.keys(editing).length ? html`<${EditRow} table=${table} row=${{}} onSave=${save} onCancel=${() => setEditing(null)} />` : null}
        ${page.rows.map((row) => (same(row) ? html`<${EditRow} key=${`edit ${JSON.stringify(keyOf(row))}`} table=${table} row=${row} onSave=${save} onCancel=${() => setEditing(null)} />`
          : html`<tr key=${JSON.stringify(keyOf(row))}>${table.columns.map((one) => html`<td class="wrap">${row[one]}</td>`)}<td><div class="row"><button class="button" onClick=${() => { setSaid(""); setEditing(row); }} aria-label=${`Edit ${Object.values(keyOf(row)).join(" ")}`}>Edit</button><button class="button bad" onClick=${() => remove(row)} aria-label=${`Delete ${Object.values(keyOf(row)).join(" ")}`}>Delete</button></div></td></tr>`))}
      </tbody></table></div>
      <div class="row spread"><span class="soft">${page.total ? `${skip + 1} to ${Math.min(skip + STEP, page.total)} of ${page.total}` : "No rows"}</span>
        <div class="row"><button class="button" disabled=${!skip} onClick=${() => setSkip(Math.max(0, skip - STEP))}>Before</button><button class="button" disabled=${skip + STEP >= page.total} onClick=${() => setSkip(skip + STEP)}>After</button>
        <button class="button main" onClick=${() => { setSaid(""); setEditing({}); }}>Add a row</button></div></div>
      <div class="row"><a class="button" href=${`/api/v1${at}/export?format=csv`} download>Export CSV</a><a class="button" href=${`/api/v1${at}/export?format=json`} download>Export JSON</a>
        <label class="button">Import a file<input class="hidden" type="file" accept=".csv,.json,text/csv,application/json" onChange=${bring} /></label>
        <label class="row"><input id="replace" type="checkbox" /> in place of all rows</label></div></div>
    <section class="card gap" aria-labelledby="edits"><h2 id="edits">Last changes</h2>${edits.length ? html`<ul class="story-list">${edits.map((one) => html`<li><strong>${one.by}</strong> <span class="soft small">${new Date(one.at * 1000).toLocaleString()}</span><br />${one.action.slice(table.name.length + 1)}<br /><span class="soft">Reason: ${one.reason}</span></li>`)}</ul>` : html`<p class="soft">Nobody has changed it here yet.</p>`}</section>`;
}

function EditRow({ table, row, onSave, onCancel }) {
  const [values, setValues] = useState(() => ({ ...row }));
  const first = useRef(null);
  const fresh = !Object.keys(row).length;
  useEffect(() => { first.current.focus(); }, []);
  const start = fresh ? 0 : Math.min(table.key.length, table.columns.length - 1);
  const save = () => onSave(Object.fromEntries(table.columns.map((one) => [one, table.numbers.includes(one) && values[one] !== "" && values[one] !== undefined && Number.isFinite(Number(values[one])) ? Number(values[one]) : values[one] ?? ""])));
  const onKey = (event) => { if (event.key === "Enter") { event.preventDefault(); save(); } else if (event.key === "Escape") onCancel(); };
  return html`<tr class="edit-row">${table.columns.map((one, index) => html`<td>${!fresh && table.key.includes(one) ? row[one] : html`<input ref=${index === start ? first : null} class="field" aria-label=${one} inputmode=${table.numbers.includes(one) ? "decimal" : null} value=${values[one] ?? ""} onInput=${(event) => setValues({ ...values, [one]: event.target.value })} onKeyDown=${onKey} />`}</td>`)}
    <td><div class="row"><button class="button main" onClick=${save}>Save</button><button class="button" onClick=${onCancel}>Cancel</button></div></td></tr>`;
}
