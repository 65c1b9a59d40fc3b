import { type Clock, systemClock } from '../../clock.ts';
import type { Panel } from '../ui/panels.ts';
import { jsonFile } from './json-file.ts';

/** The clock of the local workspace: it can be moved forward, and stays so after a restart. */
export interface LocalClock extends Clock {
  panel: Panel;
}

const MOST_MS = 366 * 24 * 60 * 60 * 1000;

/**
 * @param path where its offset is kept
 * @param moved called after it was moved: things may be due now
 */
export async function localClock(path: string, moved: () => void): Promise<LocalClock> {
  const kept = await jsonFile(path, { offsetMs: 0 });
  const now = () => new Date(systemClock.now().getTime() + kept.value.offsetMs);
  return {
    now,
    panel: {
      state: () => ({ now: now().toISOString(), offset_ms: kept.value.offsetMs }),
      actions: {
        async forward({ ms }) {
          const by = Number(ms);
          if (!Number.isFinite(by) || by <= 0 || by > MOST_MS)
            throw new RangeError('a time between now and a year from now');
          kept.value.offsetMs += by;
          await kept.save();
          moved();
          return { now: now().toISOString() };
        },
      },
    },
  };
}
