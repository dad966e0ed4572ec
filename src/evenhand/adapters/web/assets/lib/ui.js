// The pieces that pages are made of.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { useConnection, useNow } from "./live.js";

// 75 -> "1:15"; 3700 -> "1:01:40"
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const [h, m, s] = parts;
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function Since({ at }) {
  return html`<span class="number">${clockText(useNow() - at)}</span>`;
}

const STATES = {
  available: ["good", "●", "Available"], offline: ["", "○", "Offline"], incoming: ["info", "☎", "Incoming"],
  talking: ["info", "▶", "On contact"], held: ["warn", "‖", "On hold"], paused: ["warn", "‖", "Laid aside"], after_contact_work: ["warn", "✎", "After contact work"],
  missed: ["bad", "!", "Missed"], rejected: ["warn", "✕", "Rejected"], error: ["bad", "⚠", "Error"],
};

export function StateBadge({ state, text }) {
  const [kind, sign, word] = STATES[state] || ["warn", "◐", state];
  return html`<span class="badge ${kind}"><span aria-hidden="true">${sign}</span>${text || word}</span>`;
}

export function FaultNote({ fault }) {
  if (!fault) return null;
  return html`<div class="note bad" role="alert"><strong>${fault.message}</strong>${fault.wayOut ? html`<br />${fault.wayOut}` : null}</div>`;
}

export function Stale() {
  const { connected } = useConnection();
  useNow();
  if (connected) return null;
  return html`<div class="note warn" role="status">Connection lost: what is shown may be old. Trying again …</div>`;
}

// A dialog that asks for a reason before something is done by hand.
export function AskReason({ title, verb, onDone, onCancel, children }) {
  const ref = useRef(null);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState(null);
  useEffect(() => { ref.current.showModal(); }, []);
  const submit = async (event) => {
    event.preventDefault();
    try { await onDone(reason); } catch (error) { setFault(error); }
  };
  return html`<dialog ref=${ref} onClose=${onCancel} aria-label=${title}>
    <form onSubmit=${submit} class="stack">
      <h2>${title}</h2>${children}
      <div><label for="reason">Reason (it is kept)</label>
      <input id="reason" class="field" required maxlength="500" value=${reason} onInput=${(e) => setReason(e.target.value)} /></div>
      <${FaultNote} fault=${fault} />
      <div class="row"><button class="button main">${verb}</button><button type="button" class="button" onClick=${() => ref.current.close()}>Cancel</button></div>
    </form></dialog>`;
}
