import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES } from '../support/database.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam } from '../support/seed.ts';
import { as, requestOf, startWorld, type World } from './support/world.ts';

describe.each(ENGINES)('what plain SQL cannot do, on %s', (engine) => {
  let on: World;
  let other: string;
  let ids: Record<'Unverified' | 'Verified' | 'SSO off' | 'SSO on' | 'Deleting', string>;

  beforeAll(async () => {
    on = await startWorld(engine);
    other = await seedTeam(on.db, 'Other', 'C0OTHER');
    const one = (state: keyof typeof ids) =>
      seedDomain(on.db, on.teamId, `${state.toLowerCase().replace(' ', '-')}.test`, state, on.connectionId);
    ids = {
      Unverified: await one('Unverified'),
      Verified: await one('Verified'),
      'SSO off': await one('SSO off'),
      'SSO on': await one('SSO on'),
      Deleting: await one('Deleting'),
    };
  });
  afterAll(() => on.db.close());

  const refuses = (statement: SQL, constraint: string) =>
    expect(on.db.query(statement)).rejects.toMatchObject({ constraint });

  it('take a domain where no arrow leads', async () => {
    const arrows = new Set([
      'Unverified>Verified',
      'Verified>SSO off',
      'SSO off>SSO on',
      'SSO on>SSO off',
      'SSO off>Verified',
      'Verified>Deleting',
      'Deleting>Verified',
    ]);
    for (const [from, id] of Object.entries(ids)) {
      for (const to of Object.keys(ids)) {
        if (from === to || arrows.has(`${from}>${to}`)) continue;
        const linked = to === 'SSO on' || to === 'SSO off' ? on.connectionId : null;
        await refuses(
          sql`update domains set state = ${to}, connection_id = ${linked} where id = ${id}`,
          'domains_arrows',
        );
      }
    }
    for (const state of ['Verified', 'SSO off', 'SSO on'] as const)
      await refuses(sql`delete from domains where id = ${ids[state]}`, 'domains_arrows');
  });

  it('have a link without a connection, a connection without a link, or one of another team', async () => {
    const foreign = await seedConnection(on.db, other, 'Foreign');
    const set = (id: string, connection: string | null, state?: string) =>
      sql`update domains set connection_id = ${connection}, state = coalesce(${state ?? null}::text, state) where id = ${id}`;
    await refuses(set(ids.Verified, on.connectionId), 'domains_linked_has_connection');
    await refuses(set(ids.Verified, null, 'SSO off'), 'domains_linked_has_connection');
    await refuses(set(ids.Verified, foreign, 'SSO off'), 'domains_connection_of_team');
    await refuses(set(ids['SSO off'], foreign), 'domains_arrows');
    await refuses(sql`update domains set team_id = ${other} where id = ${ids.Verified}`, 'domains_arrows');
    await refuses(sql`update domains set name = 'else.test' where id = ${ids.Verified}`, 'domains_arrows');
    await refuses(sql`delete from connections where id = ${on.connectionId}`, 'domains_connection_of_team');
  });

  it('give a name a second live owner', async () => {
    const second = await seedDomain(on.db, other, 'verified.test', 'Unverified');
    await refuses(sql`update domains set state = 'Verified' where id = ${second}`, 'domains_live_owner');
  });

  describe('to a request', () => {
    let id: string;
    beforeAll(async () => {
      const domainId = await seedDomain(on.db, on.teamId, 'asked.test', 'SSO on', on.connectionId);
      await on.needs(2);
      id = requestOf(await on.submit('domain.off', 'admin', { domainId }, { reason: 'Moving' }));
      await on.needs(1);
    });

    it('lower what it needs, or change what was asked', async () => {
      for (const change of [
        sql`needed = 1`,
        sql`requester = ${PEOPLE.owner}`,
        sql`kind = 'domain.on'`,
        sql`subject_id = ${ids.Verified}`,
        sql`team_id = ${other}`,
        sql`input = '{"reason":"other"}'`,
        sql`reason = 'other'`,
        sql`impact = '{"people":9999,"teams":[],"lines":[]}'`,
        sql`bound = '{}'`,
        sql`deadline = deadline + interval '1 day'`,
      ])
        await refuses(sql`update requests set ${change} where id = ${id}`, 'requests_arrows');
    });

    it('approve it without people, or by the one who asked', async () => {
      for (const status of ['Approved', 'Done']) {
        await refuses(sql`update requests set status = ${status} where id = ${id}`, 'requests_arrows');
        await refuses(
          sql`update requests set status = ${status}, approvals = 2 where id = ${id}`,
          'requests_four_eyes',
        );
      }
      const decide = (who: string, requester: string, verdict = 'approve') => sql`
        insert into decisions (request_id, requester, slack_id, verdict, decided_at)
        values (${id}, ${requester}, ${who}, ${verdict}, now())`;
      await refuses(decide(PEOPLE.admin, PEOPLE.admin), 'decisions_four_eyes');
      await expect(on.db.query(decide(PEOPLE.admin, PEOPLE.owner))).rejects.toThrow();
      expect((await on.service.decide(as('approver'), id, 'approve', null)).type).toBe('done');
      await expect(on.db.query(decide(PEOPLE.approver, PEOPLE.admin))).rejects.toThrow();
      await refuses(
        sql`update requests set status = 'Done', approvals = 2 where id = ${id}`,
        'requests_four_eyes',
      );
    });

    it('unmake a decision, or the request', async () => {
      await refuses(sql`update decisions set verdict = 'reject' where request_id = ${id}`, 'decisions_kept');
      await refuses(sql`delete from decisions where request_id = ${id}`, 'decisions_kept');
      await refuses(sql`delete from requests where id = ${id}`, 'requests_kept');
    });

    it('open a second one for the same thing', async () => {
      await refuses(
        sql`
          insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, input, asks, act, checks, bound,
            impact, reason, requester, needed, status, created_at, deadline)
          select 'second', team_id, workspace_id, kind, subject_id, subject_name, input, asks, act, checks, bound, impact,
            reason, ${PEOPLE.owner}, needed, 'Pending', created_at, deadline from requests where id = ${id}`,
        'requests_one_open',
      );
    });

    it('take it back from its end', async () => {
      expect((await on.service.decide(as('second'), id, 'approve', null)).type).toBe('done');
      for (const status of ['Pending', 'Approved', 'Failed', 'Rejected', 'Expired', 'Void', 'Withdrawn'])
        await refuses(sql`update requests set status = ${status} where id = ${id}`, 'requests_arrows');
    });
  });

  it('change the audit trail or its end', async () => {
    await refuses(sql`update audit set actor = 'U0NOBODY'`, 'audit_append_only');
    await refuses(sql`delete from audit`, 'audit_append_only');
    await refuses(sql`truncate audit`, 'audit_append_only');
    await refuses(sql`update audit_heads set seq = seq - 1`, 'audit_heads_move_on');
    await refuses(sql`update audit_heads set hash = 'x'`, 'audit_heads_move_on');
    await refuses(sql`delete from audit_heads`, 'audit_heads_move_on');
    await refuses(sql`truncate audit_heads`, 'audit_heads_not_truncated');
  });
});
