/** Whether Slack can be reached at all, for each workspace. */
export interface Outage {
  /** @returns how long to leave a workspace alone; 0 when it may be called */
  wait(workspaceId: string): number;
  /** A call begins. @returns call it when the call has ended */
  begins(workspaceId: string): () => void;
  /** A call to this channel had no answer. */
  failed(workspaceId: string, channel: string): void;
  /** A call had an answer. */
  over(workspaceId: string): void;
}

interface State {
  /** Channels that had no answer since the last that had one. */
  channels: Set<string>;
  until: number;
  pauseMs: number;
  probing: boolean;
}

/** No answer from fewer channels may be those channels' own trouble, which must not delay others. */
const CHANNELS = 3;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** How long to leave it while somebody else tries. */
const PROBE_MS = 2000;

/**
 * While Slack is away, whatever waits would knock in turn, thousands of times an hour. So after some channels have had
 * no answer, one call at a time finds out whether it is back.
 * @param now milliseconds that only rise
 */
export function createOutage(now: () => number): Outage {
  const states = new Map<string, State>();

  return {
    wait(workspaceId) {
      const state = states.get(workspaceId);
      if (!state || state.channels.size < CHANNELS) return 0;
      const left = state.until - now();
      if (left <= 0 && !state.probing) return 0;
      // Not all at the same moment.
      return Math.ceil(Math.max(left, PROBE_MS) * (1 + Math.random()));
    },
    begins(workspaceId) {
      const state = states.get(workspaceId);
      if (!state || state.channels.size < CHANNELS) return () => {};
      state.probing = true;
      return () => {
        state.probing = false;
      };
    },
    failed(workspaceId, channel) {
      const state = states.get(workspaceId) ?? {
        channels: new Set(),
        until: 0,
        pauseMs: FIRST_PAUSE_MS,
        probing: false,
      };
      states.set(workspaceId, state);
      // Three are enough to know; more need not be kept.
      if (state.channels.size < CHANNELS) state.channels.add(channel);
      if (state.channels.size < CHANNELS || state.until > now()) return;
      state.until = now() + state.pauseMs;
      state.pauseMs = Math.min(LONGEST_PAUSE_MS, state.pauseMs * 2);
    },
    over(workspaceId) {
      states.delete(workspaceId);
    },
  };
}
