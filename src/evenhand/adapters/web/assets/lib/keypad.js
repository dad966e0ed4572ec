// The keys of a telephone.
import { html, useState } from "../vendor/preact-htm.js";
import { FaultNote } from "./ui.js";

const KEYS = [["1", ""], ["2", "abc"], ["3", "def"], ["4", "ghi"], ["5", "jkl"], ["6", "mno"], ["7", "pqrs"], ["8", "tuv"], ["9", "wxyz"], ["*", ""], ["0", "+"], ["#", ""]];

export function Keypad({ onPress, disabled }) {
  const [fault, setFault] = useState(null);
  const press = async (key) => {
    try { await onPress(key); setFault(null); } catch (error) { setFault(error); }
  };
  return html`<div class="keypad" role="group" aria-label="Keypad">
    ${KEYS.map(([key, letters]) => html`<button type="button" class="key" disabled=${disabled} aria-label=${key} onClick=${() => press(key)}><b>${key}</b><small aria-hidden="true">${letters}</small></button>`)}
  </div><${FaultNote} fault=${fault} />`;
}
