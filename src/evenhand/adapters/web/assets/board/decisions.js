// The last decisions as they are made; each opens all its candidates, with outcome and load.
import { html } from "../vendor/preact-htm.js";
import { Bar } from "./loads.js";
import { amount, outcomeText, seconds, time } from "./words.js";

const VIA = {
  own_agent: "own agent", candidate_list: "contact's list", flow_list: "flow's list", ranking: "ranking", agent_queue: "own queue", assigned: "assigned",
  worklist: "worklist", interrupt: "interruption", handed_over: "handed over",
};

export function Candidates({ row }) {
  const most = Math.max(1, ...row.candidates.map((one) => (one.workload || 0) + (one.provisional || 0)));
  const model = row.candidates.some((one) => one.modelScore !== undefined), score = row.candidates.some((one) => one.score);
  return html`<div class="scroll" role="region" aria-label="Candidates" tabindex="0"><table><thead><tr><th>Agent</th><th>Outcome</th><th>Asked as</th><th>Offline load</th><th class="number">Load</th><th class="number">Age</th>${score ? html`<th class="number">Rules</th>` : null}${model ? html`<th class="number">Model</th>` : null}<th>More</th></tr></thead><tbody>
    ${row.candidates.map((one) => html`<tr><th scope="row">${one.agent || html`<span class="soft">of another team</span>`}</th>
      <td><span class=${`badge ${one.outcome === "chosen" ? "good" : one.outcome === "runner_up" ? "info" : ""}`}>${one.outcome === "chosen" ? html`<span aria-hidden="true">✓</span>` : null}${outcomeText(one.outcome)}</span></td><td>${VIA[one.via || "ranking"] || one.via}</td>
      <td class="bar-cell">${one.agent ? html`<${Bar} parts=${[["offline", one.workload || 0], ["given", one.provisional || 0]]} most=${most} label=${`load ${amount((one.workload || 0) + (one.provisional || 0))}`} />` : null}</td>
      <td class="number">${one.agent ? amount(one.workload || 0) : ""}${one.provisional ? ` + ${amount(one.provisional)}` : ""}</td><td class="number">${one.age === undefined ? "–" : seconds(one.age)}${one.stale ? " stale" : ""}</td>
      ${score ? html`<td class="number">${amount(one.score || 0)}</td>` : null}${model ? html`<td class="number">${one.modelScore === undefined ? "–" : amount(one.modelScore)}</td>` : null}
      <td>${[one.rule && `rule ${one.rule}`, one.skills].filter(Boolean).join("; ")}</td></tr>`)}</tbody></table></div>`;
}

export function Decisions({ rows }) {
  return html`<section class="card" aria-labelledby="decisions-title" id="decisions"><h2 id="decisions-title">Decisions <span class="soft number">${rows.length}</span></h2>
    <ol class="decisions" aria-label="The last decisions, newest first">${rows.map((row) => html`<li key=${row.number} data-decision=${row.number}><details>
      <summary><span class="number soft">${time(row.at)}</span> <strong>${row.agent}</strong> <span>for ${row.customer || row.contactId}</span> <span class="why">${row.reason}</span> <span class="badge">${row.kind}</span> <span class="soft small">waited ${seconds(row.waited)}</span></summary>
      <div class="stack inner"><p class="small">Policy <strong>${row.policy}</strong> (version ${row.policyVersion}, ${row.rank.replaceAll("_", " ")})${row.queue ? `, queue ${row.queue}` : ""}${row.source ? `; loads from ${row.source}` : ""}${row.step ? `; asked for ${row.step}` : ""}${row.fallback ? `; before: ${row.fallback.replaceAll("_", " ")}` : ""}. <a href=${`/contact/${encodeURIComponent(row.contactId)}`}>The contact's story</a></p>
      <${Candidates} row=${row} /></div></details></li>`)}${rows.length ? null : html`<li class="soft">Nothing was decided yet.</li>`}</ol></section>`;
}
