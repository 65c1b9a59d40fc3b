import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { type Cable, startCable } from '../support/cut.ts';
import { startPgProxy } from '../support/pg-proxy.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

const IN_TIME_MS = 3000;

let server: PostgresServer;
let slow: Awaited<ReturnType<typeof startPgProxy>>;
let cable: Cable;
let slack: TestSlack;
let replicas: Replicas;
let direct: Database;

beforeAll(async () => {
  [server, slack] = await Promise.all([startPostgres(['-c', 'max_connections=40']), startSlack()]);
  slow = await startPgProxy(server.url);
  cable = await startCable(slow.url);
  replicas = await startReplicas({ count: 1, databaseUrl: cable.url, slack });
  direct = await openDatabase({ url: server.url, max: 2 });
  const owner = slack.as(PEOPLE.owner);
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  await owner.submit({
    'Team name': 'Acme',
    'Notifications channel': CHANNELS.notifications,
    Admins: [PEOPLE.owner, PEOPLE.admin],
    Approvers: [PEOPLE.owner, PEOPLE.approver],
  });
  await owner.close(true);
}, 120_000);
afterAll(async () => {
  await direct?.close();
  await replicas?.close();
  await slack?.close();
  await cable?.close();
  await slow?.close();
  await server?.stop();
});
afterEach(async () => {
  slow.delayMs = 0;
  const admin = slack.as(PEOPLE.admin);
  if (slack.ctx.modals.stack(PEOPLE.admin).length > 0) await admin.close(true);
});

const domains = async (name: string) =>
  (await direct.query(sql`select 1 from domains where name = ${name}::text`)).length;

/** Asks for a domain to be added by the dialog. @returns what was said at once, and how long that took */
async function add(name: string, meanwhile: () => Promise<unknown> | unknown = () => {}) {
  const admin = slack.as(PEOPLE.admin);
  await admin.command('/sso add');
  await admin.modal('Add domains');
  await meanwhile();
  const outcome = await admin.submit({ Domains: name });
  const stack = slack.ctx.modals.stack(PEOPLE.admin);
  return { ms: outcome.ms, words: () => JSON.stringify([outcome, stack.at(-1)?.view.blocks]) };
}

async function works(name: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const { words } = await add(name);
        const admin = slack.as(PEOPLE.admin);
        if (slack.ctx.modals.stack(PEOPLE.admin).length > 0) await admin.close(true);
        return (await domains(name)) === 1 || words();
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(true);
  for (const check of await verifyAudit(direct)) expect(check).toMatchObject({ ok: true });
}

/** How often the log said something since. */
const from = () => {
  const start = replicas.log().length;
  return (words: RegExp) =>
    replicas
      .log()
      .slice(start)
      .filter((line) => words.test(line));
};

describe('a database that', () => {
  it('only reads (a standby after a failover) lets people look, saves nothing, and is used again afterwards', async () => {
    const said = from();
    await direct.query(sql.raw('alter system set default_transaction_read_only = on'));
    await direct.query(sql`select pg_reload_conf()`);
    await sleep(300);
    const { ms, words } = await add('standby.test');
    expect(ms).toBeLessThan(IN_TIME_MS);
    expect(words()).toMatch(/Nothing can be saved right now, so nothing was changed.*[0-9A-Z]{8}/);
    const admin = slack.as(PEOPLE.admin);
    await admin.close(true);
    const look = await admin.command('/sso');
    expect(wordsOf({ blocks: [look.ack] })).toContain('Acme');
    await sleep(4000);
    expect(said(/"msg":"The database refuses what it is asked for/)).toHaveLength(1);
    await direct.query(sql.raw('alter system reset default_transaction_read_only'));
    await direct.query(sql`select pg_reload_conf()`);
    await works('standby.test');
  });

  it('takes five seconds for each statement: people are told to wait, and then what came of it', async () => {
    // Sessions that are there already: a new one would take half a minute.
    const { ms, words } = await add('slow.test', () => {
      slow.delayMs = 5000;
    });
    expect(ms).toBeLessThan(IN_TIME_MS);
    expect(words()).toMatch(/Still working|working/i);
    await expect
      .poll(
        () =>
          JSON.stringify(slack.ctx.modals.stack(PEOPLE.admin)) +
          JSON.stringify(slack.as(PEOPLE.admin).direct()),
        { timeout: 60_000, interval: 500 },
      )
      .toMatch(/slow\.test/);
    slow.delayMs = 0;
    expect(await domains('slow.test')).toBe(1);
    await slack.as(PEOPLE.admin).close(true);
    await works('after-slow.test');
  });

  it('loses its connections in the middle of a statement: nobody claims what nobody knows, and nothing is done twice', async () => {
    const said = from();
    const holder = await openDatabase({ url: server.url, max: 1 });
    // Whoever writes waits for this, and is there when the connections are reset.
    await holder.transaction(async (tx) => {
      await tx.script('lock table domains in exclusive mode');
      const adding = add('reset.test');
      await expect
        .poll(
          async () =>
            (await direct.query(sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'`)).length,
          {
            timeout: 15_000,
          },
        )
        .toBeGreaterThan(0);
      cable.plug();
      const { words } = await adding;
      await expect
        .poll(words, { timeout: 10_000 })
        .toMatch(/may or may not have been saved.*Reference: [0-9A-Z]{8}/);
    });
    await holder.close();
    await slack.as(PEOPLE.admin).close(true);
    expect(said(/"msg":"An answer failed"/)).toHaveLength(1);
    await works('reset.test');
    expect(await domains('reset.test')).toBe(1);
  });

  it('has no connection to give says so, and is used again when it has', async () => {
    const hogs: Database[] = [];
    const takeAll = async (): Promise<void> => {
      for (;;) {
        try {
          hogs.push(await openDatabase({ url: server.url, max: 1, waitSeconds: 0 }));
        } catch (error) {
          expect(error).toMatchObject({ name: 'DatabaseUnavailable', code: '53300' });
          return;
        }
      }
    };
    await takeAll();
    const { ms, words } = await add('crowded.test', async () => {
      cable.cut();
      // The server notices a moment later that they are gone.
      const ours = hogs.length;
      while (hogs.length < ours + 5) await takeAll();
      await takeAll();
      cable.plug();
    });
    expect(ms).toBeLessThan(IN_TIME_MS);
    expect(words()).toMatch(/database does not answer.*[0-9A-Z]{8}/);
    expect(await domains('crowded.test')).toBe(0);
    await slack.as(PEOPLE.admin).close(true);
    await Promise.all(hogs.map((hog) => hog.close()));
    await works('crowded.test');
  });
});
