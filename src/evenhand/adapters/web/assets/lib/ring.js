// The ring tone: two beats of two tones, made by the browser itself. Silent until somebody has touched the page.
let context = null;
let timer = null;

function beat(at, length) {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.03);
  gain.gain.setValueAtTime(0.12, at + length - 0.05);
  gain.gain.linearRampToValueAtTime(0, at + length);
  gain.connect(context.destination);
  for (const hertz of [440, 480]) {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(gain);
    tone.start(at);
    tone.stop(at + length);
  }
}

// Ring once; answers whether the browser lets us.
export async function ringOnce() {
  try {
    context ||= new AudioContext();
    if (context.state === "suspended") await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
    if (context.state !== "running") return false;
    beat(context.currentTime, 0.4);
    beat(context.currentTime + 0.6, 0.4);
    return true;
  } catch { return false; }
}

export function ring(on) {
  if (on && !timer) { ringOnce(); timer = setInterval(ringOnce, 3000); }
  if (!on && timer) { clearInterval(timer); timer = null; }
}
