// Shows the page that the address asks for, to whoever may see it.
import { html, render, useEffect, useState } from "./vendor/preact-htm.js";
import { ask, whoAmI } from "./lib/api.js";
import { FaultNote, Stale } from "./lib/ui.js";

const PAGES = {
  "": { title: "Evenhand", load: () => import("./pages/home.js") },
  login: { title: "Log in", load: () => import("./pages/login.js") },
  desk: { title: "Desk", roles: ["agent", "supervisor", "administrator"], load: () => import("./pages/desk.js") },
  phone: { title: "Phone", load: () => import("./pages/phone.js") },
  api: { title: "API", load: () => import("./pages/api.js") },
  flow: { title: "Flows", roles: ["supervisor", "administrator"], load: () => import("./pages/flow.js") },
  contact: { title: "Contacts", roles: ["supervisor", "administrator"], load: () => import("./pages/contact.js") },
  tables: { title: "Tables", roles: ["supervisor", "administrator"], load: () => import("./pages/tables.js") },
  board: { title: "Board", roles: ["supervisor", "administrator"], load: () => import("./pages/board.js") },
};
const LINKS = [["desk", "Desk"], ["board", "Board"], ["phone", "Phone"],
  ["contact", "Contacts"], ["flow", "Flows"], ["tables", "Tables"]];

function Top({ session, here }) {
  const leave = async () => { await ask("DELETE", "/session"); location.assign("/login"); };
  const links = LINKS.filter(([name]) => (!PAGES[name].roles || PAGES[name].roles.includes(session.role)) && (name !== "desk" || session.agent));
  return html`<header class="top"><a class="skip" href="#main">To the content</a>
    <a class="brand" href="/">${session.centre || "Evenhand"}</a>
    <nav aria-label="Pages">${links.map(([name, text]) => html`<a href="/${name}" aria-current=${name === here ? "page" : null}>${text}</a>`)}</nav>
    ${session.name ? html`<span class="soft">${session.name}, ${session.role}</span><button class="button" onClick=${leave}>Log out</button>` : html`<a class="button" href="/login">Log in</a>`}
  </header>`;
}

function App({ here, rest, session }) {
  const [Page, setPage] = useState(null);
  const [fault, setFault] = useState(null);
  const page = PAGES[here];
  useEffect(() => {
    document.title = page ? `${page.title} · ${session.centre || "Evenhand"}` : "Not found";
    if (page) page.load().then((module) => setPage(() => module.default), setFault);
  }, []);
  if (!page) return html`<${Top} session=${session} /><main id="main"><h1>There is no such page</h1><p><a href="/">To the beginning</a></p></main>`;
  if (page.roles && !page.roles.includes(session.role)) {
    if (session.role === "nobody") { location.replace(`/login?to=${encodeURIComponent(location.pathname + location.search)}`); return null; }
    return html`<${Top} session=${session} /><main id="main"><h1>This page is not for ${session.role}s</h1></main>`;
  }
  return html`<${Top} session=${session} here=${here} /><main id="main"><${FaultNote} fault=${fault} /><${Stale} />${Page ? html`<${Page} session=${session} rest=${rest} />` : null}</main>`;
}

const [, here, ...rest] = location.pathname.split("/");
const target = document.getElementById("page");
whoAmI().then(
  (session) => render(html`<${App} here=${here} rest=${rest.map(decodeURIComponent)} session=${session} />`, target),
  (fault) => { render(html`<main><${FaultNote} fault=${fault} /></main>`, target); setTimeout(() => location.reload(), 3000); },
);
