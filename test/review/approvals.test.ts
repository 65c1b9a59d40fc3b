import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { ENGINES } from '../support/database.ts';
import { PEOPLE, seedDomain } from '../support/seed.ts';
import { as, requestOf, startWorld, type World, wordsOf } from './support/world.ts';

describe.each(ENGINES)('approvals by several people, on %s', (engine) => {
  let on: World;
  let n = 0;

  beforeAll(async () => {
    on = await startWorld(engine);
    await on.db.query(sql`
      update members set approver = true where team_id = ${on.teamId}`);
  });
  afterAll(async () => {
    expect(await verifyAudit(on.db)).toMatchObject([{ ok: true }]);
    await on.db.close();
  });

  const row = async (id: string) =>
    (
      await on.db.query<{ status: string; approvals: number }>(
        sql`select status, approvals from requests where id = ${id}`,
      )
    )[0];
  const state = (id: string) => on.value<string>(sql`select state from domains where id = ${id}`);
  const domain = () => seedDomain(on.db, on.teamId, `several${++n}.test`, 'SSO on', on.connectionId);
  const ask = async (domainId: string) =>
    requestOf(await on.submit('domain.off', 'admin', { domainId }, { reason: 'Moving' }));
  const approve = (id: string, who: 'approver' | 'second' | 'owner') =>
    on.service.decide(as(who), id, 'approve', null);

  it.each([1, 2, 3])('runs with the last of %i', async (people) => {
    await on.needs(people);
    const domainId = await domain();
    const id = await ask(domainId);
    const approvers = (['approver', 'second', 'owner'] as const).slice(0, people);
    for (const [at, who] of approvers.entries()) {
      expect(await row(id)).toEqual({ status: 'Pending', approvals: at });
      expect(await state(domainId)).toBe('SSO on');
      expect((await approve(id, who)).type).toBe('done');
    }
    expect(await row(id)).toEqual({ status: 'Done', approvals: people });
    expect(await state(domainId)).toBe('SSO off');
  });

  it('runs at once with none', async () => {
    await on.needs(0);
    const domainId = await domain();
    expect((await on.submit('domain.off', 'admin', { domainId }, { reason: 'Now' })).type).toBe('done');
    expect(await state(domainId)).toBe('SSO off');
  });

  it('counts three that come at once as three', async () => {
    await on.needs(3);
    const domainId = await domain();
    const id = await ask(domainId);
    const outcomes = await Promise.all(
      (['approver', 'second', 'owner'] as const).map((who) => approve(id, who)),
    );
    expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done', 'done']);
    expect(await row(id)).toEqual({ status: 'Done', approvals: 3 });
  });

  it('keeps the count when it is rejected or withdrawn after a first approval', async () => {
    await on.needs(3);
    for (const end of ['reject', 'withdraw'] as const) {
      const id = await ask(await domain());
      await approve(id, 'approver');
      const who = end === 'reject' ? 'second' : 'admin';
      expect((await on.service.decide(as(who), id, end, 'No')).type).toBe('done');
      expect(await row(id)).toEqual({ status: end === 'reject' ? 'Rejected' : 'Withdrawn', approvals: 1 });
    }
  });

  it('does not count who has lost the role since', async () => {
    await on.needs(2);
    const domainId = await domain();
    const id = await ask(domainId);
    await approve(id, 'approver');
    const role = (is: boolean) =>
      on.db.query(sql`
        update people set deactivated = ${!is} where slack_id = ${PEOPLE.approver}`);
    await role(false);
    expect(wordsOf(await approve(id, 'second'))).toBe('Approved: 1 of 2 approvals.');
    expect(await state(domainId)).toBe('SSO on');
    await role(true);
    expect((await approve(id, 'owner')).type).toBe('done');
    expect(await state(domainId)).toBe('SSO off');
  });
});
