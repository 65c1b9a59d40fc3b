import { setTimeout as sleep } from 'node:timers/promises';
import { median, type Row, round } from './row.ts';
import { type Bot, startBot } from './serve/load.ts';
import { benchDatabase } from './server.ts';
import { type Dealer, startDealer } from './socket/dealer.ts';

const ROUNDS = 5;
const ENVELOPES = 3000;
const IN_FLIGHT = 16;

const REFRESHES = 20;
/** Envelopes while connections are renewed come at this pace. */
const PACE_MS = 20;
/** The peer takes long to be back, so several of its kind share the refreshes. */
const PEERS = 4;
const SETTLE_MS = 500;

interface Connected {
  bot: Bot;
  dealer: Dealer;
  /** Connections it holds while nothing happens. */
  usual: number;
}

async function connect(which: 'drawbridge' | 'bare', databaseUrl: string): Promise<Connected> {
  const dealer = await startDealer();
  const bot = await startBot(which, databaseUrl, '', dealer.apiUrl);
  const usual = which === 'drawbridge' ? 2 : 1;
  await dealer.connected(usual);
  return { bot, dealer, usual };
}

async function disconnect({ bot, dealer }: Connected): Promise<void> {
  await bot.stop();
  await dealer.close();
}

/** Envelopes a second and the bot's CPU for each, in turns. */
async function speeds(both: Connected[]) {
  const rounds: { perSecond: number; cpuMs: number }[][] = [];
  for (let n = 0; n <= ROUNDS; n += 1) {
    const each: { perSecond: number; cpuMs: number }[] = [];
    for (const at of n % 2 === 0 ? [0, 1] : [1, 0]) {
      const { bot, dealer } = both[at] as Connected;
      const before = await bot.cpuMs();
      const ms = await dealer.deal(ENVELOPES, IN_FLIGHT);
      each[at] = {
        perSecond: Math.round((ENVELOPES * 1000) / ms),
        cpuMs: ((await bot.cpuMs()) - before) / ENVELOPES,
      };
    }
    if (n > 0) rounds.push(each);
  }
  return rounds;
}

/** Envelopes flow while the connections are renewed one after the other. @returns how many were dealt and not acknowledged */
async function lost(
  { dealer, usual }: Connected,
  refreshes: number,
): Promise<{ dealt: number; lost: number }> {
  const all: Promise<boolean>[] = [];
  const flow = setInterval(() => all.push(dealer.dealOne()), PACE_MS);
  for (let n = 0; n < refreshes; n += 1) {
    await sleep(SETTLE_MS);
    const before = dealer.accepted();
    dealer.refresh(n % 2 === 0 ? 'warning' : 'refresh_requested');
    // Back as before: a new connection is up and the old one is gone.
    while (dealer.accepted() === before || dealer.connections() !== usual) await sleep(20);
  }
  await sleep(SETTLE_MS);
  clearInterval(flow);
  const acknowledged = await Promise.all(all);
  return { dealt: acknowledged.length, lost: acknowledged.filter((ok) => !ok).length };
}

/** g: Socket Mode. */
export const socketMode: Row = {
  id: 'g',
  figure: `Socket Mode envelopes/s against Bolt; lost over ${REFRESHES} refreshes`,
  aim: '≥ 0.9×; 0',
  async measure(say) {
    const database = await benchDatabase();
    const connected: Connected[] = [];
    try {
      connected.push(await connect('drawbridge', database.url));
      for (let n = 0; n < PEERS; n += 1) connected.push(await connect('bare', ''));
      say(`${ENVELOPES} envelopes a round`);
      const rounds = await speeds(connected.slice(0, 2));
      const of = (at: number, value: 'perSecond' | 'cpuMs') =>
        round(median(rounds.map((each) => each[at]?.[value] ?? 0)));
      const ratio = median(rounds.map(([one, other]) => (one?.perSecond ?? 0) / (other?.perSecond ?? 0)));
      say(`${REFRESHES} refreshes`);
      const [ours, ...theirs] = await Promise.all(
        connected.map((each, at) => lost(each, at === 0 ? REFRESHES : REFRESHES / PEERS)),
      );
      const peer = {
        dealt: theirs.reduce((sum, each) => sum + each.dealt, 0),
        lost: theirs.reduce((sum, each) => sum + each.lost, 0),
      };
      return {
        shown: `${round(ratio)}× (${of(0, 'perSecond')} to ${of(1, 'perSecond')} a second); ${ours?.lost} lost, Bolt ${peer.lost}`,
        met: ratio >= 0.9 && ours?.lost === 0,
        figures: {
          ratio: round(ratio),
          cpuMs: [of(0, 'cpuMs'), of(1, 'cpuMs')],
          rounds,
          refreshes: { each: REFRESHES, ours, peer },
        },
      };
    } finally {
      for (const each of connected) await disconnect(each);
      await database.close();
    }
  },
};
