import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { Pool } from 'undici';
import { type Database, openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { templateFolder } from '../../db/template.ts';
import { variables } from '../../src/environment.ts';
import { freePort } from '../support/free-port.ts';
import { seedConnection, seedDomain, seedTeam } from '../support/seed.ts';
import { median, type Row, round } from './row.ts';
import { type Cold, command, signed, slackOf, startCold, stubSlack } from './serve/cold.ts';
import { headers, jitSubmit } from './serve/payloads.ts';
import { benchDatabase } from './server.ts';

const ROUNDS = 5;
const START = ['start/start.js'];
const PEER = ['test/bench/serve/cold-peer.mjs'];
const MB = 2 ** 20;
const KEY = '07'.repeat(32);
const COMMANDS = 100_000;
const BEFORE = 10_000;
const AT_ONCE = 16;
/** Tells its memory after a collection when it is asked to, which no flag at the start may disturb. */
const TELL = `data:text/javascript,import v8 from 'node:v8';import vm from 'node:vm';process.on('SIGUSR2',()=>{
v8.setFlagsFromString('--expose-gc');const gc=vm.runInNewContext('gc');gc();gc();const {rss,heapUsed}=process.memoryUsage();process.send({rss,heapUsed})})`;

/** Nothing of what the one who measures has set. */
const NO_SLACK = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));

interface Memory {
  rss: number;
  heapUsed: number;
}

/** A team with a domain, so that a submit has something to change. @returns the next submit's body */
async function inhabit(db: Database): Promise<() => string> {
  const team = await seedTeam(db);
  await seedConnection(db, team, 'Okta');
  const domain = await seedDomain(db, team, 'd.example');
  let jit = false;
  return () => {
    jit = !jit;
    return jitSubmit(team, domain, jit);
  };
}

/** A start of Drawbridge. @returns milliseconds until a submit was answered, which carries the commit */
async function ours(env: Record<string, string>, body: string): Promise<number> {
  const cold = await startCold(START, env, (url) => signed(url, body));
  await cold.stop();
  return cold.ms;
}

/** A start of the peer. @returns milliseconds until its command was answered, after its one insert */
async function theirs(env: Record<string, string>): Promise<number> {
  const cold = await startCold(PEER, env, (url) => signed(url, command('hello')));
  await cold.stop();
  return cold.ms;
}

/** The first start of somebody who tries it, and the next one: until the page is there. */
async function newcomer(): Promise<{ first: number; again: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-cold-'));
  const took: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    const env = { ...NO_SLACK, DATA_DIR: join(dataDir, 'data'), PORT: String(await freePort()) };
    const page = async (url: string) => {
      const response = await fetch(`${url.replace('127.0.0.1', 'localhost')}/workspace`);
      // Read to its end, so that the connection serves the next try too and no port is used up.
      await response.text();
      return response.ok;
    };
    const cold = await startCold(START, env, page);
    took.push(cold.ms);
    await cold.stop();
  }
  await rm(dataDir, { recursive: true });
  const [first = 0, again = 0] = took;
  return { first, again };
}

/** What 90,000 commands more leave in memory, after a collection. */
async function growth(env: Record<string, string>, say: (words: string) => void) {
  const cold = await startCold(['--import', TELL, ...START], env, (url) => signed(url, command('help')));
  const pool = new Pool(cold.url, { connections: AT_ONCE });
  const send = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      const body = command('help');
      const { statusCode, body: answer } = await pool.request({
        method: 'POST',
        path: '/slack/events',
        headers: headers(body),
        body,
      });
      if (statusCode !== 200 || !(await answer.text()).includes('/sso')) throw new Error('not answered');
    }
  };
  const sendAll = (count: number) =>
    Promise.all(Array.from({ length: AT_ONCE }, () => send(count / AT_ONCE)));
  await sendAll(BEFORE);
  const before = await memoryOf(cold);
  say(`memory after ${BEFORE} commands: ${Math.round(before.rss / MB)} MB`);
  await sendAll(COMMANDS - BEFORE);
  const after = await memoryOf(cold);
  await pool.close();
  await cold.stop();
  return {
    before,
    after,
    grew: (after.rss - before.rss) / MB,
    heap: (after.heapUsed - before.heapUsed) / MB,
  };
}

async function memoryOf({ process: child }: Cold): Promise<Memory> {
  const told = once(child, 'message') as Promise<[Memory]>;
  child.kill('SIGUSR2');
  return (await told)[0];
}

/** l: from `node` to the first answered payload that writes, and what 100,000 commands leave in memory. */
export const coldStart: Row = {
  id: 'l',
  figure: 'cold start to the first answer against node + Bolt + Drizzle; memory after 100,000 `/sso help`',
  aim: '≤ 0.7×; + ≤ 5 MB',
  async measure(say) {
    const slack = await stubSlack();
    const place = await benchDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-cold-'));
    try {
      const env = async (more: Record<string, string>) => ({
        ...slackOf(slack.url),
        ENCRYPTION_KEY: KEY,
        PORT: String(await freePort()),
        ...more,
      });
      const server = { DATABASE_URL: place.url };
      const embedded = { DATABASE_URL: '', DATA_DIR: folder };
      await place.db.query(sql`create table asked (id bigserial primary key, who text, words text)`);
      const onServer = await inhabit(place.db);
      const inFolder = await openDatabase({ dataDir: folder, template: await templateFolder() });
      await migrate(inFolder);
      const onEmbedded = await inhabit(inFolder);
      await inFolder.close();
      const figures: { ours: number; peer: number; embedded: number }[] = [];
      for (let n = 0; n <= ROUNDS; n += 1) {
        say(`round ${n} of ${ROUNDS}`);
        const peer = await theirs(await env(server));
        const took = { ours: await ours(await env(server), onServer()), peer };
        const reopened = await ours(await env(embedded), onEmbedded());
        // In the first round what is compiled is kept, files come into the cache and keys are made.
        if (n > 0) figures.push({ ...took, embedded: reopened });
      }
      const [row] = await place.db.query<{ n: number }>(sql`select count(*) as n from audit`);
      if (row?.n !== ROUNDS + 1) throw new Error('not every start wrote what it answered');
      const page = await newcomer();
      const memory = await growth(await env(server), say);
      const ratio = median(figures.map((f) => f.ours / f.peer));
      const middle = (of: 'ours' | 'peer' | 'embedded') => Math.round(median(figures.map((f) => f[of])));
      return {
        shown:
          `${round(ratio)}× (${middle('ours')} to ${middle('peer')} ms; embedded ${middle('embedded')} ms; ` +
          `page ${Math.round(page.first)} ms first, then ${Math.round(page.again)}), + ${round(memory.grew, 1)} MB`,
        met: ratio <= 0.7 && memory.grew <= 5,
        figures: { starts: figures, page, memory },
      };
    } finally {
      await place.close();
      slack.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
