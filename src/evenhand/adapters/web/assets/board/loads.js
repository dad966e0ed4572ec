// Offline load beside live load, agent by agent: whether it is even is seen at a glance, and said in words.
import { html } from "../vendor/preact-htm.js";
import { clockText } from "../lib/ui.js";
import { amount } from "./words.js";

// Names of all kinds of offline work, and the load of one of them (or of all together) for an agent.
export function callTypesOf(agents) { return [...new Set(agents.flatMap((row) => row.loads.map((one) => one.callType)))]; }

export function loadOf(row, callType) {
  const some = row.loads.filter((one) => !callType || one.callType === callType);
  const times = some.map((one) => one.observedAt).filter((at) => at !== null);
  return {
    work: some.reduce((sum, one) => sum + one.work, 0),
    given: Math.max(0, ...some.map((one) => one.provisional)),
    stale: some.some((one) => one.stale),
    observedAt: times.length ? Math.min(...times) : null,
    known: some.length > 0,
  };
}

export const liveOf = (row) => [Object.values(row.used).reduce((a, b) => a + b, 0), Object.values(row.room).reduce((a, b) => a + b, 0)];

function evenness(loads) {
  const totals = loads.map((one) => one.work + one.given);
  if (totals.length < 2) return ["", ""];
  const mean = totals.reduce((a, b) => a + b, 0) / totals.length, most = Math.max(...totals), least = Math.min(...totals);
  const even = most - least <= Math.max(2, mean / 2);
  return [even ? "good" : "warn", `${even ? "Even" : "Uneven"}: from ${amount(least)} to ${amount(most)}, ${amount(mean)} on average`];
}

export function Bar({ parts, most, mark, label, height = 14 }) {
  let x = 0;
  const scale = most > 0 ? 100 / most : 0;
  return html`<svg class="bar" viewBox=${`0 0 100 ${height}`} preserveAspectRatio="none" role="img" aria-label=${label}>
    <rect class="bar-room" x="0" y="1" width="100" height=${height - 2} />
    ${parts.map(([kind, value]) => { const rect = html`<rect class=${`bar-${kind}`} x=${x} y="1" width=${Math.max(0, value * scale)} height=${height - 2} />`; x += value * scale; return rect; })}
    ${mark ? html`<line class="bar-mark" x1=${mark * scale} x2=${mark * scale} y1="0" y2=${height} />` : null}</svg>`;
}

export function Loads({ agents, centre, views, now }) {
  const { view } = views;
  const types = callTypesOf(agents);
  const type = types.includes(view.callType) ? view.callType : types.length === 1 ? types[0] : "";
  const there = agents.filter((row) => row.statusType !== "OFFLINE");
  const rows = agents.map((row) => ({ row, load: loadOf(row, type), live: liveOf(row) }));
  const most = Math.max(1, ...rows.map(({ load }) => load.work + load.given));
  const [kind, words] = evenness(there.map((row) => loadOf(row, type)));
  const mean = there.length ? there.reduce((sum, row) => { const one = loadOf(row, type); return sum + one.work + one.given; }, 0) / there.length : 0;
  const room = Math.max(1, ...rows.map(({ live }) => Math.max(...live)));
  if (!types.length) return html`<section class="card" aria-labelledby="loads-title"><h2 id="loads-title">Load</h2><p class="soft">No policy ranks by offline work.</p></section>`;
  return html`<section class="card" aria-labelledby="loads-title" id="loads">
    <div class="row spread"><h2 id="loads-title">Is the load even?</h2>
      ${words ? html`<span class=${`badge ${kind}`}><span aria-hidden="true">${kind === "good" ? "=" : "≠"}</span>${words}</span>` : null}
      ${types.length > 1 ? html`<label class="row small">Kind <select class="field narrow" value=${type} onChange=${(e) => views.set({ callType: e.target.value })}><option value="">all together</option>${types.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>` : null}</div>
    <p class="soft small">${type || "All kinds"}, from ${centre ? centre.workloadSource : "…"}. The thin line is the mean of who is there; the pale part was given lately and the source has not seen it yet.</p>
    <div class="scroll" role="region" aria-label="Load of each agent" tabindex="0"><table class="loads"><thead><tr><th>Agent</th><th><span class="swatch offline"></span>Offline load</th><th class="number">Offline</th><th><span class="swatch live"></span>Live load</th><th class="number">Live</th><th class="number">Age</th></tr></thead><tbody>
    ${rows.map(({ row, load, live }) => html`<tr key=${row.name} data-load=${row.name} class=${row.statusType === "OFFLINE" ? "away" : ""}><th scope="row">${row.fullName}${row.statusType === "OFFLINE" ? html` <span class="soft small">offline</span>` : null}</th>
      <td class="bar-cell"><${Bar} parts=${[["offline", load.work], ["given", load.given]]} most=${most} mark=${mean} label=${`offline load ${amount(load.work)}${load.given ? ` and ${amount(load.given)} given lately` : ""} of at most ${amount(most)}`} /></td>
      <td class="number">${amount(load.work)}${load.given ? html` <span title="given lately">+ ${amount(load.given)}</span>` : null}</td>
      <td class="bar-cell"><${Bar} parts=${[["live", live[0]]]} most=${room} label=${`${live[0]} of ${live[1]} contacts`} /></td><td class="number">${live[0]} of ${live[1]}</td>
      <td class="number">${load.observedAt === null ? "never read" : clockText(now - load.observedAt)}${load.stale ? html` <span class="badge warn">stale</span>` : null}</td></tr>`)}</tbody></table></div></section>`;
}
