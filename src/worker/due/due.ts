import type { Logger } from 'pino';
import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../clock.ts';
import type { Service } from '../../service/service.ts';
import { watchPasswords } from '../turn-off/watch-passwords.ts';
import { postAuditHeads } from './audit-heads.ts';
import { announceExpiry } from './certificate-expiry.ts';
import { expire } from './expiry.ts';
import { offerRemoval } from './old-certificates.ts';
import { lookForProofs } from './proofs.ts';
import { remind } from './reminders.ts';
import { sweep } from './sweep.ts';
import { dropUnproved, warnOfDropping } from './unproved-domains.ts';
import { watchCards, watchDeletions } from './watches.ts';

/** Things looked at by one statement; when there were as many, there may be more. */
const MOST = 200;
const EVERY_MS = 15_000;

/** What is due by our clock, each with the time between two looks. Each does its things once, however many look. */
const CHORES: { name: string; everyMs: number; run: Chore }[] = [
  { name: 'expiry', everyMs: 0, run: expire },
  { name: 'reminders', everyMs: 0, run: remind },
  { name: 'deletions', everyMs: 0, run: watchDeletions },
  { name: 'cards', everyMs: 60_000, run: watchCards },
  { name: 'passwords', everyMs: 60_000, run: watchPasswords },
  { name: 'warnings', everyMs: 60_000, run: warnOfDropping },
  { name: 'unproved domains', everyMs: 60_000, run: dropUnproved },
  { name: 'certificates that end', everyMs: 600_000, run: announceExpiry },
  { name: 'certificates replaced', everyMs: 60_000, run: offerRemoval },
  { name: 'audit heads', everyMs: 600_000, run: postAuditHeads },
  { name: 'sweep', everyMs: 3_600_000, run: (db, now) => sweep(db, now).then(() => 0) },
];

/** @returns how many things it looked at, at most `most` */
type Chore = (db: Database, now: Date, most: number) => Promise<number>;

export interface Due {
  start(): void;
  stop(): Promise<void>;
  /** Does everything that is due now, without waiting for its turn. */
  run(): Promise<void>;
}

/**
 * @param last when it was looked last, if it was
 * @param now the present moment, which lies before that when the clock was set back
 * @param everyMs the time between two looks
 */
export function isTurn(last: number | undefined, now: number, everyMs: number): boolean {
  return last === undefined || now < last || now - last >= everyMs;
}

export interface DueOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Looks for TXT records that are due; left out, nobody does. */
  service?: Pick<Service, 'lookForProof'>;
}

/** Looks every 15 seconds for what has become due. One chore that fails leaves the others be. */
export function createDue({ db, clock, log, service }: DueOptions): Due {
  const chores = service
    ? [
        ...CHORES,
        { name: 'proofs', everyMs: 0, run: (db: Database, now: Date) => lookForProofs(db, now, service) },
      ]
    : CHORES;

  const lookedAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  const look = async (everything: boolean): Promise<void> => {
    for (const { name, everyMs, run } of chores) {
      if (stopped) return;
      const now = clock.now();
      if (!everything && !isTurn(lookedAt.get(name), now.getTime(), everyMs)) continue;
      try {
        while (!stopped && (await run(db, now, MOST)) === MOST);
        lookedAt.set(name, now.getTime());
      } catch (error) {
        log.error({ err: error, chore: name }, 'What is due could not be done; it is tried again');
      }
    }
  };

  const inTurn = (everything: boolean): Promise<void> => {
    running = running.then(() => look(everything));
    return running;
  };

  const tick = async (): Promise<void> => {
    await inTurn(false);
    if (!stopped) timer = setTimeout(() => void tick(), EVERY_MS);
  };

  return {
    start() {
      void tick();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
    run: () => inTurn(true),
  };
}
