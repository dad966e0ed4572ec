// What this browser's user wants to see: filters, columns, order, thresholds. Kept here, in named views.
import { useState } from "../vendor/preact-htm.js";

const KEY = "evenhand.board";
export const PLAIN = {
  queue: "", profile: "", text: "", stages: "queued", formula: "answered", seconds: 20, callType: "",
  thresholds: { waitNear: 60, waitFar: 120, levelNear: 80, levelFar: 60, sustained: 30 }, tables: {},
};

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY)) || {};
    return { now: { ...PLAIN, ...kept.now, thresholds: { ...PLAIN.thresholds, ...(kept.now || {}).thresholds } }, named: kept.named || {} };
  } catch {
    return { now: PLAIN, named: {} };
  }
}

function write(kept) {
  try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* A browser that keeps nothing shows the plain view next time. */ }
}

export function useView() {
  const [kept, setKept] = useState(read);
  const change = (next) => { setKept(next); write(next); };
  return {
    view: kept.now,
    names: Object.keys(kept.named).sort(),
    set: (part) => change({ ...kept, now: { ...kept.now, ...part } }),
    table: (id, part) => change({ ...kept, now: { ...kept.now, tables: { ...kept.now.tables, [id]: { ...kept.now.tables[id], ...part } } } }),
    save: (name) => change({ ...kept, named: { ...kept.named, [name]: kept.now } }),
    load: (name) => change({ ...kept, now: { ...PLAIN, ...kept.named[name] } }),
    plain: () => change({ ...kept, now: PLAIN }),
    forget: (name) => { const named = { ...kept.named }; delete named[name]; change({ ...kept, named }); },
  };
}
