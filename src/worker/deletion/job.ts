import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../clock.ts';
import { newReference } from '../../service/ids.ts';
import { releaseBatch } from './batch.ts';
import { endDeletion, noteFailure } from './end.ts';
import { type Deletion, readDeletion } from './read.ts';
import { problemWords } from './words.ts';

export interface DeletionOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  /** People released by one statement. */
  batch?: number;
  /** Rest between two batches, so that other work gets its turn. */
  pauseMs?: number;
  /** Wait after the first failure; it doubles with each further one. */
  backOffMs?: number;
}

/** How often the card shows new figures: 20 edits a minute, half of what a workspace has. */
const CARD_EVERY_MS = 3000;
/** How often it looks whether the time to cancel is over. */
const LOOK_MS = 250;
/** So much of the time that a batch took it rests afterwards, where no pause is said. */
const REST = 0.2;
const MOST_ATTEMPTS = 5;
const MOST_FRUITLESS = 3;

/**
 * Makes the job that deletes a domain: releases its people batch after batch, then removes it. It keeps nothing in
 * memory, so it may die at any moment and be run again, or twice at once.
 * @returns the job; given the deletion's id and a signal that ends it between two batches, which it does by throwing
 *   the signal's reason, so that the queue runs it again
 */
export function deletionJob(options: DeletionOptions): (id: string, signal: AbortSignal) => Promise<void> {
  const { db, clock, log, batch = 2000, pauseMs, backOffMs = 1000 } = options;
  return async (id, signal) => {
    await resume(id);
    let after = 0;
    let fruitless = 0;
    let toldAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      signal.throwIfAborted();
      const began = performance.now();
      const deletion = await readDeletion(db, id);
      if (deletion?.status !== 'Running') return;
      if (deletion.fresh && (await rested(deletion.beginsAt, signal))) continue;
      try {
        const tell = performance.now() - toldAt >= CARD_EVERY_MS;
        const last = await releaseBatch(db, deletion, { now: clock.now(), after, size: batch, tell });
        if (tell) toldAt = performance.now();
        if (last === null && after === 0) {
          if (await ended(id)) return;
          // People may have come between the two statements; what cannot end although nobody comes is stuck.
          fruitless += 1;
          if (fruitless === MOST_FRUITLESS) throw new Error(`deletion ${id}: the domain cannot be removed`);
        } else fruitless = 0;
        after = last ?? 0;
      } catch (error) {
        fruitless = 0;
        const wait = await fail(deletion, error);
        if (wait === null) return;
        after = 0;
        await sleep(wait, undefined, { signal });
      }
      await sleep(pauseMs ?? (performance.now() - began) * REST, undefined, { signal });
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

  /** Ends it, with the figures as the last batch left them. */
  async function ended(id: string): Promise<boolean> {
    const deletion = await readDeletion(db, id);
    return deletion?.status !== 'Running' || (await endDeletion(db, deletion, clock.now()));
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
