import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database, Transaction } from '../../db/database.ts';
import { DatabaseUnavailable } from '../../db/errors.ts';
import type { Clock } from '../clock.ts';
import { TRACE, traced } from '../trace.ts';
import { dropRow, type Trouble } from './outbox-drop.ts';
import {
  giveBackRows,
  LEASE_MS,
  markSent,
  putOff,
  putOffFailed,
  renewRows,
  takeRows,
} from './outbox-lease.ts';
import type { Job, Notice, OutboxRow } from './outbox-row.ts';
import { isToBeToldNow } from './second-look.ts';
import { SlackUnreachable } from './slack-port.ts';

/** What came of a notice. Anything that may pass by itself is thrown instead, and tried again. */
export type Delivery =
  | { type: 'sent' }
  /** Not now: a limit, or something else must go first. */
  | { type: 'later'; waitMs: number }
  /** Once more, after something that must not be done for ever: counted, and kept with the reason. */
  | { type: 'again'; reason: string }
  /** Never: kept with its problem; `trouble` is told to the team's admins. */
  | { type: 'dropped'; problem: string; trouble?: Trouble };

export interface RelayOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  deliver(notice: Notice): Promise<Delivery>;
  /** Puts a job into the queue, in the transaction that is given. */
  enqueue(tx: Transaction, name: string, data: object, options: { singletonKey: string }): Promise<unknown>;
  /** Rows worked on at once. */
  atOnce?: number;
}

export interface Relay {
  start(): Promise<void>;
  /** Takes no more rows, waits up to `graceMs` for those under way and gives back the rest. */
  stop(graceMs?: number): Promise<void>;
  /** Looks for work now. */
  wake(): void;
  /** @returns whether nothing waits and nothing is under way */
  empty(): Promise<boolean>;
}

const POLL_MS = 1000;
/** After so many failures a row is given up, if the last is of our own making. */
const MOST_ATTEMPTS = 10;
/** Slack or the database being away counts up to the longest wait, so that our own failures have some tries left. */
const MOST_AWAY = 6;
const LONGEST_WAIT_MS = 60_000;
/** A row that is put off further than the leases know would count as put off by a clock that was ahead. */
const FURTHEST_MS = 10 * 60_000;
/** Timers for rows closer to each other than this are one. */
const TOGETHER_MS = 20;
/** The first name behind those of cards' lanes; see `service/outbox.ts`. */
const BEHIND_CARDS = 'card;';

/**
 * Carries the outbox: each row goes out at least once, rows of one lane in their order, lanes without waiting for
 * each other. Any number of processes may do so at once.
 */
export function createRelay({ db, clock, log, deliver, enqueue, atOnce = 16 }: RelayOptions): Relay {
  const underWay = new Map<string, { id: number; work: Promise<void> }>();
  /** Rows that others may have by now: what comes of them here is no longer noted, unless they were sent. */
  const givenBack = new Set<number>();
  const timers = new Set<NodeJS.Timeout>();
  let soon: { at: number; timer: NodeJS.Timeout } | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  let running = false;
  let taking: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let reached = '';
  let reachedBehind = '';

  const wake = (): void => {
    if (!running) return;
    wokenMeanwhile = true;
    taking ??= take().finally(() => {
      taking = undefined;
      if (wokenMeanwhile && underWay.size < atOnce) wake();
    });
  };

  const take = async (): Promise<void> => {
    while (running && wokenMeanwhile && underWay.size < atOnce) {
      wokenMeanwhile = false;
      try {
        const free = atOnce - underWay.size;
        const behind = reached === '' ? 0 : await takeBehindCards(Math.floor(free / 2));
        const most = free - behind;
        const rows = await takeRows(db, clock.now(), [...underWay.keys()], most, reached);
        // The end of the lanes was reached: the rest of the places goes to those at the beginning.
        const round = reached !== '' && rows.length < most;
        reached = rows.length === most ? (rows.at(-1)?.lane ?? '') : '';
        if (round) wokenMeanwhile = true;
        for (const row of rows) begin(row);
        if (rows.length === most) wokenMeanwhile = true;
      } catch (error) {
        log.warn({ err: error }, 'The outbox could not be read; trying again in a second');
        return;
      }
    }
  };

  /** Where more waits than there are places, cards may be thousands: jobs and messages to people do not wait for all. */
  const takeBehindCards = async (most: number): Promise<number> => {
    if (most === 0) return 0;
    const from = reachedBehind || BEHIND_CARDS;
    const rows = await takeRows(db, clock.now(), [...underWay.keys()], most, from);
    reachedBehind = rows.length === most ? (rows.at(-1)?.lane ?? '') : '';
    for (const row of rows) begin(row);
    return rows.length;
  };

  const begin = (row: OutboxRow): void => {
    const work = traced(() => carry(row), row.payload.trace).finally(() => {
      underWay.delete(row.lane);
      wake();
    });
    underWay.set(row.lane, { id: row.id, work });
  };

  /** Never throws: what cannot even be noted is found again when the lease ends. */
  const carry = async (row: OutboxRow): Promise<void> => {
    try {
      const delivery = row.kind === 'job' ? await hand(row) : await deliver(row);
      if (delivery.type === 'sent') await sent(row);
      else if (givenBack.has(row.id)) return;
      else if (delivery.type === 'later') await wait(row, delivery.waitMs);
      else if (delivery.type === 'again') await again(row, 0, delivery.reason);
      else await dropRow(db, clock.now(), row, delivery.problem, delivery.trouble);
    } catch (error) {
      await failed(row, error).catch((second: unknown) => {
        log.warn({ err: second, outbox: row.id }, 'A failure could not be noted; the row comes again');
      });
    }
  };

  const sent = async (row: OutboxRow): Promise<void> => {
    await markSent(db, clock.now(), row.id);
    const ms = clock.now().getTime() - row.createdAt.getTime();
    log.info({ outbox: row.id, kind: row.kind, lane: row.lane, ms }, 'Told');
  };

  const hand = async ({ id, payload }: Job): Promise<Delivery> => {
    await db.transaction(async (tx) => {
      const taken = await tx.query(sql`
        update outbox set sent_at = ${clock.now()}::timestamptz
        where id = ${id}::bigint and sent_at is null and dropped_at is null returning id`);
      const data = payload.trace ? { ...payload.data, [TRACE]: payload.trace } : payload.data;
      if (taken.length > 0) await enqueue(tx, payload.name, data, { singletonKey: `outbox:${id}` });
    });
    return { type: 'sent' };
  };

  const wait = async (row: OutboxRow, waitMs: number): Promise<void> => {
    const ms = Math.min(FURTHEST_MS, Math.max(0, waitMs));
    await putOff(db, clock.now(), row.id, ms);
    wakeIn(ms + 5);
  };

  const failed = async (row: OutboxRow, error: unknown): Promise<void> => {
    if (givenBack.has(row.id)) return;
    const passing = error instanceof SlackUnreachable || error instanceof DatabaseUnavailable;
    const problem = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown';
    if (!passing && row.attempts + 1 >= MOST_ATTEMPTS) {
      log.error({ err: error, outbox: row.id, kind: row.kind }, 'A notice failed too often and is given up');
      return dropRow(db, clock.now(), row, problem);
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** row.attempts) * (0.8 + Math.random() * 0.4);
    log.warn({ err: error, outbox: row.id, kind: row.kind, waitMs }, 'A notice failed and is tried again');
    await again(row, waitMs, problem, passing ? MOST_AWAY : MOST_ATTEMPTS);
    wakeIn(waitMs + 5);
  };

  const again = (row: OutboxRow, waitMs: number, problem: string, most = MOST_ATTEMPTS): Promise<void> =>
    putOffFailed(db, clock.now(), row.id, { waitMs, problem, most });

  /** One timer, for the next row; what comes later than the next look is found by it. */
  const wakeIn = (ms: number): void => {
    if (!running || ms >= POLL_MS) return;
    const at = performance.now() + ms;
    if (soon && soon.at <= at + TOGETHER_MS) return;
    clearTimeout(soon?.timer);
    const timer = setTimeout(() => {
      soon = undefined;
      wake();
    }, ms);
    soon = { at, timer };
  };

  const renew = async (): Promise<void> => {
    const ids = [...underWay.values()].map(({ id }) => id);
    if (ids.length === 0) return;
    await renewRows(db, clock.now(), ids).catch((error: unknown) => {
      log.warn({ err: error }, 'Rows under way could not be kept; another process may send them again');
    });
  };

  return {
    wake,
    async start() {
      running = true;
      stopListening = await db.listen('outbox', wake);
      timers.add(setInterval(wake, POLL_MS));
      timers.add(setInterval(() => void renew(), LEASE_MS / 3));
      wake();
    },
    async stop(graceMs = 5000) {
      running = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      clearTimeout(soon?.timer);
      await stopListening?.();
      await taking;
      const works = [...underWay.values()].map(({ work }) => work);
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(works), grace]);
      clearTimeout(timer);
      const left = [...underWay.values()].map(({ id }) => id);
      for (const id of left) givenBack.add(id);
      if (left.length > 0) await giveBackRows(db, clock.now(), left);
    },
    async empty() {
      if (underWay.size > 0 || taking) return false;
      const waiting = await db.query(
        sql`select 1 from outbox where sent_at is null and dropped_at is null and (${isToBeToldNow(clock.now())}) limit 1`,
      );
      return waiting.length === 0;
    },
  };
}
