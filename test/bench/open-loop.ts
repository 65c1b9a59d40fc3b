import { sql } from 'drizzle-orm';
import { median, type Row, round } from './row.ts';
import { type Bot, startBot } from './serve/load.ts';
import { type Offered, offer } from './serve/offered.ts';
import { type Tenants, tenants } from './serve/tenants.ts';
import { type BenchDatabase, benchDatabase } from './server.ts';

/** Teams that press at once: a hundred, each in a workspace of its own, or one alone with its one audit chain. */
const MANY = 100;
const RATE = 500;
const ROUNDS = 3;
const SECONDS = 3;
const HIGH_RATE = 1000;
const SUSTAINED_SECONDS = 5;
/** Lower rates tried when the high one is too much. */
const MOST_TRIES = 5;
/** Late by so much at the end, and a bot has fallen behind. */
const BEHIND_MS = 100;

interface Place {
  database: BenchDatabase;
  tenants: Tenants;
}

async function place(teams: number): Promise<Place> {
  const database = await benchDatabase();
  const most = Math.max(RATE * SECONDS, HIGH_RATE * SUSTAINED_SECONDS);
  return { database, tenants: await tenants(database.db, teams, most / teams) };
}

/** Offers so much to a bot; every answer that says it is done must be a commit. */
async function run({ database, tenants }: Place, bot: Bot, rate: number, seconds: number): Promise<Offered> {
  await tenants.reset(database.db);
  const offered = await offer(bot.url, rate, tenants.bodies(rate * seconds));
  const [row] = await database.db.query<{ n: number }>(sql`select count(*) as n from domains where jit`);
  if ((row?.n ?? 0) < offered.done) throw new Error(`${offered.done} were told done, ${row?.n} are`);
  return offered;
}

/** Both bots at one rate, in turns, after a short run of each that warms up. */
async function compared(where: Place, bots: Bot[]): Promise<Offered[][]> {
  for (const bot of bots) await run(where, bot, 200, 2);
  const rounds: Offered[][] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const each: Offered[] = [];
    for (const at of n % 2 === 0 ? [0, 1] : [1, 0]) {
      each[at] = await run(where, bots[at] as Bot, RATE, SECONDS);
    }
    rounds.push(each);
  }
  return rounds;
}

function isSustained({ done, sent, p50AtLast }: Offered): boolean {
  return done === sent && p50AtLast !== null && p50AtLast <= BEHIND_MS;
}

/** The high rate, or one not much above what the bot can do, answered to the last request without falling behind. */
async function sustained(where: Place, bot: Bot): Promise<{ rate: number; tried: Offered[] }> {
  const tried: Offered[] = [];
  for (let rate = HIGH_RATE; tried.length <= MOST_TRIES; ) {
    const offered = await run(where, bot, rate, SUSTAINED_SECONDS);
    tried.push(offered);
    if (isSustained(offered)) return { rate, tried };
    rate = Math.max(10, Math.floor(Math.min(rate * 0.8, offered.answeredPerSecond * 0.9) / 10) * 10);
  }
  return { rate: 0, tried };
}

async function measured(teams: number, say: (words: string) => void) {
  const where = await place(teams);
  const bots = [
    await startBot('drawbridge', where.database.url),
    await startBot('transaction', where.database.url),
  ];
  try {
    say(`${teams} ${teams === 1 ? 'team' : 'teams'}: ${RATE}/s`);
    const rounds = await compared(where, bots);
    say(`${teams} ${teams === 1 ? 'team' : 'teams'}: ${HIGH_RATE}/s`);
    const ours = await sustained(where, bots[0] as Bot);
    // Without a median the bot did not answer half of what was sent: as late as Slack waits.
    const p50 = (at: number) => median(rounds.map((each) => each[at]?.p50 ?? 3000));
    const ratio = median(rounds.map(([one, other]) => (one?.p50 ?? 3000) / (other?.p50 ?? 3000)));
    return { ratio: round(ratio), p50: [round(p50(0)), round(p50(1))], sustained: ours, rounds };
  } finally {
    for (const bot of bots) await bot.stop();
    await where.database.close();
  }
}

/** f: requests come by the clock, whether or not earlier ones are answered. */
export const openLoop: Row = {
  id: 'f',
  figure: `open loop at ${RATE}/s against the peer of b, ${HIGH_RATE}/s sustained; ${MANY} teams, and one`,
  aim: 'p50 ≤ 0.3×; sustained',
  async measure(say) {
    const many = await measured(MANY, say);
    const one = await measured(1, say);
    const words = (m: typeof many) =>
      `${m.ratio}× (${m.p50.join(' to ')} ms), ${m.sustained.rate}/s sustained`;
    return {
      shown: `${words(many)}; one team ${words(one)}`,
      met: many.ratio <= 0.3 && many.sustained.rate >= HIGH_RATE,
      figures: { many, one },
    };
  },
};
