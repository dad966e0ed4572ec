// The agent's own offline load: how much, from where, how old, and a way to say that it is wrong.
import { html, useRef, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { useNow } from "../lib/live.js";
import { clockText, FaultNote } from "../lib/ui.js";

export function Load({ me, flag }) {
  const now = useNow(5000);
  const dialog = useRef(null);
  const [what, setWhat] = useState("");
  const [fault, setFault] = useState(null);
  // The bar ends at the next twenty, so that it is full for nobody.
  const most = 20 * Math.ceil((1 + Math.max(0, ...me.loads.map((one) => one.work + one.provisional))) / 20);
  const send = async (event) => {
    event.preventDefault();
    try { await ask("POST", `/agents/${encodeURIComponent(me.name)}/doubts`, { what }); setWhat(""); setFault(null); dialog.current.close(); } catch (error) { setFault(error); }
  };
  return html`<section class="card stack"><h2>My offline load</h2>
    ${me.loads.length ? me.loads.map((one) => html`<div key=${one.callType}><div class="row spread"><span>${one.callType}</span><strong class="number">${one.work}${one.provisional ? ` + ${one.provisional} new` : ""}</strong></div>
      <meter class="load" min="0" max=${most} value=${one.work + one.provisional} aria-label="Offline work for ${one.callType}"></meter>
      <p class="small soft">${one.observedAt === null ? "Never seen" : `Seen ${clockText(now - one.observedAt)} ago`} in ${one.source}${one.stale ? html` · <span class="badge warn">◔ stale</span>` : ""}</p></div>`) : html`<p class="soft">Nothing routes by offline work here.</p>`}
    ${flag ? html`<p class="note small">You said it is wrong, ${clockText(now - flag.at)} ago: “${flag.what}”</p>` : null}
    <div><button class="button" onClick=${() => dialog.current.showModal()}>This is wrong</button></div>
    <dialog ref=${dialog} aria-label="What is wrong with it?"><form class="stack" onSubmit=${send}><h2>What is wrong with it?</h2><p class="soft">It is written down with the number that stood here, for whoever keeps the source. The number itself stays until the source changes.</p>
      <input class="field" aria-label="What is wrong" required maxlength="500" value=${what} onInput=${(e) => setWhat(e.target.value)} /><${FaultNote} fault=${fault} />
      <div class="row"><button class="button main">Flag it</button><button type="button" class="button" onClick=${() => dialog.current.close()}>Cancel</button></div></form></dialog></section>`;
}
