// The API, described by itself: every route, and a way to try it with the own session or a key.
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { FaultNote } from "../lib/ui.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const CHANGES = (method) => method !== "get";

// What a schema could look like, filled with something small; `$ref` leads to the components.
function example(schema, all, depth = 0) {
  if (!schema || depth > 5) return null;
  if (schema.$ref) return example(all[schema.$ref.split("/").pop()], all, depth + 1);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return example(schema.anyOf[0], all, depth + 1);
  if (schema.type === "object") {
    const names = schema.required || Object.keys(schema.properties || {});
    return Object.fromEntries(names.map((name) => [name, example((schema.properties || {})[name], all, depth + 1)]));
  }
  if (schema.type === "array") return [];
  return { string: "", integer: 0, number: 0, boolean: true }[schema.type] ?? null;
}

// A type in words: text, whole number, list of Period …
function words(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(", ");
  if (schema.anyOf) return schema.anyOf.map(words).join(" or ");
  if (schema.type === "array") return `list of ${words(schema.items) || "anything"}`;
  if (schema.type === "object" && schema.additionalProperties) return `table of ${words(schema.additionalProperties) || "anything"}`;
  return { string: "text", integer: "whole number", null: "nothing", object: "table" }[schema.type] || schema.type || "anything";
}

// What stands between backticks is code.
function Prose({ text }) {
  return text.split("`").map((part, number) => (number % 2 ? html`<code>${part}</code>` : part));
}

function forWhom(roles) { return roles.includes("nobody") ? "everybody" : roles.map((one) => `${one}s`).join(", "); }

function Fields({ schema, all }) {
  const name = schema && (schema.$ref || (schema.items && schema.items.$ref));
  const shape = name ? all[name.split("/").pop()] : null;
  if (!shape) return html`<p>${words(schema) || "Nothing."}</p>`;
  return html`<p><strong>${words(schema)}</strong>. <${Prose} text=${shape.description} /></p>
    <div class="scroll"><table><thead><tr><th>Field</th><th>Type</th></tr></thead>
    <tbody>${Object.entries(shape.properties || {}).map(([field, one]) => html`<tr key=${field}><td><code>${field}</code>${(shape.required || []).includes(field) ? "" : html` <span class="soft">may be left out</span>`}</td><td>${words(one)}</td></tr>`)}</tbody></table></div>`;
}

function Try({ path, method, operation, all, session, bearer }) {
  const media = operation.requestBody && Object.keys(operation.requestBody.content)[0];
  const json = media === "application/json";
  const first = json ? JSON.stringify(example(operation.requestBody.content[media].schema, all), null, 2) : "";
  const [values, setValues] = useState({});
  const [body, setBody] = useState(first);
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = (name) => `${operation.operationId}-${name}`;
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    let target = path;
    const query = new URLSearchParams();
    const headers = {};
    for (const one of operation.parameters) {
      const value = values[one.name] || "";
      if (one.in === "path") target = target.replace(`{${one.name}}`, encodeURIComponent(value));
      else if (value && one.in === "query") query.set(one.name, value);
      else if (value && one.in === "header") headers[one.name] = value;
    }
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    else if (CHANGES(method) && session.csrf) headers["x-csrf-token"] = session.csrf;
    if (media) headers["content-type"] = media;
    const url = query.size ? `${target}?${query}` : target;
    const began = performance.now();
    try {
      const reply = await fetch(url, { method: method.toUpperCase(), headers, body: media ? body : undefined, credentials: bearer ? "omit" : "same-origin" });
      const text = await reply.text();
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is no JSON: as it came */ }
      setAnswer({ status: reply.status, ok: reply.ok, url, milliseconds: Math.round(performance.now() - began), text: shown.length > 20000 ? `${shown.slice(0, 20000)}\n… and ${(shown.length - 20000).toLocaleString("en")} characters more` : shown });
    } catch {
      setAnswer({ status: 0, ok: false, url, text: "The centre does not answer." });
    }
    setBusy(false);
  };
  return html`<form class="stack api-try" onSubmit=${send}>
    ${operation.parameters.map((one) => html`<div key=${one.name}><label for=${id(one.name)}>${one.name} <span class="soft">${one.in}</span></label>
      <input class="field" id=${id(one.name)} required=${one.required} value=${values[one.name] || ""} onInput=${(event) => setValues({ ...values, [one.name]: event.target.value })} />
      ${one.description ? html`<p class="soft small"><${Prose} text=${one.description} /></p>` : null}</div>`)}
    ${media ? html`<div><label for=${id("body")}>Body <span class="soft">${media}</span></label>
      <textarea class="field api-body" id=${id("body")} rows=${Math.min(12, body.split("\n").length + 1)} spellcheck="false" value=${body} onInput=${(event) => setBody(event.target.value)}></textarea></div>` : null}
    <div><button class="button main" disabled=${busy}>Send</button></div>
    <div role="status">${answer ? html`<p><span class="badge ${answer.ok ? "good" : "bad"}">${answer.status || "no answer"}</span> <code>${method.toUpperCase()} ${answer.url}</code>${answer.milliseconds !== undefined ? html` <span class="soft">${answer.milliseconds} ms</span>` : null}</p>
      ${answer.text ? html`<pre class="api-answer" tabindex="0" aria-label="Answer">${answer.text}</pre>` : null}` : null}</div>
  </form>`;
}

function Operation({ path, method, operation, all, session, bearer }) {
  const [open, setOpen] = useState(location.hash === `#${operation.operationId}`);
  const given = Object.entries(operation.responses).find(([status]) => status[0] === "2");
  const content = given && given[1].content;
  return html`<details class="card api-route" id=${operation.operationId} open=${open} onToggle=${(event) => setOpen(event.target.open)}>
    <summary><span class="badge ${CHANGES(method) ? "warn" : "info"} api-method">${method.toUpperCase()}</span> <code>${path}</code> <span class="soft">${operation.summary}</span></summary>
    ${open ? html`<div class="stack">
      <p><${Prose} text=${operation.description} /> <span class="soft">For ${forWhom(operation["x-evenhand-roles"])}.</span></p>
      <div class="grid"><section><h3>Takes</h3>${operation.requestBody ? html`<${Fields} schema=${Object.values(operation.requestBody.content)[0].schema} all=${all} />` : html`<p>No body.</p>`}</section>
      <section><h3>Answers ${given ? given[0] : ""}</h3>${content ? html`<${Fields} schema=${Object.values(content)[0].schema} all=${all} />` : html`<p>Nothing more.</p>`}</section></div>
      <h3>Try it</h3><${Try} ...${{ path, method, operation, all, session, bearer }} /></div>` : null}
  </details>`;
}

export default function Api({ session }) {
  const [told, setTold] = useState(null);
  const [fault, setFault] = useState(null);
  const [bearer, setBearer] = useState("");
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    fetch("/api/v1/openapi.json").then((reply) => reply.json()).then(setTold, () => setFault({ message: "the description cannot be read", wayOut: "load the page again" }));
  }, []);
  if (!told) return html`<h1>API</h1><${FaultNote} fault=${fault} /><p role="status">${fault ? "" : "…"}</p>`;
  const all = told.components.schemas;
  const fits = (path, operation) => `${path} ${operation.operationId} ${operation.summary}`.toLowerCase().includes(wanted.toLowerCase());
  const found = Object.entries(told.paths).flatMap(([path, methods]) => METHODS.filter((method) => methods[method] && fits(path, methods[method])).map((method) => ({ path, method, operation: methods[method] })));
  return html`<div class="stack api-page"><h1>API</h1>
    <p>${told.info.title} ${told.info.version}. Everything that the pages can do, for machines: <a href="/api/v1/openapi.json">the OpenAPI document</a>.</p>
    <div class="card grid">
      <div><label for="api-search">Find</label><input class="field" id="api-search" type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} /></div>
      <div><label for="api-key">Key or token <span class="soft">(empty: ${session.name ? `your session, ${session.role}` : "nobody"})</span></label>
      <input class="field" id="api-key" type="text" autocomplete="off" spellcheck="false" value=${bearer} onInput=${(event) => setBearer(event.target.value.trim())} /></div>
    </div>
    <p class="soft" role="status">${found.length} of ${Object.values(told.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0)} routes</p>
    ${told.tags.map(({ name }) => {
      const here = found.filter((one) => one.operation.tags[0] === name);
      return here.length ? html`<section key=${name} class="stack" aria-label=${name}><h2>${name}</h2>${here.map((one) => html`<${Operation} key=${one.operation.operationId} ...${one} all=${all} session=${session} bearer=${bearer} />`)}</section>` : null;
    })}</div>`;
}
