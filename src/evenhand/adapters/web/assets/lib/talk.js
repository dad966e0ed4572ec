// What is said on a contact: the lines as they come, who is typing, and a box to write in.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { rowsOf, useNow, useTopic } from "./live.js";
import { FaultNote } from "./ui.js";

function whenText(at) {
  return new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function Line({ line, mine }) {
  const own = line.who === mine;
  const who = own ? "You" : line.who === "agent" ? line.name || "Agent" : line.who === "customer" ? "Customer" : "Centre";
  const text = line.kind === "keys" ? `pressed ${line.text}` : line.text;
  return html`<li class="said ${line.who} ${own ? "own" : ""} ${line.kind}"><span class="who">${who} <time class="soft">${whenText(line.at)}</time></span><span class="words">${text}</span></li>`;
}

function Typing({ topic, mine }) {
  const now = useNow();
  const other = rowsOf(topic, "typing").find(([who, row]) => who !== mine && row.until > now);
  return html`<p class="soft small typing" aria-live="polite">${other ? `${other[1].name || "The customer"} is typing …` : ""}</p>`;
}

export function Talk({ conversation, mine, open, onSend, onTyping, label, hint }) {
  const topic = useTopic(conversation ? `chat/${conversation}` : "");
  const lines = rowsOf(topic, "line").sort(([a], [b]) => (a < b ? -1 : 1));
  const end = useRef(null);
  const told = useRef(0);
  const [text, setText] = useState("");
  const [fault, setFault] = useState(null);
  useEffect(() => { if (end.current) end.current.scrollTop = end.current.scrollHeight; }, [lines.length]);
  const write = (value) => {
    setText(value);
    if (value && Date.now() - told.current > 3000) { told.current = Date.now(); onTyping().catch(() => {}); }
  };
  const send = async (event) => {
    event.preventDefault();
    const said = text.trim();
    if (!said) return;
    try { await onSend(said); setText(""); setFault(null); told.current = 0; } catch (error) { setFault(error); }
  };
  return html`<div class="talk">
    <div class="lines" role="log" aria-label=${label} tabindex="0" ref=${end}><ol>
      ${lines.map(([key, line]) => html`<${Line} key=${key} line=${line} mine=${mine} />`)}
      ${lines.length ? null : html`<li class="soft small">Nothing has been said yet.</li>`}
    </ol></div>
    ${open ? html`<${Typing} topic=${topic} mine=${mine} />` : null}
    ${open ? html`<form class="row write" onSubmit=${send}>
      <input class="field" aria-label="Message" placeholder=${hint || "Write a message"} maxlength="2000" autocomplete="off" value=${text} onInput=${(e) => write(e.target.value)} />
      <button class="button main">Send</button></form>` : null}
    <${FaultNote} fault=${fault} /></div>`;
}
