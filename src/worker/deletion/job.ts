import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../clock.ts';
import { newReference } from '../../service/ids.ts';
import { releaseBatch } from './batch.ts';
import { endDeletion, noteFailure } from './end.ts';
import { createPace } from './pace.ts';
import { type Deletion, readDeletion } from './read.ts';
import { problemWords } from './words.ts';

export interface DeletionOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  /** People released by one statement; as many as it manages in a moment when left out. */
  batch?: number;
  /** Rest between two batches; as the engine needs it when left out. */
  pauseMs?: number;
  /** Wait after the first failure; it doubles with each further one. */
  backOffMs?: number;
}

/** How often the card shows new figures: 20 edits a minute, half of what a workspace has. */
const CARD_EVERY_MS = 3000;
/** How often it looks whether the time to cancel is over. */
const LOOK_MS = 250;
const MOST_ATTEMPTS = 5;
const MOST_FRUITLESS = 3;

/**
 * Makes the job that deletes a domain: releases its people batch after batch, then removes it. It keeps nothing in
 * memory but where it is, so it may die at any moment and be run again, or twice at once.
 * @returns the job; given the deletion's id and a signal that ends it between two batches, which it does by throwing
 *   the signal's reason, so that the queue runs it again
 */
export function deletionJob(options: DeletionOptions): (id: string, signal: AbortSignal) => Promise<void> {
  const { db, clock, log, batch, pauseMs, backOffMs = 1000 } = options;
  return async (id, signal) => {
    await resume(id);
    let after = 0;
    let fruitless = 0;
    let toldAt = Number.NEGATIVE_INFINITY;
    const pace = createPace(db.engine, { batch, pauseMs });
    /** As it is known to be; null: to be read. */
    let known: Deletion | null = null;
    for (;;) {
      signal.throwIfAborted();
      const deletion: Deletion | null = known ?? (await readDeletion(db, id));
      known = null;
      if (deletion?.status !== 'Running') return;
      if (deletion.fresh && (await rested(deletion.beginsAt, signal))) continue;
      const began = performance.now();
      let released = 0;
      try {
        const tell = began - toldAt >= CARD_EVERY_MS;
        const done = await releaseBatch(db, deletion, { now: clock.now(), after, size: pace.size(), tell });
        // Cancelled, ended or stuck, or another process is at it too: what is so now is read before going on.
        if (!done) continue;
        if (tell) toldAt = began;
        released = done.released;
        after = done.last ?? 0;
        known = { ...deletion, fresh: false, released: deletion.released + released };
        if (released > 0) fruitless = 0;
        if (done.last === null) {
          if (await endDeletion(db, known, clock.now())) return;
          // People may have come between the two statements; what cannot end although nobody comes is stuck.
          known = null;
          fruitless += 1;
          if (fruitless === MOST_FRUITLESS) throw new Error(`deletion ${id}: the domain cannot be removed`);
        }
      } catch (error) {
        fruitless = 0;
        const wait = await fail(deletion, error);
        if (wait === null) return;
        known = null;
        after = 0;
        await sleep(wait, undefined, { signal });
      }
      const rest = pace.after(released, performance.now() - began);
      if (rest > 0) await sleep(rest, undefined, { signal });
    }
  };

  /** A stuck deletion is given to the queue again only when somebody asked for it. */
  async function resume(id: string): Promise<void> {
    await db.query(sql`
      update deletions set status = 'Running', attempts = 0, problem = null, moved_at = ${clock.now()}::timestamptz
      where id = ${id}::text and status = 'Stuck'`);
  }

  /** Leaves the time to cancel, in short rests since the clock may be moved. @returns whether there was any left */
  async function rested(until: Date, signal: AbortSignal): Promise<boolean> {
    const left = () => until.getTime() - clock.now().getTime();
    if (left() <= 0) return false;
    while (left() > 0) await sleep(Math.min(left(), LOOK_MS), undefined, { signal });
    return true;
  }

  /** @returns how long to wait before the next attempt, or null when there is none */
  async function fail(deletion: Deletion, error: unknown): Promise<number | null> {
    const reference = newReference();
    log.error({ err: error, reference, deletion: deletion.id }, 'A batch of a deletion failed');
    const failure = await noteFailure(
      db,
      deletion,
      problemWords(error, reference),
      MOST_ATTEMPTS,
      clock.now(),
    );
    if (!failure || failure.stuck) return null;
    return backOffMs * 2 ** (failure.attempts - 1);
  }
}
