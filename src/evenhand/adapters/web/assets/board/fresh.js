// Whether what is shown is fresh: connected, and the centre answered lately even where nothing changes.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ask } from "../lib/api.js";
import { useConnection } from "../lib/live.js";
import { clockText } from "../lib/ui.js";

const PROBE = 10_000;

export function useFresh() {
  const { connected, last } = useConnection();
  const [answers, setAnswers] = useState(true);
  const latest = useRef(0);
  latest.current = last;
  useEffect(() => {
    const timer = setInterval(async () => {
      // A socket may be dead without saying so; where nothing was heard for a while the centre is asked.
      if (performance.now() - latest.current < PROBE) { setAnswers(true); return; }
      try { await ask("GET", "/session"); setAnswers(true); } catch { setAnswers(false); }
    }, PROBE / 2);
    return () => clearInterval(timer);
  }, []);
  return { stale: !connected || !answers, ago: last ? (performance.now() - last) / 1000 : null };
}

export function FreshClock({ fresh }) {
  const text = fresh.ago === null ? "" : clockText(fresh.ago);
  return fresh.stale
    ? html`<span class="badge bad" role="status" id="fresh"><span aria-hidden="true">⚠</span>Stale: last update ${text} ago</span>`
    : html`<span class="badge good" id="fresh"><span aria-hidden="true">●</span>Live <span class="number">last change ${text} ago</span></span>`;
}
