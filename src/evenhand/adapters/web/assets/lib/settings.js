// What a person likes, kept in their browser.
import { useState } from "../vendor/preact-htm.js";

export function useSetting(name, initial) {
  const key = `evenhand.${name}`;
  const [value, setValue] = useState(() => {
    try { const kept = localStorage.getItem(key); return kept === null ? initial : JSON.parse(kept); } catch { return initial; }
  });
  const set = (next) => {
    setValue(next);
    try { localStorage.setItem(key, JSON.stringify(next)); } catch { /* a private window keeps nothing */ }
  };
  return [value, set];
}
