// The board's words: what each outcome, stage and channel is called, and when a figure is good, near or bad.
import { clockText } from "../lib/ui.js";

const OUTCOMES = {
  chosen: "chosen", runner_up: "could have had it", available: "free", offline: "offline", custom_status: "in a status of their own",
  next_status_pending: "about to change status", at_capacity: "on a contact", other_channel_busy: "busy on another channel",
  offered_another: "rung for another", after_contact_work: "after-contact work", missed: "missed a contact", rejected: "rejected a contact",
  error: "failed offer to clear", not_in_profile: "queue not in profile", excluded_by_rule: "excluded by a rule",
  delay_not_reached: "profile's delay not over", unknown_agent: "no such agent", stale_data: "load is stale", reserved: "reserved for another",
  missing_skill: "skill missing",
};
const NOTES = {
  own_agent_wait_over: "waited long enough for the own agent", no_candidate_available: "nobody of the contact's list was free",
  rules_excluded_everybody: "rules left nobody, so they no longer hold",
};
const STAGES = {
  scheduled: "Stands by", in_flow: "In a flow", waiting: "Waiting", offered: "Ringing", dialling: "Dialling", joining: "Joining",
  talking: "On contact", after_contact_work: "After contact work",
};
export const CHANNELS = { VOICE: "Call", CHAT: "Chat", TASK: "Task", EMAIL: "Email" };

export const outcomeText = (word) => OUTCOMES[word] || word.replaceAll("_", " ");
export const stageText = (word) => STAGES[word] || word;
const noteText = (note) => NOTES[note] || note.replaceAll("_", " ");

export const time = (at) => new Date(at * 1000).toLocaleTimeString([], { hour12: false });
export const percent = (share) => (share === null ? "–" : `${Math.round(share * 100)} %`);
export const seconds = (value) => (value === null || value === undefined ? "–" : clockText(value));
export const amount = (value) => (Math.abs(value - Math.round(value)) < 0.005 ? String(Math.round(value)) : value.toFixed(2).replace(/0$/, ""));

// {offline: 2, at_capacity: 1} -> "2 offline, 1 on a contact"
export function countsText(counts) {
  const known = Object.entries(counts || {}).sort((a, b) => b[1] - a[1]);
  return known.length ? known.map(([word, count]) => `${count} ${outcomeText(word)}`).join(", ") : "no agent's profile has this queue on this channel";
}

// Why a waiting contact has nobody yet, the particular before the general.
export function whyNotYet(row, queue) {
  const wait = row.waiting;
  if (!wait) return "";
  if (wait.ringing) return `rings at ${wait.ringing}`;
  const parts = [];
  if (wait.only) parts.push(`reserved for ${wait.only} until ${time(wait.onlyUntil)}`);
  if (row.agentQueue) parts.push(`waits for ${row.agentQueue} alone`);
  if (wait.skills) parts.push(`asks for ${wait.skills} (step ${wait.step} of ${wait.steps}${wait.stepUntil ? `, until ${time(wait.stepUntil)}` : ""})`);
  if (wait.excluded) parts.push(`rules keep ${wait.excluded} from it`);
  if (wait.asksModel) parts.push("a model is being asked");
  if (wait.note) parts.push(noteText(wait.note));
  const counts = wait.why || (queue && queue.serving[row.channel]);
  if (counts) parts.push(countsText(counts));
  return parts.join("; ");
}

// The two service levels that centres use. Both are of a tally, for one of the figures' thresholds.
export const FORMULAS = {
  answered: { name: "answered in time ÷ (answered + gave up)", of: (tally, at) => share(tally.answeredIn[at], tally.answered + tally.abandoned) },
  connect: {
    name: "left the queue in time ÷ all who left it (Amazon Connect)",
    of: (tally, at) => share(tally.answeredIn[at] + tally.abandonedIn[at], tally.answered + tally.abandoned + tally.left + tally.moved),
  },
};
export const share = (part, whole) => (whole ? part / whole : null);

// [kind for the colour, word]. Below (or above) `near` it is good, beyond `far` it is bad.
export function level(value, near, far) {
  if (value === null || value === undefined) return ["", "nothing yet"];
  const beyond = (mark) => (near <= far ? value > mark : value < mark);
  if (beyond(far)) return ["bad", near <= far ? "too high" : "too low"];
  if (beyond(near)) return ["warn", near <= far ? "high" : "low"];
  return ["good", "good"];
}
