// A table that can be sorted, whose columns can be chosen, and that can be taken along as CSV.
import { html, useState } from "../vendor/preact-htm.js";

const MOST = 200;

// `columns`: {key, title, value(row) for order and CSV, cell(row)?, number?, hidden? (unless chosen)}.
export function DataTable({ id, title, columns, rows, views, empty, note, keyOf }) {
  const [all, setAll] = useState(false);
  const chosen = views.view.tables[id] || {};
  const shownKeys = chosen.columns || columns.filter((one) => !one.hidden).map((one) => one.key);
  const shown = columns.filter((one) => shownKeys.includes(one.key));
  const sort = columns.find((one) => one.key === chosen.sort);
  const sorted = sort ? [...rows].sort((a, b) => compare(sort.value(a), sort.value(b)) * (chosen.down ? -1 : 1)) : rows;
  const visible = all ? sorted : sorted.slice(0, MOST);
  const sortBy = (key) => views.table(id, chosen.sort !== key ? { sort: key, down: false } : chosen.down ? { sort: "", down: false } : { down: true });
  const toggle = (key) => {
    const next = shownKeys.includes(key) ? shownKeys.filter((one) => one !== key) : [...shownKeys, key];
    if (next.length) views.table(id, { columns: next });
  };
  return html`<section class="card" aria-labelledby=${`${id}-title`}>
    <div class="row spread"><h2 id=${`${id}-title`}>${title} <span class="soft number">${rows.length}</span></h2>
      <div class="row"><details class="menu"><summary class="button small">Columns</summary><div class="menu-body card">
        ${columns.map((one) => html`<label class="check" key=${one.key}><input type="checkbox" checked=${shownKeys.includes(one.key)} onChange=${() => toggle(one.key)} /> ${one.title}</label>`)}</div></details>
        <button class="button small" onClick=${() => download(`${id}.csv`, columns, sorted)}>CSV<span class="hidden-text"> of ${title}</span></button></div></div>
    ${note ? html`<p class="soft small">${note}</p>` : null}
    <div class="scroll" role="region" aria-label=${title} tabindex="0"><table><thead><tr>${shown.map((one) => html`<th key=${one.key} class=${one.number ? "number" : ""} aria-sort=${chosen.sort === one.key ? (chosen.down ? "descending" : "ascending") : null}>
      <button class="sort" onClick=${() => sortBy(one.key)}>${one.title}<span aria-hidden="true">${chosen.sort === one.key ? (chosen.down ? " ▼" : " ▲") : ""}</span></button></th>`)}</tr></thead>
    <tbody>${visible.map((row) => html`<tr key=${keyOf(row)} data-row=${keyOf(row)}>${shown.map((one) => html`<td key=${one.key} class=${one.number ? "number" : ""}>${one.cell ? one.cell(row) : show(one.value(row))}</td>`)}</tr>`)}
      ${rows.length ? null : html`<tr><td colspan=${shown.length} class="soft">${empty}</td></tr>`}</tbody></table></div>
    ${sorted.length > visible.length ? html`<button class="button" onClick=${() => setAll(true)}>Show all ${sorted.length}</button>` : null}</section>`;
}

const show = (value) => (value === null || value === undefined ? "–" : String(value));

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  if (Array.isArray(a)) return a.map((one, at) => compare(one, b[at])).find((one) => one) || 0;
  return typeof a === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = Array.isArray(value) ? value.join(" ") : String(value);
  // What begins so a spreadsheet would compute.
  return `"${(/^[=+\-@\t\r]/.test(text) ? "'" + text : text).replaceAll('"', '""')}"`;
}

function download(name, all, rows) {
  const columns = all.filter((one) => one.key !== "actions");
  const lines = [columns.map((one) => csvCell(one.title)), ...rows.map((row) => columns.map((one) => csvCell(one.value(row))))];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.map((line) => line.join(",")).join("\r\n") + "\r\n"], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
