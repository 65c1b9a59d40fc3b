import { type Database, openDatabase } from '../../../db/client.ts';
import { createLog } from '../../../src/log.ts';
import { ratios } from '../paths.ts';
import { type Row, round } from '../row.ts';
import { dataFolders } from '../serve/embedded.ts';
import { type Bot, startBot } from '../serve/load.ts';
import { jitSubmit } from '../serve/payloads.ts';
import { allow, benchService } from '../serve/service.ts';
import { type Tenants, tenants } from '../serve/tenants.ts';
import { AT_ONCE, rounds } from '../serve/whole-path.ts';

type Embedded = NonNullable<Row['embedded']>;

/** As on a server one team, with a domain for each who presses. */
const place = () => dataFolders((db) => tenants(db, 1, AT_ONCE));

/** The bot with submits of its own: its database is its own, and so is what was changed last. */
function flipping(bot: Bot, teams: Tenants): Bot {
  const allowed = new Map<number, boolean>();
  const body = (worker: number): string => {
    const next = !(allowed.get(worker) ?? false);
    allowed.set(worker, next);
    return jitSubmit(teams.teams[0] as string, teams.domain(0, worker), next, teams.admin(0));
  };
  return { ...bot, load: (requests, atOnce) => bot.load(requests, atOnce, body) };
}

async function compared(which: [string, string?][], options: Parameters<typeof rounds>[2]) {
  const folders = await place();
  const bots: Bot[] = [];
  try {
    for (const [name, operations] of which) {
      bots.push(flipping(await startBot(name, await folders.copy(), operations), folders.seeded));
    }
    return ratios(await rounds(bots, () => '', options));
  } finally {
    for (const bot of bots) await bot.stop();
    await folders.remove();
  }
}

/** a: statements of a change; there is no network to cross. */
export const roundTripsEmbedded: Embedded = async () => {
  const folders = await place();
  try {
    const db = await openDatabase({ dataDir: await folders.copy() });
    let statements = 0;
    const counting: Database = Object.assign(Object.create(db) as Database, {
      query(statement: Parameters<Database['query']>[0]) {
        statements += 1;
        return db.query(statement);
      },
    });
    try {
      const service = benchService(counting, createLog('silent'));
      for (let n = 0; n < AT_ONCE; n += 1) await allow(service, folders.seeded, 0, n);
    } finally {
      await db.close();
    }
    return { shown: `${round(statements / AT_ONCE)} statements`, figures: { statements, changes: AT_ONCE } };
  } finally {
    await folders.remove();
  }
};

/** b: against Bolt with PGlite's own transaction. */
export const wholePathEmbedded: Embedded = async () => {
  const r = await compared([['drawbridge'], ['transaction']], { count: 3, requests: 320 });
  return {
    shown: `${r.perSecond}× req/s (${r.ours.perSecond} to ${r.peer.perSecond}), ${r.cpu}× CPU`,
    figures: r,
  };
};

/** e: 50 operations against 5; the CPU is that of the database too, which is in the process. */
export const manyOperationsEmbedded: Embedded = async () => {
  const r = await compared(
    [
      ['drawbridge', '50'],
      ['drawbridge', '5'],
    ],
    { count: 5, requests: 160 },
  );
  return { shown: `${r.cpu}× CPU`, figures: r };
};
