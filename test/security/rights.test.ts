import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { approvableChanges } from '../../src/operations/common/approvable.ts';
import { operations } from '../../src/operations/index.ts';
import type { Reading, Right } from '../../src/operations/operation.ts';
import type { AnyOperation } from '../../src/service/context.ts';
import { createService } from '../../src/service/create.ts';
import { doubtId } from '../../src/service/facts/sql/domain.ts';
import { newId } from '../../src/service/ids.ts';
import type { Outcome, Reference, Service } from '../../src/service/service.ts';
import { tools } from '../support/ask.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { certificate, file, metadataXml } from '../support/idp.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, WORKSPACE } from '../support/seed.ts';

/** Everybody there can be, by Slack id, and which rights they hold in the team. */
const ROLES: Record<string, { id: string; holds: Right[] }> = {
  'an admin': { id: PEOPLE.admin, holds: ['admin', 'adminOrApprover', 'member'] },
  'an approver': { id: PEOPLE.approver, holds: ['adminOrApprover', 'member'] },
  'a Slack owner without a role': { id: 'U0BOSS', holds: ['slackAdmin', 'member'] },
  'a member of the workspace': { id: PEOPLE.bystander, holds: ['member'] },
  'an admin and approver of another team': { id: 'U0OTHER', holds: ['member'] },
  'a guest': { id: PEOPLE.guest, holds: [] },
  'a guest with roles': { id: 'U0GUESTADMIN', holds: [] },
  'an admin whose Slack account is deactivated': { id: 'U0GONE', holds: [] },
  'somebody nobody knows': { id: 'U0NOBODY', holds: [] },
};

let db: TestDatabase;
let service: Service;
let teamId: string;
const clock = movableClock();
const first = certificate('first');
const next = certificate('next');

const as = (slackId: string) => ({ workspaceId: WORKSPACE, slackId });
const op = (kind: string) => operations.find((o) => o.kind === kind) as AnyOperation;

async function person(
  slackId: string,
  is: { slackAdmin?: boolean; guest?: boolean; deactivated?: boolean } = {},
): Promise<void> {
  await service.people.keep(WORKSPACE, [
    { slackId, name: slackId, timeZone: 'UTC', slackAdmin: false, guest: false, deactivated: false, ...is },
  ]);
}

async function role(slackId: string, admin: boolean, approver: boolean, team = teamId): Promise<void> {
  await db.query(sql`
    insert into members (team_id, workspace_id, slack_id, admin, approver)
    values (${team}, ${WORKSPACE}, ${slackId}, ${admin}, ${approver})`);
}

beforeAll(async () => {
  db = await testDatabase();
  service = createService({
    db,
    clock,
    log: pino({ level: 'silent' }),
    installation: { publicUrl: 'https://sso.example', supportContact: null },
    tools: tools({ lookForProof: async () => ({ found: true }), newId }),
    operations,
  });
  teamId = await seedTeam(db);
  const other = await seedTeam(db, 'Other', 'C0OTHER');
  await db.query(sql`delete from members where team_id = ${other}`);
  await person('U0BOSS', { slackAdmin: true });
  await person('U0EXTRA');
  await person('U0OTHER');
  await role('U0OTHER', true, true, other);
  await person('U0GUESTADMIN');
  await person('U0GONE');
  for (const id of ['U0GUESTADMIN', 'U0GONE']) await role(id, true, true);
  // As Slack would tell it; the roles are put back by hand, so that more than their loss keeps these people out.
  await person('U0GUESTADMIN', { guest: true });
  await person('U0GONE', { deactivated: true });
  await db.query(sql`delete from members where slack_id in ('U0GUESTADMIN', 'U0GONE')`);
  for (const id of ['U0GUESTADMIN', 'U0GONE']) await role(id, true, true);
});
afterAll(() => db.close());

interface Case {
  reference: Reference;
  input: unknown;
}

const reason = 'to see who may';
let made = 0;
const another = (): number => {
  made += 1;
  return made;
};
const name = () => `rights${another()}.test`;
const domain = async (state: Parameters<typeof seedDomain>[3], connection?: string) => {
  const called = name();
  return { called, id: await seedDomain(db, teamId, called, state, connection) };
};
const connection = () => seedConnection(db, teamId, `Connection ${another()}`);
const onDomain = async (state: Parameters<typeof seedDomain>[3], input: unknown): Promise<Case> => ({
  reference: {
    domainId: (await domain(state, state?.startsWith('SSO') ? await connection() : undefined)).id,
  },
  input,
});

const isAdmin = async (slackId: string) =>
  (await db.query(sql`select 1 from members where team_id = ${teamId} and slack_id = ${slackId} and admin`))
    .length > 0;

/** For each operation something that whoever has the right gets through with. */
const CASES: Record<string, () => Promise<Case>> = {
  setup: async () => ({
    reference: {},
    input: {
      name: `Team ${another()}`,
      channelId: `C0NEW${made}`,
      admins: [PEOPLE.owner],
      approvers: [PEOPLE.second],
      approvalsNeeded: '1',
    },
  }),
  settings: async () => ({
    reference: { teamId },
    input: {
      name: 'Acme',
      channelId: 'C0SSO',
      admins: [PEOPLE.owner, PEOPLE.admin, ...((await isAdmin('U0EXTRA')) ? [] : ['U0EXTRA'])],
      approvers: [PEOPLE.approver, PEOPLE.second],
      approvalsNeeded: '1',
    },
  }),
  'domain.add': async () => ({ reference: { teamId }, input: { domains: name() } }),
  'domain.verify': () => onDomain('Unverified', {}),
  'connection.add': async () => ({
    reference: { teamId },
    input: {
      name: `New ${another()}`,
      provider: 'okta',
      metadataFile: file('idp.xml', metadataXml(`https://idp${made}.test`, first.body)),
    },
  }),
  'connection.edit': async () => ({
    reference: { connectionId: await connection() },
    input: { ssoUrl: 'https://elsewhere.test/sso' },
  }),
  'connection.renew': async () => ({
    reference: { connectionId: await connection() },
    input: { certificate: next.pem, keep: true },
  }),
  'certificate.remove': async () => {
    const connectionId = await connection();
    const id = newId();
    await db.query(sql`
      insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
        valid_from, valid_until, added_at)
      select ${id}, connection_id, team_id, ${`BB:${id}`}, der, subject, issuer, key_type, key_bits, valid_from,
        valid_until, added_at
      from certificates where connection_id = ${connectionId}`);
    return { reference: { connectionId }, input: { certificate: id } };
  },
  'connection.test': async () => ({ reference: { connectionId: await connection() }, input: {} }),
  'domain.link': async () => {
    const { id } = await domain('Verified');
    return { reference: { domainId: id }, input: { domain: id, connection: await connection() } };
  },
  'domain.testers': async () => {
    const { id, called } = await domain('SSO off', await connection());
    return { reference: { domainId: id }, input: { testUsers: `anna@${called}` } };
  },
  'domain.on': () => onDomain('SSO off', { reason }),
  'domain.off': () => onDomain('SSO on', { reason }),
  'domain.jit': () => onDomain('Verified', { jit: true }),
  'domain.unlink': () => onDomain('SSO off', { reason }),
  'domain.delete': async () => {
    const { id, called } = await domain('Verified');
    return { reference: { domainId: id }, input: { reason, confirm: called } };
  },
  'deletion.cancel': () => deletion('Running'),
  'deletion.retry': () => deletion('Stuck'),
  'connection.delete': async () => {
    const id = await connection();
    const [row] = await db.query<{ name: string }>(sql`select name from connections where id = ${id}`);
    return { reference: { connectionId: id }, input: { reason, confirm: row?.name } };
  },
  'user.invite': async () => {
    const { called } = await domain('Verified');
    return { reference: { teamId }, input: { email: `anna@${called}`, firstName: 'Anna', lastName: 'A' } };
  },
  'user.import': async () => {
    const { id, called } = await domain('Verified');
    const users = file('users.csv', `email,first name,last name\nbert@${called},Bert,B\n`);
    return { reference: { domainId: id }, input: { file: users } };
  },
  'user.settle': async () => {
    const connectionId = await connection();
    const { id, called } = await domain('SSO on', connectionId);
    const now = clock.now();
    const [doubt] = await db.query<{ id: string }>(sql`
      with account as (
        insert into users (email, domain, first_name, last_name, created_at)
        values (${`anna@${called}`}, ${called}, 'Anna', 'A', ${now}::timestamptz) returning id)
      insert into doubtful_sign_ins (connection_id, subject, name_id, domain_id, user_id, reason, email, first_name, last_name,
        first_at, last_at)
      select ${connectionId}, 'guid', 'anna', ${id}, id, 'address-of-another', ${`anna@${called}`}, 'Anna', 'New',
        ${now}::timestamptz, ${now}::timestamptz
      from account returning ${doubtId('doubtful_sign_ins')} as id`);
    return { reference: { domainId: id }, input: { doubt: doubt?.id, verdict: 'same' } };
  },
};

async function deletion(status: string): Promise<Case> {
  const { id, called } = await domain('Deleting');
  const now = clock.now();
  await db.query(sql`
    insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, begins_at, moved_at)
    values (${newId()}, ${teamId}, ${id}, ${called}, ${PEOPLE.admin}, ${status}, 1, ${now}::timestamptz, ${now}::timestamptz,
      ${now}::timestamptz)`);
  return { reference: { domainId: id }, input: {} };
}

/** Everything the database holds, so that a refusal can be shown to have changed nothing. */
async function everything(): Promise<unknown> {
  const tables = await db.query<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const all: Record<string, unknown> = {};
  for (const { name: table } of tables) {
    const [row] = await db.query<{ hash: string }>(
      sql`select coalesce(md5(string_agg(to_jsonb(x)::text, e'\n' order by to_jsonb(x)::text)), '') as hash
        from ${sql.raw(`"${table}"`)} x`,
    );
    all[table] = row?.hash;
  }
  return all;
}

const REFUSALS = /^(noRole|guest|deactivated|stranger|notSlackAdmin)$/;

it('there is a case for every operation', () => {
  const all = operations.filter((o) => o.type === 'operation').map((o) => o.kind);
  expect(Object.keys(CASES).sort()).toEqual(all.sort());
});

describe.each(Object.keys(CASES))('%s', (kind) => {
  const { right } = op(kind);
  const may = Object.entries(ROLES).filter(([, { holds }]) => holds.includes(right));
  const mayNot = Object.entries(ROLES).filter(([, { holds }]) => !holds.includes(right));

  it(`is refused to all without the right (${right}), and nothing happens`, async () => {
    const { reference, input } = await (CASES[kind] as () => Promise<Case>)();
    const before = await everything();
    for (const [who, { id }] of mayNot) {
      const opened = await service.open(op(kind), as(id), reference);
      const asked = await service.submit(op(kind), as(id), reference, input);
      for (const came of [opened, asked]) {
        expect(came.type, `${who}: ${JSON.stringify(came).slice(0, 300)}`).toBe('refused');
        if (came.type === 'refused') expect(came.refusal.code, who).toMatch(REFUSALS);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it('is open to those who have it', async () => {
    for (const [who, { id }] of may) {
      const { reference, input } = await (CASES[kind] as () => Promise<Case>)();
      const outcome = await service.submit(op(kind), as(id), reference, input);
      expect(['asked', 'done'], `${who}: ${JSON.stringify(outcome).slice(0, 300)}`).toContain(outcome.type);
      if (outcome.type === 'asked') await service.decide(as(id), outcome.requestId, 'withdraw', null);
    }
  });
});

const READINGS = operations.filter((o): o is Reading => o.type === 'reading');

describe.each(READINGS.map(({ kind }) => kind))('%s', (kind) => {
  it('is shown to those who may see it, and to nobody else', async () => {
    const reading = READINGS.find((o) => o.kind === kind) as Reading;
    const { id } = await domain('Verified');
    const about: Record<string, Reference> = {
      domain: { domainId: id },
      domainOrConnection: { domainId: id },
      connection: { connectionId: await connection() },
    };
    const reference = { teamId, ...about[reading.subject] };
    for (const [who, { id: slackId, holds }] of Object.entries(ROLES)) {
      const shown = await service.show(reading, as(slackId), reference, {});
      if (holds.includes(reading.right)) expect(shown.type, `${who}: ${JSON.stringify(shown)}`).toBe('shown');
      else {
        expect(shown.type, `${who}: ${JSON.stringify(shown).slice(0, 300)}`).toBe('refused');
        if (shown.type === 'refused') expect(shown.refusal.code, who).toMatch(REFUSALS);
      }
    }
  });
});

describe.each(approvableChanges())('a request for $kind', ({ kind }) => {
  const ask = async (): Promise<string> => {
    const { reference, input } = await (CASES[kind] as () => Promise<Case>)();
    const outcome = await service.submit(op(kind), as(PEOPLE.admin), reference, input);
    if (outcome.type !== 'asked') throw new Error(`not asked: ${JSON.stringify(outcome)}`);
    return outcome.requestId;
  };
  const status = async (id: string) =>
    (await db.query<{ status: string }>(sql`select status from requests where id = ${id}`))[0]?.status;
  const code = (outcome: Outcome) => (outcome.type === 'refused' ? outcome.refusal.code : outcome.type);

  it('is decided by approvers of its team alone, and never by who asked', async () => {
    const id = await ask();
    const before = await everything();
    for (const [who, { id: slackId }] of Object.entries(ROLES)) {
      if (slackId === PEOPLE.approver) continue;
      for (const verdict of ['approve', 'reject', 'retry'] as const) {
        expect((await service.decide(as(slackId), id, verdict, 'no')).type, `${who}: ${verdict}`).toBe(
          'refused',
        );
      }
      if (slackId !== PEOPLE.admin)
        expect((await service.decide(as(slackId), id, 'withdraw', null)).type, `${who}: withdraw`).toBe(
          'refused',
        );
    }
    expect(await everything()).toEqual(before);
    expect(await status(id)).toBe('Pending');
    await service.decide(as(PEOPLE.admin), id, 'withdraw', null);
  });

  it('runs once, and a button pressed again does nothing', async () => {
    const id = await ask();
    const outcomes = await Promise.all(
      [PEOPLE.approver, PEOPLE.second].map((who) => service.decide(as(who), id, 'approve', null)),
    );
    expect(outcomes.map(({ type }) => type).sort(), JSON.stringify(outcomes).slice(0, 600)).toEqual([
      'done',
      'refused',
    ]);
    const after = await everything();
    for (const verdict of ['approve', 'reject', 'withdraw', 'retry'] as const) {
      for (const who of [PEOPLE.approver, PEOPLE.second, PEOPLE.admin])
        expect(code(await service.decide(as(who), id, verdict, 'again'))).toBe('decided');
    }
    expect(await everything()).toEqual(after);
  });

  it('does not run when who asked has lost the role meanwhile', async () => {
    const id = await ask();
    await db.query(sql`delete from members where team_id = ${teamId} and slack_id = ${PEOPLE.admin}`);
    try {
      expect(code(await service.decide(as(PEOPLE.approver), id, 'approve', null))).toBe('void');
      expect(await status(id)).toBe('Void');
    } finally {
      await role(PEOPLE.admin, true, false);
    }
  });

  it('does not count the approval of somebody who has lost the role since', async () => {
    await db.query(sql`update teams set approvals_needed = 2, approvals = '{}' where id = ${teamId}`);
    const id = await ask();
    try {
      await service.decide(as(PEOPLE.approver), id, 'approve', null);
      await db.query(sql`delete from members where team_id = ${teamId} and slack_id = ${PEOPLE.approver}`);
      const second = await service.decide(as(PEOPLE.second), id, 'approve', null);
      expect(second.type, JSON.stringify(second)).toBe('done');
      expect(await status(id)).toBe('Pending');
    } finally {
      await db.query(sql`delete from members where team_id = ${teamId} and slack_id = ${PEOPLE.approver}`);
      await role(PEOPLE.approver, false, true);
      await service.decide(as(PEOPLE.admin), id, 'withdraw', null);
      await db.query(sql`update teams set approvals_needed = 1 where id = ${teamId}`);
    }
  });
});

describe('an admin and approver of another workspace, with the same Slack id,', () => {
  const elsewhere = { workspaceId: 'T0SECOND', slackId: PEOPLE.admin };
  let theirs: string;
  beforeAll(async () => {
    await db.query(sql`
      insert into workspaces (id, name, bot_token, bot_id, bot_user_id, installed_at)
      values ('T0SECOND', 'Second', 'sealed', 'B0BOT', 'U0BOT', ${clock.now()}::timestamptz)`);
    await service.people.keep('T0SECOND', [
      {
        slackId: PEOPLE.admin,
        name: 'Same',
        timeZone: 'UTC',
        slackAdmin: true,
        guest: false,
        deactivated: false,
      },
    ]);
    theirs = newId();
    await db.query(sql`
      insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
      values (${theirs}, 'T0SECOND', 'Theirs', 'theirs', 'C0THEIRS', ${clock.now()}::timestamptz)`);
    await db.query(sql`
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      values (${theirs}, 'T0SECOND', ${PEOPLE.admin}, true, true)`);
  });

  const ours = async () =>
    JSON.stringify(
      await db.query(sql`
        select (select jsonb_agg(to_jsonb(d) order by d.id) from domains d where team_id = ${teamId}) as domains,
          (select jsonb_agg(to_jsonb(c) order by c.id) from connections c where team_id = ${teamId}) as connections,
          (select jsonb_agg(to_jsonb(r) order by r.id) from requests r where team_id = ${teamId}) as requests,
          (select jsonb_agg(to_jsonb(m) order by m.slack_id) from members m where team_id = ${teamId}) as members,
          (select jsonb_agg(to_jsonb(x) order by x.id) from deletions x where team_id = ${teamId}) as deletions,
          (select to_jsonb(t) from teams t where id = ${teamId}) as team`),
    );

  it.each(Object.keys(CASES).filter((kind) => kind !== 'setup'))(
    'cannot touch anything of ours by its ids: %s',
    async (kind) => {
      const { reference, input } = await (CASES[kind] as () => Promise<Case>)();
      const before = await ours();
      for (const named of [reference, { ...reference, teamId }, { ...reference, teamId: theirs }]) {
        const opened = await service.open(op(kind), elsewhere, named);
        const outcome = await service.submit(op(kind), elsewhere, named, input);
        expect(JSON.stringify([opened, outcome])).not.toContain('Acme');
        expect(await ours(), `${JSON.stringify(named)}: ${JSON.stringify(outcome)}`).toBe(before);
      }
    },
  );

  it('sees nothing of ours: screens, names while typing, files, requests', async () => {
    const { id, called } = await domain('Verified');
    const connectionId = await connection();
    const reference = { teamId, domainId: id, connectionId };
    for (const reading of READINGS) {
      const shown = await service.show(reading, elsewhere, reference, {});
      const words = JSON.stringify(shown.type === 'shown' ? shown.document : shown);
      expect(words, reading.kind).not.toContain('Acme');
      expect(words, reading.kind).not.toContain(called);
    }
    for (const among of ['domains', 'verifiedDomains', 'connections', 'otherTeams'] as const) {
      expect(await service.search(elsewhere, teamId, among, ''), among).toEqual([]);
    }
    const exported = await service.exportHistory(elsewhere, { teamId });
    if (exported.type === 'file') {
      for await (const piece of exported.pieces) expect(piece).not.toContain(PEOPLE.approver);
      expect(exported.title).not.toContain('Acme');
    }
    const asked = await service.submit(
      op('domain.delete'),
      as(PEOPLE.admin),
      { domainId: id },
      { reason, confirm: called },
    );
    const request = asked.type === 'asked' ? asked.requestId : '';
    expect(request).not.toBe('');
    const before = await ours();
    expect((await service.openDecision(elsewhere, request, 'approve')).type).toBe('refused');
    for (const verdict of ['approve', 'reject', 'withdraw', 'retry'] as const) {
      expect((await service.decide(elsewhere, request, verdict, 'no')).type, verdict).toBe('refused');
    }
    expect(await ours()).toBe(before);
  });
});
