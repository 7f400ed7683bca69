// Loaded into the program with --import: whatever it would wait for a minute or more is over when it gets SIGUSR2, and
// hardly before. So a timeout ends only what never ends by itself, however slow the machine is.
const MIN_MS = 60_000;
const set = globalThis.setTimeout;
const clear = globalThis.clearTimeout;
const waiting = new Map();

function patient(callback, ms, ...args) {
  if (!(ms >= MIN_MS)) return set(callback, ms, ...args);
  const runOut = () => {
    waiting.delete(timer);
    callback(...args);
  };
  const timer = set(runOut, ms);
  waiting.set(timer, runOut);
  return timer;
}

globalThis.setTimeout = Object.defineProperties(patient, Object.getOwnPropertyDescriptors(set));
globalThis.clearTimeout = (timer) => {
  waiting.delete(timer);
  clear(timer);
};
process.on('SIGUSR2', () => {
  for (const [timer, runOut] of [...waiting]) {
    clear(timer);
    runOut();
  }
});
