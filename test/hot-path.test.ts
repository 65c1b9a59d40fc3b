import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../db/client.ts';
import { createIdp } from '../src/workspace/idp/idp.ts';
import { startBot, type TestBot } from './support/bot.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { type Exchange, type PgProxy, startPgProxy } from './support/pg-proxy.ts';
import { seedConnection, seedDomain, seedUsers } from './support/seed.ts';
import { PEOPLE } from './support/slack.ts';
import type { SlackPerson } from './support/slack-person.ts';

/**
 * What a command costs: round trips to the database, counted between the bot and a real server, and calls of Slack.
 * Everything is done twice, for a domain that warms up and for one that counts: a statement is prepared at its
 * first use on a connection. Set-up, settings, imports and plans may take more (issue "Fast and unbreakable").
 */
describe('the hot path', () => {
  let db: TestDatabase;
  let proxy: PgProxy;
  let proxied: Database;
  let bot: TestBot;
  let team: string;
  let okta: string;
  let admin: SlackPerson;
  let approver: SlackPerson;
  let owner: SlackPerson;

  beforeAll(async () => {
    db = await testDatabase('postgres');
    if (!('url' in db.source)) throw new Error('a server has an address');
    proxy = await startPgProxy(db.source.url);
    // One connection, so that what was prepared once is prepared.
    proxied = await openDatabase({ url: proxy.url, max: 1 });
    bot = await startBot({ database: proxied, tools: { lookForProof: async () => ({ found: true }) } });
    await bot.setUp();
    team = (await db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    okta = await seedConnection(db, team, 'Okta');
    await seedConnection(db, team, 'Entra');
    admin = bot.slack.as(PEOPLE.admin);
    approver = bot.slack.as(PEOPLE.approver);
    owner = bot.slack.as(PEOPLE.owner);
    await bot.slack.as(PEOPLE.owner).close(true);
    for (const person of [admin, approver, owner]) await person.home();
  });
  afterAll(async () => {
    await bot?.close();
    await proxied?.close();
    await proxy?.close();
    await db?.close();
  });

  interface Cost {
    reads: number;
    writes: number;
    calls: string[];
  }

  /** What one act of a person costs. The wake-up call of the relay comes after the answer and is left out. */
  async function cost(act: () => Promise<unknown>): Promise<Cost> {
    await sleep(15);
    proxy.take();
    const before = bot.slack.ctx.log.entries.at(-1)?.id ?? 0;
    await act();
    await sleep(15);
    const exchanges = proxy
      .take()
      .filter(({ statements }) => !statements.every((s) => s.includes('pg_notify')));
    for (const exchange of exchanges) {
      expect(exchange.statements, 'one statement a round trip').toHaveLength(1);
      expect(exchange.parsed, `prepared before: ${exchange.statements[0]?.slice(0, 200)}`).toBe(false);
      expect(exchange.simple).toBe(false);
    }
    const calls = bot.slack.ctx.log.entries
      .filter(({ id, kind }) => id > before && (kind === 'api' || kind === 'file'))
      .map(({ name }) => name);
    const writes = exchanges.filter(isWrite).length;
    return { reads: exchanges.length - writes, writes, calls };
  }

  const READ: Cost = { reads: 1, writes: 0, calls: [] };
  const MODAL: Cost = { ...READ, calls: ['views.open'] };
  const CHANGE: Cost = { reads: 1, writes: 1, calls: [] };

  type State = 'none' | 'Unverified' | 'Verified' | 'SSO off' | 'SSO on';
  interface Scenario {
    what: string;
    begins: State;
    /** Each act with what it may cost, in order; `count` does and counts it. */
    run(name: string, count: (act: () => Promise<unknown>, expected: Cost) => Promise<void>): Promise<void>;
  }

  /** By way of a modal: opened by a command, then submitted. */
  const byModal =
    (command: (name: string) => string, values: (name: string) => Record<string, unknown>, pages = 1) =>
    async (name: string, count: Parameters<Scenario['run']>[1]) => {
      await count(() => admin.command(command(name)), MODAL);
      for (let page = 1; page < pages; page += 1) await count(() => admin.submit(), READ);
      await count(() => submitted(admin, values(name)), CHANGE);
      await admin.close(true);
    };

  const scenarios: Scenario[] = [
    {
      what: 'add',
      begins: 'none',
      run: byModal(
        (n) => `/sso add ${n}`,
        () => ({}),
      ),
    },
    {
      what: 'verify',
      begins: 'Unverified',
      run: (name, count) => count(() => admin.command(`/sso verify ${name}`), CHANGE),
    },
    {
      what: 'link',
      begins: 'Verified',
      run: byModal(
        (n) => `/sso link ${n} Okta`,
        () => ({}),
      ),
    },
    {
      what: 'testers',
      begins: 'SSO off',
      run: byModal(
        (n) => `/sso testers ${n}`,
        (n) => ({ 'Test users': `nora@${n}` }),
      ),
    },
    {
      what: 'invite',
      begins: 'Verified',
      run: byModal(
        (n) => `/sso invite nora@${n}`,
        () => ({ 'First name': 'Nora', 'Last name': 'Ade' }),
      ),
    },
    {
      what: 'jit',
      begins: 'Verified',
      run: byModal(
        (n) => `/sso jit ${n}`,
        () => ({ 'SSO access': ['yes'] }),
      ),
    },
    {
      what: 'connect',
      begins: 'none',
      run: byModal(
        (n) => `/sso connect ${n}`,
        (n) => ({
          'Entity ID': `https://${n}/saml`,
          'Sign-on URL': `https://${n}/sso`,
          Certificate: createIdp({ entityId: `https://${n}/saml`, ssoUrl: `https://${n}/sso` })
            .certificatePem,
        }),
      ),
    },
    { what: 'test', begins: 'none', run: (_, count) => count(() => admin.command('/sso test Okta'), CHANGE) },
    {
      what: 'rename a connection',
      begins: 'none',
      run: byModal(
        (n) => `/sso edit ${n.startsWith('warm') ? 'Entra' : 'Entra 1'}`,
        (n) => ({ 'Connection name': n.startsWith('warm') ? 'Entra 1' : 'Entra 2' }),
      ),
    },
    {
      what: 'off, approved',
      begins: 'SSO on',
      async run(name, count) {
        await byModal(
          (n) => `/sso off ${n}`,
          () => ({ Reason: 'A test' }),
          2,
        )(name, count);
        await decided(name, count, 'approve', 'SSO off');
      },
    },
    {
      what: 'on, rejected',
      begins: 'SSO off',
      async run(name, count) {
        await byModal(
          (n) => `/sso on ${n}`,
          () => ({ Reason: 'A test' }),
        )(name, count);
        await decided(name, count, 'reject', 'SSO off');
      },
    },
    {
      what: 'unlink, withdrawn',
      begins: 'SSO off',
      async run(name, count) {
        await byModal(
          (n) => `/sso unlink ${n}`,
          () => ({ Reason: 'A test' }),
        )(name, count);
        await admin.command('/sso requests');
        await count(() => admin.click(/^Withdraw/), CHANGE);
      },
    },
    {
      what: 'delete, approved',
      begins: 'Verified',
      async run(name, count) {
        const values = (n: string) => ({ Reason: 'A test', 'Type the domain to confirm': n });
        await byModal((n) => `/sso delete ${n}`, values)(name, count);
        await decided(name, count, 'approve', 'Deleting');
      },
    },
  ];

  async function submitted(person: SlackPerson, values: Record<string, unknown>): Promise<void> {
    const outcome = await person.submit(values as Parameters<SlackPerson['submit']>[0]);
    expect(outcome.ok, JSON.stringify(outcome.ack)).toBe(true);
    expect((outcome.ack as { response_action?: string }).response_action).toBe('update');
  }

  async function decided(
    name: string,
    count: Parameters<Scenario['run']>[1],
    verdict: 'approve' | 'reject',
    state: State | 'Deleting',
  ): Promise<void> {
    await count(() => approver.command('/sso requests'), { ...READ, reads: 2 });
    await count(async () => {
      await approver.click(verdict === 'approve' ? /^Approve/ : /^Reject/);
      await approver.modal();
    }, MODAL);
    await count(() => submitted(approver, verdict === 'reject' ? { Reason: 'Not now' } : {}), CHANGE);
    await approver.close(true);
    const [row] = await db.query<{ state: string }>(sql`select state from domains where name = ${name}`);
    expect(row?.state).toBe(state);
  }

  async function prepare(name: string, { begins }: Scenario): Promise<void> {
    if (begins === 'none') return;
    const linked = begins === 'SSO off' || begins === 'SSO on';
    const id = await seedDomain(db, team, name, begins, linked ? okta : undefined);
    await seedUsers(db, name, { count: 3, withPassword: 1, teamId: team, viaDomainId: id });
  }

  it.each(scenarios.map((scenario) => [scenario.what, scenario] as const))(
    '%s takes one read and one write',
    async (what, scenario) => {
      const slug = what.replace(/\W+/g, '-');
      await prepare(`warm-${slug}.example`, scenario);
      await scenario.run(`warm-${slug}.example`, async (act) => void (await act()));
      await prepare(`hot-${slug}.example`, scenario);
      await scenario.run(`hot-${slug}.example`, async (act, expected) => {
        expect(await cost(act)).toEqual(expected);
      });
    },
  );

  it('status and Home take at most two reads, whatever the number of domains', async () => {
    const look = async () => [
      await cost(() => admin.command('/sso')),
      await cost(() => admin.command('/sso status hot-link.example')),
      await cost(() => admin.command('/sso status Okta')),
      await cost(() => bot.slack.openHome(PEOPLE.admin)),
    ];
    const warm = async () => {
      await admin.command('/sso');
      await admin.command('/sso status hot-link.example');
      await admin.command('/sso status Okta');
      await admin.home();
    };
    await warm();
    const few = await look();
    await db.query(sql`
      insert into domains (id, team_id, name, state, token, added_at, added_by)
      select 'bulk-' || n, ${team}, 'bulk' || n || '.example', 'Unverified', 'token', now(), ${PEOPLE.admin}
      from generate_series(1, 300) n`);
    const many = await look();
    expect(many).toEqual(few);
    for (const { reads, writes } of many) {
      expect(reads).toBeLessThanOrEqual(2);
      expect(writes).toBe(0);
    }
    expect(many.map(({ calls }) => calls)).toEqual([[], [], [], ['views.publish']]);
  });
});

function isWrite({ statements }: Exchange): boolean {
  return statements.some((text) => /\b(insert into|update \w+ |delete from)/i.test(text));
}
