// Leads each visitor to what is theirs; in the demonstration it shows who may log in.
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";

const THEIRS = { agent: "/desk", supervisor: "/board", administrator: "/board" };

function Way({ href, title, text, mine }) {
  return html`<a class="card way ${mine ? "mine" : ""}" href=${href}><h2>${title}${mine ? html` <span class="badge good">yours</span>` : null}</h2><p>${text}</p></a>`;
}

export default function Home({ session }) {
  const [logins, setLogins] = useState([]);
  useEffect(() => { if (session.demo) ask("GET", "/directory").then((answer) => setLogins(answer.logins), () => {}); }, []);
  const known = session.role !== "nobody" && session.role !== "customer";
  const may = (roles) => !known || roles.includes(session.role);
  const board = ["supervisor", "administrator"];
  return html`<div class="stack home"><h1>${session.centre}</h1>
    <div class="grid">
      <${Way} href="/phone" title="Phone" text="Call or chat with the centre, as a customer. No login." mine=${!known} />
      ${may(["agent", ...board]) && (!known || session.agent) ? html`<${Way} href="/desk" title="Desk" text="Take contacts, as an agent, and see why each came to you." mine=${known && THEIRS[session.role] === "/desk"} />` : null}
      ${may(board) ? html`<${Way} href="/board" title="Board" text="See queues, people, loads and every decision, and step in." mine=${known && THEIRS[session.role] === "/board"} />` : null}
    </div>
    ${logins.length ? html`<section class="card stack"><h2>Logins of this demonstration</h2><p class="soft">Made for this run, and for no other centre. Each in a window of its own (a private one, say); an agent who logs in takes over from the simulated one.</p>
      <div class="scroll"><table><thead><tr><th>Name</th><th>Role</th><th>Password</th></tr></thead><tbody>${logins.map((one) => html`<tr><td>${one.name}</td><td>${one.role}</td><td><code>${one.password}</code></td></tr>`)}</tbody></table></div>
      ${known ? null : html`<div><a class="button main" href="/login">Log in</a></div>`}</section>` : null}
    <p class="soft">For programs: <a href="/api">the API</a>, to read and to try.</p>
  </div>`;
}
