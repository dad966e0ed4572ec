// A flow as a picture: blocks with their branches as rows, lines from row to block. One component for the flow's
// page and for a contact's: `marks` is what is written on it (counts, faults, the path that was taken).
import dagre from "../vendor/dagre.js";
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";

const WIDE = 212, HEAD = 50, ROW = 20, FOOT = 6, GAP = 34;
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const tall = (block) => HEAD + (block.text ? 18 : 0) + block.branches.length * ROW + FOOT;
const rowAt = (block, index) => HEAD + (block.text ? 18 : 0) + index * ROW + ROW / 2;

// Where the blocks stand: where the author put them, spread until none covers another; laid out by dagre where
// too few have a place, or where it is asked for.
export function layOut(picture, own = true) {
  const placed = picture.blocks.filter((block) => block.x !== null);
  const spots = new Set(placed.map((block) => `${Math.round(block.x / 20)},${Math.round(block.y / 20)}`));
  const known = own && placed.length >= picture.blocks.length * 0.8 && spots.size > placed.length / 2;
  const places = known ? asDrawn(picture, placed) : byDagre(picture);
  separate(picture.blocks, places);
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const block of picture.blocks) {
    const at = places.get(block.id);
    left = Math.min(left, at.x); top = Math.min(top, at.y);
    right = Math.max(right, at.x + WIDE); bottom = Math.max(bottom, at.y + tall(block));
  }
  for (const at of places.values()) { at.x += 40 - left; at.y += 40 - top; }
  return { places, width: picture.blocks.length ? right - left + 80 : 200, height: picture.blocks.length ? bottom - top + 80 : 100, asDrawn: known };
}

function asDrawn(picture, placed) {
  const covers = (across, down) => {
    let count = 0;
    for (let i = 0; i < placed.length; i += 1) {
      for (let j = i + 1; j < placed.length; j += 1) {
        const a = placed[i], b = placed[j], upper = a.y < b.y ? a : b;
        if (Math.abs(a.x - b.x) * across < WIDE + 24 && Math.abs(a.y - b.y) * down < tall(upper) + 14) count += 1;
      }
    }
    return count;
  };
  // The least stretch with which few cover each other; what is left is moved apart afterwards.
  let across = 1, down = 1, best = covers(1, 1);
  for (let step = 1; step <= 8 && best > 0; step += 1) {
    const scale = 1 + step * 0.1, count = covers(scale, Math.min(scale, 1.4));
    if (count < best) { best = count; across = scale; down = Math.min(scale, 1.4); }
  }
  const places = new Map(placed.map((block) => [block.id, { x: block.x * across, y: block.y * down }]));
  for (const block of picture.blocks) {
    if (places.has(block.id)) continue;
    const from = picture.blocks.find((one) => places.has(one.id) && one.branches.some((way) => way.to === block.id));
    const near = from ? places.get(from.id) : { x: 0, y: 0 };
    places.set(block.id, { x: near.x + WIDE + 60, y: near.y });
  }
  return places;
}

function byDagre(picture) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 70, ranker: picture.blocks.length > 120 ? "longest-path" : "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(picture.blocks.map((block) => block.id));
  for (const block of picture.blocks) graph.setNode(block.id, { width: WIDE, height: tall(block) });
  for (const block of picture.blocks) {
    for (const way of block.branches) if (known.has(way.to) && way.to !== block.id) graph.setEdge(block.id, way.to, {}, way.label);
  }
  dagre.layout(graph);
  return new Map(picture.blocks.map((block) => {
    const node = graph.node(block.id);
    return [block.id, { x: node.x - WIDE / 2, y: node.y - tall(block) / 2 }];
  }));
}

// Whatever still covers another moves down.
function separate(blocks, places) {
  const order = [...blocks].sort((a, b) => places.get(a.id).y - places.get(b.id).y || places.get(a.id).x - places.get(b.id).x);
  for (let i = 0; i < order.length; i += 1) {
    const at = places.get(order[i].id);
    for (let moved = true; moved;) {
      moved = false;
      for (let j = 0; j < i; j += 1) {
        const other = places.get(order[j].id);
        if (Math.abs(other.x - at.x) < WIDE + 16 && at.y < other.y + tall(order[j]) + 14 && other.y < at.y + tall(order[i]) + 14) {
          at.y = other.y + tall(order[j]) + 14;
          moved = true;
        }
      }
    }
  }
}

function wayLine(from, to, self) {
  if (self) return `M${from.x} ${from.y} c40 0 40 -34 0 -34`;
  const far = Math.max(GAP, Math.min(160, Math.abs(to.x - from.x) / 2));
  const back = to.x < from.x + 10;
  const bend = back ? Math.min(120, 40 + Math.abs(to.y - from.y) / 6) : far;
  return `M${from.x} ${from.y} C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x - 6} ${to.y}`;
}

const way = (block, label) => `${block}\n${label}`;

// marks: { blocks: Map(id -> {now, left, faults, steps}), ways: Map(way(id, label) -> {count}), path: boolean }
export function FlowPicture({ picture, marks, selected, onSelect, own = true }) {
  const frame = useRef(null);
  const [view, setView] = useState(null);
  const [dragging, setDragging] = useState(null);
  const plan = useMemo(() => layOut(picture, own), [picture, own]);

  // No taller than the flow needs at the width that a page usually has.
  const wanted = Math.round(Math.max(280, Math.min(760, plan.height * Math.min(1, 1250 / plan.width) + 30)));

  const fit = (least = 0) => {
    const box = frame.current.getBoundingClientRect();
    const scale = Math.min(1.1, box.width / plan.width, box.height / plan.height);
    if (scale >= least) { setView({ scale, x: (box.width - plan.width * scale) / 2, y: (box.height - plan.height * scale) / 2 }); return; }
    // All of it would be too small to read: begin at the start.
    const at = plan.places.get(picture.start) || { x: 0, y: 0 };
    setView({ scale: 0.72, x: -Math.max(0, at.x * 0.72 - box.width * 0.35), y: -Math.max(0, at.y * 0.72 - box.height * 0.4) });
  };
  useEffect(() => { fit(0.5); }, [plan]);
  useEffect(() => {
    const at = selected && plan.places.get(selected);
    if (!at || !view) return;
    const box = frame.current.getBoundingClientRect();
    const x = at.x * view.scale + view.x, y = at.y * view.scale + view.y;
    if (x < 0 || y < 0 || x + WIDE * view.scale > box.width || y + 80 * view.scale > box.height) {
      setView({ ...view, x: box.width / 2 - (at.x + WIDE / 2) * view.scale, y: box.height / 3 - at.y * view.scale });
    }
  }, [selected]);

  const zoom = (factor, cx, cy) => setView((old) => {
    const scale = Math.max(0.06, Math.min(2.5, old.scale * factor));
    const box = frame.current.getBoundingClientRect();
    const x = cx ?? box.width / 2, y = cy ?? box.height / 2;
    return { scale, x: x - ((x - old.x) * scale) / old.scale, y: y - ((y - old.y) * scale) / old.scale };
  });
  const move = (x, y) => setView((old) => ({ ...old, x: old.x + x, y: old.y + y }));
  const onKey = (event) => {
    const keys = { ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60), "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit() };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey) { event.preventDefault(); keys[event.key](); }
  };
  useEffect(() => {
    // A page's own wheel listeners are passive; this one has to stop the page from moving.
    const onWheel = (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== frame.current) return;
      event.preventDefault();
      const box = frame.current.getBoundingClientRect();
      zoom(event.deltaY < 0 ? 1.12 : 0.89, event.clientX - box.left, event.clientY - box.top);
    };
    const element = frame.current;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);
  const onDown = (event) => {
    if (event.button !== 0) return;
    setDragging({ x: event.clientX, y: event.clientY });
  };
  const onMove = (event) => {
    if (!dragging || !event.buttons) return;
    move(event.clientX - dragging.x, event.clientY - dragging.y);
    setDragging({ x: event.clientX, y: event.clientY });
  };

  const drawn = useMemo(() => html`<${Drawing} picture=${picture} plan=${plan} marks=${marks} selected=${selected} onSelect=${onSelect} />`, [picture, plan, marks, selected]);
  return html`<div class="flow-frame">
    <div class="flow-tools row" role="group" aria-label="Picture">
      <button class="button" onClick=${() => zoom(1.25)} aria-label="Larger">+</button>
      <button class="button" onClick=${() => zoom(0.8)} aria-label="Smaller">−</button>
      <button class="button" onClick=${() => fit()}>All</button>
    </div>
    <div ref=${frame} class="flow-view" style=${{ height: `min(68vh, ${wanted}px)` }} tabindex="0" role="group" aria-label=${`Picture of the flow ${picture.name}. Arrow keys move it, plus and minus zoom, 0 shows all of it. The list below says the same.`}
      onKeyDown=${onKey} onPointerDown=${onDown} onPointerMove=${onMove} onPointerUp=${() => setDragging(null)} onPointerLeave=${() => setDragging(null)}>
      <svg width="100%" height="100%" aria-hidden="true" focusable="false">
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="tip" /></marker>
          <marker id="tip-error" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="tip error" /></marker>
          <marker id="tip-path" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="tip path" /></marker>
        </defs>
        ${view ? html`<g transform=${`translate(${view.x} ${view.y}) scale(${view.scale})`}>${drawn}</g>` : null}
      </svg>
    </div>
  </div>`;
}

function Drawing({ picture, plan, marks, selected, onSelect }) {
  const lines = [], taken = [];
  for (const block of picture.blocks) {
    const at = plan.places.get(block.id);
    block.branches.forEach((one, index) => {
      const to = plan.places.get(one.to);
      if (!to) return;
      const mark = marks.ways.get(way(block.id, one.label));
      const from = { x: at.x + WIDE, y: at.y + rowAt(block, index) };
      const kind = marks.path && mark ? "path" : one.kind;
      const line = html`<path key=${`${block.id} ${one.label} ${index}`} class="way ${kind} ${marks.path && !mark ? "faint" : ""} ${selected === block.id || selected === one.to ? "near" : ""}"
        d=${wayLine(from, { x: to.x, y: to.y + 22 }, one.to === block.id)} marker-end=${`url(#tip${kind === "error" || kind === "path" ? `-${kind}` : ""})`} />`;
      (kind === "path" ? taken : lines).push(line);
    });
  }
  return html`<g>${lines}${taken}${picture.blocks.map((block) => html`<${Block} key=${block.id} block=${block} at=${plan.places.get(block.id)} first=${block.id === picture.start}
    mark=${marks.blocks.get(block.id)} marks=${marks} selected=${selected === block.id} onSelect=${onSelect} />`)}</g>`;
}

function Block({ block, at, first, mark, marks, selected, onSelect }) {
  const faults = mark?.faults || [];
  const errors = faults.some((one) => one.severity === "error");
  const state = [errors ? "bad" : faults.length ? "warn" : "", selected ? "selected" : "", marks.path && !mark?.steps ? "faint" : "", mark?.steps ? "passed" : "", mark?.now ? "busy" : ""].join(" ");
  const texty = HEAD + 6;
  return html`<g class="block ${state}" data-block=${block.id} transform=${`translate(${at.x} ${at.y})`} onClick=${() => onSelect && onSelect(block.id)}>
    <title>${`${block.title}: ${block.name || block.id}\n${block.type}\n${block.text}${faults.map((one) => `\n${one.severity}: ${one.message}`).join("")}`}</title>
    <rect class="card-rect" width=${WIDE} height=${tall(block)} rx="8" />
    <path class="bar ${kindOf(block.type)}" d=${`M0 8 a8 8 0 0 1 8 -8 h${WIDE - 16} a8 8 0 0 1 8 8 v16 h-${WIDE} z`} />
    <text class="title" x="10" y="17">${first ? "▶ " : ""}${short(block.title, mark?.now || mark?.steps ? 20 : 26)}</text>
    ${faults.length ? html`<g transform=${`translate(${WIDE - 8} -9)`}><rect class="fault ${errors ? "bad" : "warn"}" x="-66" width="66" height="20" rx="10" /><text class="fault-text ${errors ? "bad" : "warn"}" x="-33" y="14">${errors ? "✕" : "!"} ${faults.length} ${errors ? "error" : "warn"}${faults.length > 1 ? "s" : ""}</text></g>` : null}
    ${mark?.now ? html`<g transform=${`translate(${WIDE - 8} 3)`}><rect class="count" x="-58" width="58" height="18" rx="9" /><text class="count-text" x="-29" y="13">${mark.now} here</text></g>` : null}
    ${mark?.steps ? html`<g transform=${`translate(${WIDE - 8} 3)`}><rect class="count" x="-52" width="52" height="18" rx="9" /><text class="count-text" x="-26" y="13">${short(mark.steps.map((one) => `#${one}`).join(" "), 8)}</text></g>` : null}
    <text class="name" x="10" y="41">${short(block.name || block.text || block.id.slice(0, 8), 31)}</text>
    ${block.text ? html`<text class="what" x="10" y=${texty}>${short(block.name ? block.text : block.type, 34)}</text>` : null}
    ${block.branches.map((one, index) => {
      const taken = marks.ways.get(way(block.id, one.label));
      const y = rowAt(block, index);
      const sign = one.kind === "error" ? "⚠ " : "";
      const count = taken?.count ? String(taken.count) : "";
      return html`<g key=${`${one.label} ${index}`} class="branch ${one.kind} ${marks.path && taken ? "path" : ""}">
        <line x1="0" y1=${y - ROW / 2} x2=${WIDE} y2=${y - ROW / 2} class="rule" />
        ${count ? html`<text class="taken" x="10" y=${y + 4}>${marks.path ? "✓" : `${count}×`}</text>` : null}
        <text class="label" x=${WIDE - 12} y=${y + 4}>${sign}${short(one.text, count ? 23 : 28)}</text>
        <circle class="port" cx=${WIDE} cy=${y} r="3.5" /></g>`;
    })}
  </g>`;
}

function kindOf(type) {
  if (/^(Message|GetParticipantInput|ConnectParticipant|ShowView)/.test(type)) return "talk";
  if (/^(Compare|Check|Distribute|Loop|Wait|Get)/.test(type)) return "choice";
  if (/^(Invoke|CreateCallback|CreateTask|CreateContact|UpdateCase|CreateCase)/.test(type)) return "call";
  if (/^(Transfer|Dequeue|Disconnect|End|CompleteOutbound)/.test(type)) return "leave";
  return "set";
}

// The same as a list, for everybody who would rather read.
export function FlowList({ picture, marks, selected, onSelect }) {
  const names = new Map(picture.blocks.map((block) => [block.id, block.name || `${block.title} ${block.id.slice(0, 8)}`]));
  return html`<div class="scroll"><table class="flow-list"><caption class="hidden">The blocks of ${picture.name}</caption>
    <thead><tr><th scope="col">Block</th><th scope="col">What it does</th><th scope="col">Ways on</th><th scope="col">${marks.path ? "Passed" : "Here now"}</th><th scope="col">Findings</th></tr></thead>
    <tbody>${picture.blocks.map((block) => {
      const mark = marks.blocks.get(block.id);
      return html`<tr key=${block.id} class=${selected === block.id ? "selected" : ""}>
        <td>${onSelect ? html`<button class="flow-link" onClick=${() => onSelect(block.id)} aria-pressed=${selected === block.id}>${names.get(block.id)}</button>` : names.get(block.id)}${block.id === picture.start ? html` <span class="badge">Start</span>` : null}</td>
        <td>${block.title}${block.text ? html`<br /><span class="soft small">${block.text}</span>` : null}</td>
        <td><ul class="ways">${block.branches.map((one) => {
          const taken = marks.ways.get(way(block.id, one.label));
          return html`<li class=${one.kind}>${one.kind === "error" ? html`<span aria-hidden="true">⚠ </span>on error: ` : null}${one.text} → ${names.get(one.to) || html`<strong>${one.to || "nowhere"}</strong>`}${taken?.count ? html` <span class="badge ${marks.path ? "good" : ""}">${marks.path ? "taken" : `${taken.count} today`}</span>` : null}</li>`;
        })}</ul></td>
        <td>${marks.path ? (mark?.steps || []).map((one) => `#${one}`).join(", ") : mark?.now || 0}</td>
        <td>${(mark?.faults || []).map((one) => html`<div class="small"><span class="badge ${one.severity === "error" ? "bad" : "warn"}">${one.severity}</span> ${one.message}</div>`)}</td></tr>`;
    })}</tbody></table></div>`;
}

export function wayKey(block, label) { return way(block, label); }
