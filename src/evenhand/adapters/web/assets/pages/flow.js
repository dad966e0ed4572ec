// Flows: the list, and one flow as a picture with its faults, live counts, draft and versions.
import { html, useEffect, useMemo, useState } from "../vendor/preact-htm.js";
import { ask, once } from "../lib/api.js";
import { FlowList, FlowPicture, wayKey } from "../lib/flow.js";
import { rowsOf, useTopic } from "../lib/live.js";
import { AskReason, FaultNote } from "../lib/ui.js";

const when = (at) => new Date(at * 1000).toLocaleString();
const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

function Verdict({ errors, warnings }) {
  if (errors) return html`<span class="badge bad"><span aria-hidden="true">✕</span>${count(errors, "error")}</span>`;
  if (warnings) return html`<span class="badge warn"><span aria-hidden="true">!</span>${count(warnings, "warning")}</span>`;
  return html`<span class="badge good"><span aria-hidden="true">✓</span>no faults</span>`;
}

export default function Flows({ session, rest }) {
  return rest[0] ? html`<${OneFlow} key=${rest[0]} name=${rest[0]} session=${session} />` : html`<${AllFlows} session=${session} />`;
}

function AllFlows({ session }) {
  const [flows, setFlows] = useState(null);
  const [fault, setFault] = useState(null);
  const [adding, setAdding] = useState(false);
  useEffect(() => { ask("GET", "/flows").then(setFlows, setFault); }, []);
  return html`<div class="row spread"><h1>Flows</h1>${session.role === "administrator" ? html`<button class="button" onClick=${() => setAdding(!adding)} aria-expanded=${adding}>Add a flow</button>` : null}</div>
    <${FaultNote} fault=${fault} />
    ${adding ? html`<${NewFlow} />` : null}
    ${flows && !flows.length ? html`<p>This centre has no flows.</p>` : null}
    ${flows && flows.length ? html`<div class="card scroll"><table><thead><tr><th scope="col">Flow</th><th scope="col">Type</th><th scope="col">Answers</th><th scope="col">Blocks</th><th scope="col">Check</th></tr></thead>
      <tbody>${flows.map((flow) => html`<tr key=${flow.name}><td><a href=${`/flow/${encodeURIComponent(flow.name)}`}>${flow.name}</a>${flow.draft ? html` <span class="badge info">draft</span>` : null}<br /><span class="soft small">${flow.file}</span></td>
        <td>${flow.type}</td><td>${flow.numbers.join(", ") || "–"}</td><td>${flow.blocks}</td><td><${Verdict} ...${flow} /></td></tr>`)}</tbody></table></div>` : null}`;
}

function NewFlow() {
  const [fault, setFault] = useState(null);
  const add = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      const text = await form.get("file").text();
      const query = new URLSearchParams({ name: form.get("name"), type: form.get("type"), reason: form.get("why") });
      await ask("POST", `/flows?${query}`, text, once());
      location.assign(`/flow/${encodeURIComponent(form.get("name").trim())}`);
    } catch (error) { setFault(error); }
  };
  return html`<form class="card stack" onSubmit=${add}><h2>A new flow</h2><div class="grid">
    <div><label for="new-name">Name</label><input class="field" id="new-name" name="name" required maxlength="127" /></div>
    <div><label for="new-type">Type</label><select class="field" id="new-type" name="type">${["CONTACT_FLOW", "CUSTOMER_QUEUE", "CUSTOMER_HOLD", "CUSTOMER_WHISPER", "AGENT_HOLD", "AGENT_WHISPER", "OUTBOUND_WHISPER", "AGENT_TRANSFER", "QUEUE_TRANSFER", "MODULE"].map((one) => html`<option>${one}</option>`)}</select></div>
    <div><label for="new-file">File (JSON)</label><input class="field" id="new-file" name="file" type="file" accept=".json,application/json" required /></div>
    <div><label for="new-why">Why (it is kept)</label><input class="field" id="new-why" name="why" required maxlength="500" /></div></div>
    <${FaultNote} fault=${fault} /><${Findings} findings=${fault ? fault.findings : []} /><div><button class="button main">Add it</button></div></form>`;
}

export function Findings({ findings, names, onSelect }) {
  if (!findings.length) return null;
  return html`<ul class="findings">${findings.map((one) => html`<li><span class="badge ${one.severity === "warning" ? "warn" : "bad"}">${one.severity || "error"}</span>
    ${" "}${one.block ? (onSelect ? html`<button class="flow-link" onClick=${() => onSelect(one.block)}>${names?.get(one.block) || one.block}</button>` : one.block) : null}
    ${" "}${one.field ? html`<span class="soft small">${one.field}</span>` : null}<br />${one.message}${one.wayOut || one.way_out ? html`<br /><span class="soft">${one.wayOut || one.way_out}</span>` : null}</li>`)}</ul>`;
}

function OneFlow({ name, session }) {
  const at = `/flows/${encodeURIComponent(name)}`;
  const [flow, setFlow] = useState(null);
  const [fault, setFault] = useState(null);
  const [shown, setShown] = useState(null); // another version or the draft: { title, checked, text, publish }
  const [tab, setTab] = useState("picture");
  const [selected, setSelected] = useState("");
  const [own, setOwn] = useState(true);
  const [asking, setAsking] = useState(null);
  const [versions, setVersions] = useState([]);
  const topic = useTopic(shown ? "" : `flow/${name}`);
  const load = () => Promise.all([ask("GET", at), ask("GET", `${at}/versions`)]).then(([one, all]) => { setFlow(one); setVersions(all); setShown(null); }, setFault);
  useEffect(() => { load(); }, [name]);

  const checked = shown ? shown.checked : flow?.checked;
  const picture = checked?.picture;
  const marks = useMemo(() => {
    const blocks = new Map(), ways = new Map();
    for (const one of checked?.findings || []) {
      if (!one.block) continue;
      const mark = blocks.get(one.block) || { faults: [] };
      mark.faults.push({ ...one, severity: one.severity || "error" });
      blocks.set(one.block, mark);
    }
    if (!shown) {
      for (const [id, row] of rowsOf(topic, "block")) blocks.set(id, { ...(blocks.get(id) || {}), now: row.now, left: row.today });
      for (const [key, row] of rowsOf(topic, "branch")) {
        const cut = picture?.blocks.find((block) => key.startsWith(`${block.id}/`) && block.branches.some((one) => one.label === key.slice(block.id.length + 1)));
        if (cut) ways.set(wayKey(cut.id, key.slice(cut.id.length + 1)), { count: row.today });
      }
    }
    return { blocks, ways, path: false };
  }, [checked, topic.rows, shown]);

  if (fault && !flow) return html`<h1>${name}</h1><${FaultNote} fault=${fault} /><p><a href="/flow">All flows</a></p>`;
  if (!flow) return html`<p>…</p>`;
  const names = new Map((picture?.blocks || []).map((block) => [block.id, block.name || `${block.title} ${block.id.slice(0, 8)}`]));
  const here = [...marks.blocks.values()].reduce((sum, one) => sum + (one.now || 0), 0);
  const block = picture?.blocks.find((one) => one.id === selected);
  const upload = async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    try { await ask("PUT", `${at}/draft`, await file.text()); setFault(null); await load(); await openDraft(); } catch (error) { setFault(error); }
    event.target.value = "";
  };
  const openDraft = () => ask("GET", `${at}/draft`).then((one) => setShown({ title: `Draft of ${one.about.by}, ${when(one.about.at)}`, checked: one.checked, text: one.text, publish: `${at}/publish`, draft: true }), setFault);
  const openVersion = (number) => ask("GET", `${at}/versions/${number}`).then((one) => { setShown({ title: `Version ${number}, ${when(one.version.at)}`, checked: one.checked, text: one.text, publish: one.current ? "" : `${at}/versions/${number}/publish` }); setTab("picture"); }, setFault);
  const publish = async (reason) => { await ask("POST", shown.publish, { reason, force: checked.errors > 0 }, once()); setAsking(null); setFault(null); await load(); };
  const admin = session.role === "administrator";

  return html`<p class="small"><a href="/flow">Flows</a></p>
    <div class="row spread"><h1>${flow.name}</h1><div class="row"><${Verdict} ...${checked} /><span class="badge">${flow.type}</span>${flow.numbers.map((one) => html`<span class="badge">${one}</span>`)}</div></div>
    <${FaultNote} fault=${fault} /><${Findings} findings=${fault ? fault.findings : []} />
    ${shown ? html`<div class="note warn row spread"><span><strong>${shown.title}</strong>: this is not what runs.</span><span class="row">
      ${admin && shown.publish ? html`<button class="button main" onClick=${() => setAsking("publish")}>${shown.draft ? "Publish" : "Go back to this"}</button>` : null}
      ${shown.draft ? html`<button class="button" onClick=${() => ask("DELETE", `${at}/draft`).then(load, setFault)}>Drop the draft</button>` : null}
      <button class="button" onClick=${() => setShown(null)}>Show what runs</button></span></div>` : null}
    ${asking ? html`<${AskReason} title=${checked.errors ? `Publish with ${count(checked.errors, "error")}?` : "Publish this for every new contact?"} verb=${checked.errors ? "Publish in spite of it" : "Publish"} onDone=${publish} onCancel=${() => setAsking(null)} />` : null}
    <div class="tabs" role="tablist">${[["picture", "Picture"], ["findings", `Findings (${checked.findings.length})`], ["versions", `Versions (${versions.length})`], ["text", "Document"]].map(([key, text]) => html`<button role="tab" id=${`tab-${key}`} aria-selected=${tab === key} aria-controls="tab-panel" onClick=${() => setTab(key)}>${text}</button>`)}</div>
    <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-${tab}`} class="stack">
    ${tab === "picture" ? (picture ? html`
      <div class="row spread"><p class="legend"><span>${shown ? "" : html`<strong data-here=${here}>${count(here, "contact")} here now</strong>`}</span><span>── way on</span><span>╌╌ ⚠ way after an error</span><span>3× taken today</span></p>
        <div class="row">${flow.draft && !shown ? html`<button class="button" onClick=${openDraft}>Draft of ${flow.draft.by}</button>` : null}
        <label class="button">Upload a draft<input class="hidden" type="file" accept=".json,application/json" onChange=${upload} /></label>
        <label class="row"><input type="checkbox" checked=${!own} onChange=${(event) => setOwn(!event.target.checked)} /> Tidy up</label></div></div>
      <${FlowPicture} picture=${picture} marks=${marks} selected=${selected} onSelect=${setSelected} own=${own} />
      ${block ? html`<div class="card"><h2>${block.title}: ${names.get(block.id)}</h2><p class="soft small">${block.type}</p><p>${block.text}</p>
        <${Findings} findings=${marks.blocks.get(block.id)?.faults || []} /></div>` : null}
      <details open=${picture.blocks.length < 30}><summary>The same as a list</summary><${FlowList} picture=${picture} marks=${marks} selected=${selected} onSelect=${setSelected} /></details>` : html`<p>This is no flow that can be drawn; see the findings.</p>`) : null}
    ${tab === "findings" ? html`<div class="card">${checked.findings.length ? html`<${Findings} findings=${checked.findings} names=${names} onSelect=${(id) => { setSelected(id); setTab("picture"); }} />` : html`<p>A check finds no faults.</p>`}</div>` : null}
    ${tab === "versions" ? html`<div class="card scroll">${versions.length ? html`<table><thead><tr><th scope="col">Version</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">Why</th><th scope="col">What</th></tr></thead><tbody>
      ${versions.map(({ version, current }) => html`<tr key=${version.number}><td><button class="flow-link" onClick=${() => openVersion(version.number)}>${version.number}</button>${current ? html` <span class="badge good">runs</span>` : null}</td><td>${when(version.at)}</td><td>${version.by || "–"}</td><td>${version.reason}</td>
        <td>${version.how}${version.of ? ` from ${version.of}` : ""}${version.forced ? html` <span class="badge bad">with errors</span>` : null}</td></tr>`)}</tbody></table>` : html`<p>Nothing was published here yet: the file is as its author wrote it. Its first version is kept when a draft is published.</p>`}</div>` : null}
    ${tab === "text" ? html`<label for="flow-text">The document${shown ? "" : " that runs"}: ${flow.file}</label><textarea id="flow-text" class="field flow-text" readonly rows="24">${shown ? shown.text : flow.text}</textarea>` : null}
    </div>`;
}
