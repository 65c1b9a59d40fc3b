import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/service/ids.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, seedUsers } from '../support/seed.ts';
import { as, requestOf, startWorld, type World, wordsOf } from './support/world.ts';

describe('what becomes of a request', () => {
  let on: World;

  beforeAll(async () => {
    on = await startWorld();
  });
  afterAll(async () => {
    expect(await verifyAudit(on.db)).toSatisfy((checks: { ok: boolean }[]) => checks.every(({ ok }) => ok));
    await on.db.close();
  });

  const status = (id: string) => on.value<string>(sql`select status from requests where id = ${id}`);
  const askOff = async (domainId: string) =>
    requestOf(await on.submit('domain.off', 'admin', { domainId }, { reason: 'Moving' }));
  const approve = (id: string, who: 'approver' | 'second' | 'owner' = 'approver') =>
    on.service.decide(as(who), id, 'approve', null);

  it('is void when the domain is gone meanwhile', async () => {
    const domainId = await seedDomain(on.db, on.teamId, 'gone.test', 'SSO off', on.connectionId);
    const id = requestOf(await on.submit('domain.on', 'admin', { domainId }, { reason: 'Go' }));
    await on.db.query(
      sql`update domains set state = 'Verified', connection_id = null where id = ${domainId}`,
    );
    await on.db.query(sql`update domains set state = 'Deleting' where id = ${domainId}`);
    await on.db.query(sql`delete from domains where id = ${domainId}`);
    expect(wordsOf(await approve(id))).toContain('gone.test is not there any more');
    expect(await status(id)).toBe('Void');
  });

  it('is void when the connection is gone meanwhile', async () => {
    const connectionId = await seedConnection(on.db, on.teamId, 'Short-lived');
    const id = requestOf(
      await on.submit(
        'connection.delete',
        'admin',
        { connectionId },
        { reason: 'Old', confirm: 'short-lived' },
      ),
    );
    await on.db.query(sql`delete from connections where id = ${connectionId}`);
    expect(wordsOf(await approve(id))).toContain('Short-lived is not there any more');
    expect(await status(id)).toBe('Void');
  });

  it('is refused at the click once the deadline has passed, before anything has noticed', async () => {
    const id = await askOff(await seedDomain(on.db, on.teamId, 'late.test', 'SSO on', on.connectionId));
    on.clock.advance(24 * 3_600_000);
    for (const verdict of ['approve', 'reject'] as const) {
      expect(wordsOf(await on.service.decide(as('approver'), id, verdict, 'x'))).toContain('expired');
      expect(await on.service.openDecision(as('approver'), id, verdict)).toMatchObject({ type: 'refused' });
    }
  });

  it('is void when the one who asked is no longer admin', async () => {
    const id = await askOff(await seedDomain(on.db, on.teamId, 'left.test', 'SSO on', on.connectionId));
    const admin = (is: boolean) =>
      on.db.query(sql`
        update members set admin = ${is}, approver = ${!is} where team_id = ${on.teamId} and slack_id = ${PEOPLE.admin}`);
    await admin(false);
    expect(wordsOf(await approve(id))).toContain('no longer an admin');
    expect(await status(id)).toBe('Void');
    await admin(true);
  });

  it.each([
    { before: 0, more: 10, status: 'Done' },
    { before: 0, more: 11, status: 'Void' },
    { before: 200, more: 20, status: 'Done' },
    { before: 200, more: 21, status: 'Void' },
  ])('$status when $before people become $more more', async ({ before, more, status: end }) => {
    const name = `grow-${before}-${more}.test`;
    const domainId = await seedDomain(on.db, on.teamId, name, 'SSO on', on.connectionId);
    if (before > 0) await seedUsers(on.db, name, { count: before });
    const id = await askOff(domainId);
    await seedUsers(on.db, name, { count: more });
    await approve(id);
    expect(await status(id)).toBe(end);
  });

  it('is void when it would reach a team that it did not reach before', async () => {
    const other = await seedTeam(on.db, 'Sister', 'C0SISTER');
    const domainId = await seedDomain(on.db, on.teamId, 'reach.test', 'SSO on', on.connectionId);
    const id = await askOff(domainId);
    await seedUsers(on.db, 'reach.test', { count: 1, teamId: other });
    expect(wordsOf(await approve(id))).toContain('another team');
    expect(await status(id)).toBe('Void');
  });

  describe('that failed', () => {
    const failed = async (name: string) => {
      const domainId = await seedDomain(on.db, on.teamId, name, 'SSO on', on.connectionId);
      const id = await askOff(domainId);
      await on.db.query(sql`
        insert into decisions (request_id, requester, slack_id, verdict, decided_at)
        values (${id}, ${PEOPLE.admin}, ${PEOPLE.approver}, 'approve', ${on.clock.now()}::timestamptz)`);
      await on.db.query(
        sql`update requests set status = 'Failed', approvals = 1, error_ref = 'REF12345' where id = ${id}`,
      );
      return { id, domainId };
    };

    it('is tried again by an admin, without a new approval', async () => {
      const { id } = await failed('again.test');
      expect(await on.service.decide(as('bystander'), id, 'retry', null)).toMatchObject({
        refusal: { code: 'noRole' },
      });
      expect((await on.service.decide(as('admin'), id, 'retry', null)).type).toBe('done');
      expect(await status(id)).toBe('Done');
    });

    it('is void when who approved it has lost the role', async () => {
      const { id } = await failed('again-lost.test');
      await on.db.query(sql`update people set deactivated = true where slack_id = ${PEOPLE.approver}`);
      expect(wordsOf(await on.service.decide(as('admin'), id, 'retry', null))).toContain(
        'no longer an approver',
      );
      expect(await status(id)).toBe('Void');
      await on.db.query(sql`update people set deactivated = false where slack_id = ${PEOPLE.approver}`);
    });

    it('is not tried again while somebody asks for the same anew', async () => {
      const { id, domainId } = await failed('again-twice.test');
      await askOff(domainId);
      expect(await on.service.decide(as('admin'), id, 'retry', null)).toMatchObject({
        refusal: { code: 'alreadyAsked' },
      });
    });
  });

  it('is withdrawn by nobody but who asked, whatever the role', async () => {
    const id = await askOff(await seedDomain(on.db, on.teamId, 'keep.test', 'SSO on', on.connectionId));
    for (const who of ['owner', 'approver', 'bystander'] as const) {
      expect(await on.service.decide(as(who), id, 'withdraw', null)).toMatchObject({ type: 'refused' });
    }
    expect((await on.service.decide(as('admin'), id, 'withdraw', null)).type).toBe('done');
  });

  it('is known to nobody of another workspace or team', async () => {
    const id = await askOff(await seedDomain(on.db, on.teamId, 'ours.test', 'SSO on', on.connectionId));
    for (const verdict of ['approve', 'reject', 'withdraw', 'retry'] as const) {
      const foreign = await on.service.decide(
        { ...as('approver'), workspaceId: 'T0OTHER' },
        id,
        verdict,
        'x',
      );
      expect(foreign.type).toBe('refused');
    }
    await on.db.query(sql`
      insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
      select workspace_id, 'U0ELSE', 'else', time_zone, false, false, false, read_at from people
      where slack_id = ${PEOPLE.approver}`);
    const other = await seedTeam(on.db, `Other ${newId()}`, 'C0OTHER');
    await on.db.query(sql`
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      select ${other}, workspace_id, 'U0ELSE', true, true from people where slack_id = 'U0ELSE'`);
    const asker = { ...as('approver'), slackId: 'U0ELSE' };
    for (const verdict of ['approve', 'reject', 'withdraw'] as const)
      expect((await on.service.decide(asker, id, verdict, 'x')).type).toBe('refused');
    expect(await status(id)).toBe('Pending');
  });
});
