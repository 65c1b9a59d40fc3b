import { sql } from 'drizzle-orm';
import { startPgProxy } from '../../support/pg-proxy.ts';
import { seedConnection, seedDomain, seedTeam } from '../../support/seed.ts';
import { type BenchDatabase, benchDatabase } from '../server.ts';
import { type Bot, type Load, startBot } from './load.ts';
import { jitSubmit } from './payloads.ts';

/** So many people press at once; each has a domain of their own, all have one team and so one audit chain. */
export const AT_ONCE = 16;

/** A team with a domain for each worker. */
export interface Workplace extends BenchDatabase {
  bodyOf: (worker: number, n: number) => string;
}

export async function workplace(): Promise<Workplace> {
  const database = await benchDatabase();
  const team = await seedTeam(database.db);
  await seedConnection(database.db, team, 'Okta');
  const domains: string[] = [];
  for (let n = 0; n < AT_ONCE; n += 1) {
    domains.push(await seedDomain(database.db, team, `d${n}.example`));
  }
  await database.db.query(sql.raw('vacuum analyze'));
  // Each request changes what the one before it left: counted over all loads, whatever bot they went to.
  const jit = new Map<number, boolean>();
  return {
    ...database,
    bodyOf(worker) {
      const next = !(jit.get(worker) ?? false);
      jit.set(worker, next);
      return jitSubmit(team, domains[worker] as string, next);
    },
  };
}

/** Rounds of both, in turns, after one that warms up. */
export async function rounds(
  bots: Bot[],
  bodyOf: (worker: number, n: number) => string,
  { count = 5, requests = 800, atOnce = AT_ONCE } = {},
): Promise<Load[][]> {
  const loads: Load[][] = [];
  for (let round = 0; round <= count; round += 1) {
    const order = bots.map((_, at) => (at + round) % bots.length);
    const each: Load[] = [];
    for (const at of order) each[at] = await (bots[at] as Bot).load(requests, atOnce, bodyOf);
    if (round > 0) loads.push(each);
  }
  return loads;
}

/** Both bots on one database, with so much added to each round trip. */
export async function compare(
  delayMs: number,
  options: Parameters<typeof rounds>[2] = {},
): Promise<Load[][]> {
  const place = await workplace();
  const proxy = await startPgProxy(place.url, delayMs);
  const url = delayMs === 0 ? place.url : proxy.url;
  const bots = [await startBot('drawbridge', url), await startBot('transaction', url)];
  try {
    return await rounds(bots, place.bodyOf, options);
  } finally {
    for (const bot of bots) await bot.stop();
    await proxy.close();
    await place.close();
  }
}
