// Leads each visitor to what is theirs.
import { html } from "../vendor/preact-htm.js";

export default function Home({ session }) {
  return html`<div class="grid">
    <a class="card" href="/phone"><h2>Phone</h2><p>Call or chat with the centre, as a customer.</p></a>
    <a class="card" href="/desk"><h2>Desk</h2><p>Take contacts, as an agent.</p></a>
    <a class="card" href="/board"><h2>Board</h2><p>See queues, people and every decision, as a supervisor.</p></a>
  </div>`;
}
