import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '../../db/client.ts';
import { drawbridgeTells, type Teller } from './message/ours.ts';
import { clientTells, listenerTells } from './message/peer.ts';
import { type StandIn, startStandIn } from './message/stand-in.ts';
import { median, type Row, round } from './row.ts';
import { dataFolders } from './serve/embedded.ts';
import { type Tenants, tenants } from './serve/tenants.ts';
import { benchDatabase } from './server.ts';

const ROUNDS = 5;
const MESSAGES = 40;
/** Until all statements are prepared on all connections. */
const WARM_UP = 100;
/** Each team is told a few times, so that no channel's limit of one message a second is met. */
const TEAMS = (ROUNDS * MESSAGES) / 2 + 2 * ROUNDS;
const DOMAINS = 5;
/** The next commit comes when the last one has been told of for a while. */
const PAUSE_MS = 10;
const RETRY_AFTER_SECONDS = 1;

const channelOf = (team: number): string => `CMANY${team}`;

/** Milliseconds from a commit to its message at Slack. */
async function toMessage(teller: Teller, slack: StandIn, team: number): Promise<number> {
  const arrival = slack.arrival(channelOf(team));
  const committed = await teller.commit(team);
  const ms = (await arrival) - committed;
  await sleep(PAUSE_MS);
  return ms;
}

/** Milliseconds to a message in a free channel, while another channel of the same process is limited. */
async function besideLimited(teller: Teller, slack: StandIn, limited: number, free: number): Promise<number> {
  slack.limit(channelOf(limited), RETRY_AFTER_SECONDS);
  const refused = slack.arrival(channelOf(limited));
  await teller.commit(limited);
  await refused;
  const told = slack.arrival(channelOf(limited));
  // The answer with the limit has been read.
  await sleep(PAUSE_MS);
  const ms = await toMessage(teller, slack, free);
  await told;
  return ms;
}

async function measured(db: Database, teams: Tenants, url: string | null) {
  const slack = await startStandIn();
  const tellers: Teller[] = [];
  try {
    tellers.push(await drawbridgeTells(db, teams, slack.apiUrl));
    tellers.push(await listenerTells(url, slack.apiUrl, channelOf));
    const rounds: number[][] = [];
    for (const teller of tellers) {
      for (let n = 0; n < WARM_UP; n += 1) await toMessage(teller, slack, n);
    }
    let team = 0;
    for (let n = 0; n < ROUNDS; n += 1) {
      const each: number[] = [];
      const from = team;
      for (const at of n % 2 === 0 ? [0, 1] : [1, 0]) {
        const took: number[] = [];
        for (let m = 0; m < MESSAGES; m += 1) {
          team = from + (m % (MESSAGES / 2));
          took.push(await toMessage(tellers[at] as Teller, slack, team));
        }
        each[at] = median(took);
      }
      team += 1;
      rounds.push(each);
    }
    const beside: number[][] = [];
    const pair = [tellers[0] as Teller, clientTells(slack.apiUrl, channelOf)];
    for (let n = 0; n < ROUNDS; n += 1) {
      const each: number[] = [];
      for (const teller of pair) each.push(await besideLimited(teller, slack, team, team + 1));
      team += 2;
      beside.push(each);
    }
    return { path: compared(rounds), beside: compared(beside) };
  } finally {
    for (const teller of tellers) await teller.stop();
    await slack.close();
  }
}

function compared(rounds: number[][]) {
  const of = (at: number) => round(median(rounds.map((each) => each[at] as number)));
  return {
    ratio: round(median(rounds.map(([one, other]) => (one as number) / (other as number))), 3),
    ms: [of(0), of(1)],
    rounds,
  };
}

function shown({ path, beside }: Awaited<ReturnType<typeof measured>>): string {
  return `${round(path.ratio)}× (${path.ms.join(' to ')} ms); ${beside.ratio}× (${beside.ms.join(' to ')} ms)`;
}

/** i: how long after a commit its message leaves, alone and beside a channel that Slack limits. */
export const messageOut: Row = {
  id: 'i',
  figure:
    'commit → message out, against LISTEN and one post; a free channel beside a limited one, against WebClient',
  aim: '≤ 2×; ≤ 0.05×',
  async measure() {
    const database = await benchDatabase();
    try {
      const figures = await measured(database.db, await tenants(database.db, TEAMS, DOMAINS), database.url);
      const met = figures.path.ratio <= 2 && figures.beside.ratio <= 0.05;
      return { shown: shown(figures), met, figures };
    } finally {
      await database.close();
    }
  },
  async embedded() {
    const folders = await dataFolders((db) => tenants(db, TEAMS, DOMAINS));
    try {
      const db = await openDatabase({ dataDir: await folders.copy() });
      try {
        const figures = await measured(db, folders.seeded, null);
        return { shown: shown(figures), figures };
      } finally {
        await db.close();
      }
    } finally {
      await folders.remove();
    }
  },
};
