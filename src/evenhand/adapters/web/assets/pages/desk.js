// The agent's desk.
import { html } from "../vendor/preact-htm.js";
import { useTopic } from "../lib/live.js";
import { StateBadge } from "../lib/ui.js";

export default function Desk({ session }) {
  const topic = useTopic(`desk/${session.agent}`);
  const me = topic.rows.get("me");
  if (!me) return html`<p>…</p>`;
  return html`<h1>${me.fullName}</h1><${StateBadge} state=${me.status.toLowerCase()} />`;
}
