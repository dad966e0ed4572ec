// The customer's phone.
import { html } from "../vendor/preact-htm.js";

export default function Phone() { return html`<h1>Phone</h1>`; }
