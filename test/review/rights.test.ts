import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import type { Asker, Reference } from '../../src/service/service.ts';
import { certificate, file, metadataXml } from '../support/idp.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, seedUsers, WORKSPACE } from '../support/seed.ts';
import { as, op, requestOf, startWorld, type World } from './support/world.ts';

const FOREIGN = 'T0FOREIGN';
const { body } = certificate('idp');
const settingsInput = {
  name: 'Taken over',
  channelId: 'C0MINE',
  admins: ['U0MALLORY'],
  approvers: ['U0MALLORY'],
  approvalsNeeded: '0',
};

/** Everybody who may not change anything of the team, and why they are refused. */
const OUTSIDERS: Record<string, Asker> = {
  'a bystander': as('bystander'),
  'an approver': as('approver'),
  'a guest': as('guest'),
  'a deactivated admin': { workspaceId: WORKSPACE, slackId: 'U0GONE' },
  "another team's admin": { workspaceId: WORKSPACE, slackId: 'U0MALLORY' },
  'the same id in another workspace': { workspaceId: FOREIGN, slackId: PEOPLE.admin },
  'somebody unknown': { workspaceId: WORKSPACE, slackId: 'U0UNKNOWN' },
};

describe('who may', () => {
  let on: World;
  let mine: string;
  let domains: Record<string, string>;
  let request: string;
  /** For every change: what it names, and an input with which the team's admin gets it through. */
  let changes: Record<string, { reference: Reference; input: unknown }>;

  beforeAll(async () => {
    on = await startWorld();
    const { db, teamId, connectionId } = on;
    await db.query(sql`
      insert into workspaces (id, name, bot_token, bot_id, bot_user_id, installed_at)
      values (${FOREIGN}, 'Foreign', 'sealed', 'B1', 'U1', now())`);
    const person = (workspaceId: string, slackId: string, deactivated = false) =>
      db.query(sql`
      insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
      values (${workspaceId}, ${slackId}, ${slackId}, 'UTC', true, false, ${deactivated}, now())`);
    await person(WORKSPACE, 'U0MALLORY');
    await person(WORKSPACE, 'U0GONE', true);
    await person(FOREIGN, PEOPLE.admin);
    const member = (team: string, slackId: string) =>
      db.query(sql`
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      values (${team}, ${WORKSPACE}, ${slackId}, true, true)`);
    await member(teamId, 'U0GONE');
    mine = await seedTeam(db, 'Mallory', 'C0MINE');
    await db.query(sql`delete from members where team_id = ${mine}`);
    await member(mine, 'U0MALLORY');
    const domain = (name: string, state: Parameters<typeof seedDomain>[3]) =>
      seedDomain(db, teamId, name, state, connectionId);
    domains = {
      unverified: await domain('unverified.test', 'Unverified'),
      verified: await domain('verified.test', 'Verified'),
      spare: await domain('spare.test', 'Verified'),
      off: await domain('off.test', 'SSO off'),
      on: await domain('on.test', 'SSO on'),
      deleting: await domain('deleting.test', 'Deleting'),
    };
    await db.query(sql`
      insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, moved_at)
      values ('deletion1', ${teamId}, ${domains.deleting}, 'deleting.test', 'U0ADMIN', 'Running', 0, now(), now())`);
    const unused = await seedConnection(db, teamId, 'Unused');
    const metadataFile = file('metadata.xml', metadataXml('https://new.test', body));
    const of = (name: string): Reference => ({ domainId: domains[name] });
    const reason = 'Because';
    changes = {
      settings: { reference: { teamId }, input: settingsInput },
      'domain.add': { reference: { teamId }, input: { domains: 'new.test' } },
      'domain.verify': { reference: of('unverified'), input: {} },
      'connection.add': { reference: { teamId }, input: { name: 'New', metadataFile } },
      'connection.edit': { reference: { connectionId }, input: { name: 'Renamed' } },
      'connection.renew': {
        reference: { connectionId },
        input: { certificate: certificate('new').pem, keep: true },
      },
      'certificate.remove': { reference: { connectionId }, input: { certificate: 'some' } },
      'user.settle': {
        reference: of('on'),
        input: { doubt: `${connectionId} subject`, verdict: 'same' },
      },
      'connection.test': { reference: { connectionId }, input: {} },
      'domain.link': {
        reference: of('verified'),
        input: { domain: domains.verified, connection: connectionId },
      },
      'domain.testers': { reference: of('off'), input: { testUsers: 'a@off.test' } },
      'domain.on': { reference: of('off'), input: { reason } },
      'domain.off': { reference: of('on'), input: { reason } },
      'domain.jit': { reference: of('on'), input: { jit: true } },
      'domain.unlink': { reference: of('off'), input: { reason } },
      'domain.delete': { reference: of('spare'), input: { reason, confirm: 'spare.test' } },
      'deletion.cancel': { reference: of('deleting'), input: {} },
      'deletion.retry': { reference: of('deleting'), input: {} },
      'connection.delete': { reference: { connectionId: unused }, input: { reason, confirm: 'Unused' } },
      'user.invite': { reference: { teamId }, input: { email: 'a@on.test', firstName: 'A', lastName: 'B' } },
      'user.import': {
        reference: of('on'),
        input: { file: file('users.csv', 'email,first name,last name\na@on.test,A,B\n') },
      },
    };
    request = requestOf(await on.submit('domain.off', 'admin', of('on'), { reason }));
  });
  afterAll(() => on.db.close());

  /** Everything that a change could change, as one value. */
  const everything = async () => {
    const tables =
      'teams members domains connections certificates test_users deletions requests decisions memberships users audit test_links outbox'.split(
        ' ',
      );
    const rows = await on.db.query<{ t: string; rows: unknown }>(
      sql.join(
        tables.map(
          (t) =>
            sql`select ${sql.raw(`'${t}'`)} as t, (select jsonb_agg(to_jsonb(r) - 'checked_at' order by to_jsonb(r)::text) from ${sql.raw(t)} r) as rows`,
        ),
        sql` union all `,
      ),
    );
    return rows;
  };

  it('is asked of every change there is', () => {
    const kinds = operations.flatMap(({ type, kind }) =>
      type === 'operation' && kind !== 'setup' ? [kind] : [],
    );
    expect(Object.keys(changes).sort()).toEqual(kinds.sort());
  });

  it.each(Object.keys(OUTSIDERS))('change: not %s', async (who) => {
    const asker = OUTSIDERS[who] as Asker;
    const before = await everything();
    for (const [kind, { reference, input }] of Object.entries(changes)) {
      const outcome = await on.service.submit(op(kind), asker, reference, input);
      expect(outcome.type, `${kind} by ${who}`).toBe('refused');
      const opening = await on.service.open(op(kind), asker, reference);
      expect(opening.type, `the modal of ${kind} for ${who}`).toBe('refused');
    }
    expect(await everything()).toEqual(before);
  });

  it("change: not with another team's ids put beside one's own", async () => {
    const asker = OUTSIDERS["another team's admin"] as Asker;
    const own = await seedDomain(on.db, mine, 'mallory.test');
    const connection = await seedConnection(on.db, mine, 'Mine');
    const before = await everything();
    for (const [kind, { reference, input }] of Object.entries(changes)) {
      if (reference.teamId) continue;
      const forged = await on.service.submit(op(kind), asker, { ...reference, teamId: mine }, input);
      expect(['refused', 'chooseSubject'], `${kind}: ${JSON.stringify(forged)}`).toContain(forged.type);
    }
    const link = (input: unknown) =>
      on.service.submit(op('domain.link'), asker, { teamId: mine, domainId: own }, input);
    for (const input of [
      { domain: domains.verified, connection },
      { domains: [own, domains.verified], connection },
      { domain: own, connection: on.connectionId },
    ])
      expect((await link(input)).type, JSON.stringify(input)).toMatch(/refused|chooseSubject/);
    expect(await everything()).toEqual(before);
  });

  it.each([
    'a bystander',
    'a guest',
    'a deactivated admin',
    "another team's admin",
    'the same id in another workspace',
    'somebody unknown',
  ])('decide: not %s', async (who) => {
    const before = await everything();
    for (const verdict of ['approve', 'reject', 'withdraw', 'retry'] as const)
      expect((await on.service.decide(OUTSIDERS[who] as Asker, request, verdict, 'x')).type).toBe('refused');
    expect((await on.service.openDecision(OUTSIDERS[who] as Asker, request, 'approve')).type).toBe('refused');
    expect(await everything()).toEqual(before);
  });

  it('set up a team: not who is no Slack admin', async () => {
    for (const asker of [as('admin'), as('bystander'), as('guest')])
      expect(await on.service.submit(op('setup'), asker, {}, settingsInput)).toMatchObject({
        type: 'refused',
      });
  });

  const read = async (kind: string, asker: Asker, reference: Reference) => {
    const reading = operations.find((one) => one.kind === kind);
    if (reading?.type !== 'reading') throw new Error(kind);
    return on.service.show(reading, asker, reference, { words: reference.words });
  };

  it('read: users, history, requests and exports only admins and approvers of the team', async () => {
    await seedUsers(on.db, 'on.test', { count: 1 });
    const of: Record<string, Reference> = {
      users: { domainId: domains.on },
      history: { teamId: on.teamId },
      requests: { teamId: on.teamId },
      'connection.metadata': { connectionId: on.connectionId },
    };
    for (const [kind, reference] of Object.entries(of)) {
      for (const [who, asker] of Object.entries(OUTSIDERS)) {
        const shown = await read(kind, asker, reference);
        expect(shown.type, `${kind} by ${who}`).toBe(who === 'an approver' ? 'shown' : 'refused');
      }
      expect((await read(kind, as('admin'), reference)).type).toBe('shown');
    }
    for (const [who, asker] of Object.entries(OUTSIDERS)) {
      const exported = await on.service.exportHistory(asker, { teamId: on.teamId });
      expect(exported.type, who).toBe(who === 'an approver' ? 'file' : 'refused');
    }
  });

  it('read: status everybody but guests, without requests, users and the steps of an admin', async () => {
    for (const reference of [{ domainId: domains.on }, { connectionId: on.connectionId }] as Reference[]) {
      for (const who of ['a guest', 'a deactivated admin', 'the same id in another workspace'])
        expect((await read('status', OUTSIDERS[who] as Asker, reference)).type).not.toBe('shown');
      const shown = await read('status', as('bystander'), reference);
      if (shown.type !== 'shown') throw new Error(shown.type);
      const words = JSON.stringify(shown.document);
      expect(words).not.toMatch(/Because|"kind":"(domain|connection)\.|"go":"decide"/);
    }
  });

  it('never read who has an address of a name that nobody has proved', async () => {
    await seedUsers(on.db, 'unverified.test', { count: 7777, withPassword: 5555 });
    for (const kind of ['status', 'users', 'overview', 'home']) {
      const shown = await read(
        kind,
        as('admin'),
        kind === 'status' || kind === 'users' ? { domainId: domains.unverified } : { teamId: on.teamId },
      );
      expect(JSON.stringify(shown)).not.toMatch(/7,?777|5,?555/);
    }
    const opening = await on.service.open(op('domain.delete'), as('admin'), { domainId: domains.unverified });
    expect(JSON.stringify(opening)).not.toMatch(/7,?777|5,?555/);
  });

  it('search: names of one team of the own workspace, nothing for guests and strangers', async () => {
    const search = (asker: Asker, team: string) => on.service.search(asker, team, 'domains', '');
    expect((await search(as('admin'), on.teamId)).map(({ label }) => label)).not.toContain('mallory.test');
    for (const who of [
      'a guest',
      'a deactivated admin',
      'the same id in another workspace',
      'somebody unknown',
    ])
      expect(await search(OUTSIDERS[who] as Asker, on.teamId)).toEqual([]);
  });

  it('an admin whose role was taken away while the modal was open', async () => {
    const { reference, input } = changes['domain.jit'] as (typeof changes)[string];
    expect((await on.service.open(op('domain.jit'), as('admin'), reference)).type).toBe('open');
    const admin = (is: boolean) =>
      on.db.query(
        sql`update members set admin = ${is}, approver = ${!is} where slack_id = ${PEOPLE.admin} and team_id = ${on.teamId}`,
      );
    await admin(false);
    expect((await on.service.submit(op('domain.jit'), as('admin'), reference, input)).type).toBe('refused');
    await admin(true);
    expect((await on.service.submit(op('domain.jit'), as('admin'), reference, input)).type).toBe('done');
  });

  it('the admin of the team may ask for all that can be done now', async () => {
    const notNow = new Set([
      'settings',
      'deletion.retry',
      'domain.off',
      'domain.jit',
      'certificate.remove',
      'user.settle',
    ]);
    for (const [kind, { reference, input }] of Object.entries(changes)) {
      if (notNow.has(kind)) continue;
      const outcome = await on.service.submit(op(kind), as('owner'), reference, input);
      expect(['done', 'asked'], `${kind}: ${JSON.stringify(outcome)}`).toContain(outcome.type);
    }
  });
});
