import type { App, ReceiverEvent } from '@slack/bolt';

/** Stands between a receiver and Bolt: counts what is under way, and sees to it that everything is acknowledged. */
export interface Gate {
  /** Give this to a receiver's `init` in place of the app. */
  app: App;
  /** More is under way than one process should take on. */
  crowded(): boolean;
  /** From now on everybody is asked to try again: this process ends, and another one takes over. */
  leave(): void;
  /** @returns when nothing is under way any more, or after `ms` */
  idle(ms: number): Promise<void>;
}

/** So many payloads at once; beyond it people are asked to try again, before anything is read or written. */
const MOST = 256;

/**
 * @param app Bolt
 * @param most payloads at once
 */
export function createGate(app: App, most = MOST): Gate {
  let running = 0;
  let leaving = false;
  let waiting: (() => void)[] = [];

  const ended = (): void => {
    running -= 1;
    if (running > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const processEvent = async (event: ReceiverEvent): Promise<void> => {
    running += 1;
    let acked = false;
    const ack: ReceiverEvent['ack'] = async (body) => {
      acked = true;
      await event.ack(body);
    };
    // Bolt would acknowledge an event before it is worked on; after it, what fails is sent again by Slack.
    const isEvent = event.body.event !== undefined;
    try {
      await app.processEvent(isEvent ? { ...event, ack: async () => undefined } : { ...event, ack });
      // What Bolt has no name for is not acknowledged by it.
      if (!acked) await ack();
    } finally {
      ended();
    }
  };

  return {
    app: { processEvent } as unknown as App,
    crowded: () => leaving || running > most,
    leave() {
      leaving = true;
    },
    async idle(ms) {
      if (running === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), timeout]);
      clearTimeout(timer);
    },
  };
}
