// Logging in.
import { html, useState } from "../vendor/preact-htm.js";
import { logIn } from "../lib/api.js";
import { FaultNote } from "../lib/ui.js";

export default function Login() {
  const [fault, setFault] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      const session = await logIn(form.get("name"), form.get("password"));
      const to = new URLSearchParams(location.search).get("to");
      // Only to a page of ours.
      location.assign(to && /^\/(?!\/)/.test(to) ? to : session.role === "agent" ? "/desk" : "/board");
    } catch (error) { setFault(error); }
  };
  return html`<form class="card stack login" onSubmit=${submit}><h1>Log in</h1>
    <div><label for="name">Name</label><input class="field" id="name" name="name" autocomplete="username" required /></div>
    <div><label for="password">Password</label><input class="field" id="password" name="password" type="password" autocomplete="current-password" required /></div>
    <${FaultNote} fault=${fault} /><div><button class="button main">Log in</button></div></form>`;
}
