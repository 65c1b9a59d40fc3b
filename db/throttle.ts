/**
 * Lets a burst of calls through as its first and its last.
 * @param act what to do for a key
 * @param intervalMs the least time between two acts for the same key
 * @returns `call(key)`, and `stop()` which forgets what still waits
 */
export function throttle(
  act: (key: string) => void,
  intervalMs: number,
): { call(key: string): void; stop(): void } {
  const last = new Map<string, number>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const run = (key: string): void => {
    waiting.delete(key);
    last.set(key, performance.now());
    act(key);
  };
  return {
    call(key) {
      if (waiting.has(key)) return;
      const wait = (last.get(key) ?? -intervalMs) + intervalMs - performance.now();
      if (wait <= 0) run(key);
      else waiting.set(key, setTimeout(run, wait, key));
    },
    stop() {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
