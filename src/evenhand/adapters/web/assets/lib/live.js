// The live channel: one socket for the page, tables of rows by topic, no gap after a lost connection.
import { useEffect, useState } from "../vendor/preact-htm.js";

const tables = new Map(); // topic -> { rows: Map, seq, epoch, listeners: Set, refused }
const status = { connected: false, since: 0, last: 0, listeners: new Set() };
let socket = null;
let token = "";
let wait = 250;
// The centre's clock: its time at a moment of this page's clock, and its speed.
const clock = { centre: 0, page: 0, speed: 1 };

export function now() {
  return clock.page ? clock.centre + ((performance.now() - clock.page) / 1000) * clock.speed : Date.now() / 1000;
}

export function speed() { return clock.speed; }

export function useLiveToken(value) {
  token = value;
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ token }));
}

function connect() {
  if (socket) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/live`);
  socket.onopen = () => {
    wait = 250;
    setConnected(true);
    if (token) socket.send(JSON.stringify({ token }));
    for (const [topic, table] of tables) follow(topic, table);
  };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => {
    socket = null;
    setConnected(false);
    if (tables.size) setTimeout(connect, wait);
    wait = Math.min(wait * 2, 4000);
  };
}

function follow(topic, table) {
  socket.send(JSON.stringify({ follow: topic, epoch: table.epoch, after: table.seq }));
}

function setConnected(connected) {
  status.connected = connected;
  status.since = performance.now();
  for (const tell of status.listeners) tell();
}

function take(frame) {
  const table = tables.get(frame.topic);
  status.last = performance.now();
  if (!table) return;
  if (frame.refused) {
    table.refused = true;
  } else {
    clock.centre = frame.now;
    clock.page = performance.now();
    clock.speed = frame.speed;
    if (frame.all) table.rows = new Map(Object.entries(frame.all));
    else {
      table.rows = new Map(table.rows);
      for (const [key, row] of Object.entries(frame.set)) table.rows.set(key, row);
      for (const key of frame.drop) table.rows.delete(key);
    }
    table.epoch = frame.epoch;
    table.seq = frame.seq;
    table.known = true;
  }
  for (const tell of table.listeners) tell();
}

// The rows of a topic, kept up to date while the component stands.
export function useTopic(topic) {
  const [, again] = useState(0);
  useEffect(() => {
    if (!topic) return undefined;
    let table = tables.get(topic);
    const tell = () => again((count) => count + 1);
    if (!table) {
      table = { rows: new Map(), seq: -1, epoch: "", listeners: new Set(), refused: false, known: false };
      tables.set(topic, table);
      if (socket && socket.readyState === WebSocket.OPEN) follow(topic, table);
    }
    table.listeners.add(tell);
    connect();
    tell();
    return () => {
      table.listeners.delete(tell);
      if (!table.listeners.size) {
        tables.delete(topic);
        if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ leave: topic }));
      }
    };
  }, [topic]);
  const table = tables.get(topic);
  return { rows: table ? table.rows : new Map(), known: Boolean(table && table.known), refused: Boolean(table && table.refused) };
}

// Rows whose key begins with `kind/`, as [name, row] pairs.
export function rowsOf(topic, kind) {
  const found = [];
  for (const [key, row] of topic.rows) if (key.startsWith(kind + "/")) found.push([key.slice(kind.length + 1), row]);
  return found;
}

export function useConnection() {
  const [, again] = useState(0);
  useEffect(() => {
    const tell = () => again((count) => count + 1);
    status.listeners.add(tell);
    return () => status.listeners.delete(tell);
  }, []);
  // A page that follows nothing misses nothing.
  return { connected: status.connected || !tables.size, last: status.last };
}

// The centre's time, told anew every second (of the page) or so.
export function useNow(milliseconds = 1000) {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
  return now();
}
