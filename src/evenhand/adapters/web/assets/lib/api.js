// Asking the API. Every error of it has a message and a way out.
export class Fault extends Error {
  constructor(status, body) {
    super(body.message || `the server answered ${status}`);
    this.status = status;
    this.code = body.code || "";
    this.wayOut = body.wayOut || "";
    this.where = body.where || "";
    this.findings = body.findings || [];
  }
}

let csrf = "";
let bearer = "";

export function useToken(token) { bearer = token; }

export async function ask(method, path, body, headers = {}) {
  const options = { method, headers: { ...headers }, credentials: "same-origin" };
  if (bearer) options.headers.authorization = `Bearer ${bearer}`;
  if (csrf) options.headers["x-csrf-token"] = csrf;
  if (body !== undefined) {
    options.body = typeof body === "string" ? body : JSON.stringify(body);
    options.headers["content-type"] ||= "application/json";
  }
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, options);
  } catch {
    throw new Fault(0, { code: "offline", message: "the centre does not answer", wayOut: "it may be starting again; try once more in a moment" });
  }
  const text = await answer.text();
  const json = (answer.headers.get("content-type") || "").startsWith("application/json");
  const value = text && json ? JSON.parse(text) : text;
  if (!answer.ok) throw new Fault(answer.status, json ? value : {});
  return value || null;
}

export async function whoAmI() {
  const session = await ask("GET", "/session");
  csrf = session.csrf || "";
  return session;
}

export async function logIn(name, password) {
  const session = await ask("POST", "/session", { name, password });
  csrf = session.csrf;
  return session;
}

// A key for requests that create something: asked again under it, nothing is done twice.
export function once() { return { "idempotency-key": crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}` }; }
