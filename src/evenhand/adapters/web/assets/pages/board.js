// The supervisor's board.
import { html } from "../vendor/preact-htm.js";
import { rowsOf, useTopic } from "../lib/live.js";
import { Since, StateBadge } from "../lib/ui.js";

export default function Board() {
  const agents = rowsOf(useTopic("board"), "agent");
  return html`<h1>Board</h1><div class="card scroll"><table><thead><tr><th>Agent</th><th>Status</th><th>Since</th></tr></thead>
    <tbody>${agents.map(([name, row]) => html`<tr key=${name}><td>${row.fullName}</td><td><${StateBadge} state=${row.status.toLowerCase()} /></td><td><${Since} at=${row.statusSince} /></td></tr>`)}</tbody></table></div>`;
}
