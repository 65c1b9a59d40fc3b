import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseBatch } from '../../src/worker/deletion/batch.ts';
import { readDeletion } from '../../src/worker/deletion/read.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedDomain, seedUsers } from '../support/seed.ts';
import { wordsOf } from '../support/slack-person.ts';
import { wordsOf as outcomeWords, startWorld, type World } from './support/world.ts';

describe('cancelling a deletion that begins at the same moment, on postgres', () => {
  let on: World;
  beforeAll(async () => {
    on = await startWorld('postgres');
    await on.needs(0);
  });
  afterAll(() => on.db.close());

  it('says that the domain is kept only when it is', async () => {
    for (let n = 0; n < 12; n += 1) {
      const name = `cancel${n}.test`;
      const domainId = await seedDomain(on.db, on.teamId, name);
      await seedUsers(on.db, name, { count: 3, teamId: on.teamId, viaDomainId: domainId });
      await on.submit('domain.delete', 'admin', { domainId }, { reason: 'x', confirm: name });
      const id = (await on.value<string>(sql`select id from deletions where domain_id = ${domainId}`)) ?? '';
      const deletion = await readDeletion(on.db, id);
      if (!deletion) throw new Error('no deletion');
      const batch = () =>
        releaseBatch(on.db, deletion, { now: on.clock.now(), after: 0, size: 100, tell: false });
      const cancel = () => on.submit('deletion.cancel', 'admin', { domainId });
      const early = n % 2 === 0 ? batch() : null;
      const [outcome] = await Promise.all([cancel(), early ?? batch()]);
      const state = await on.value<string>(sql`select state from domains where id = ${domainId}`);
      const people = await on.value<number>(
        sql`select count(*) from memberships where via_domain_id = ${domainId}`,
      );
      if (outcome.type === 'done') {
        expect({ state, people }).toEqual({ state: 'Verified', people: 3 });
        expect(outcomeWords(outcome)).toContain('is kept');
      } else {
        expect({ state, people }).toEqual({ state: 'Deleting', people: 0 });
        expect(outcomeWords(outcome)).toContain('can no longer be cancelled');
      }
    }
  });
});

describe('the time to cancel a deletion', () => {
  let on: WholeBot;
  let domainId: string;
  beforeAll(async () => {
    on = await startWholeBot('pglite', { deletionGraceMs: 60_000 });
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    domainId = await seedDomain(on.db, team?.id ?? '', 'acme.test');
    await seedUsers(on.db, 'acme.test', { count: 5, teamId: team?.id, viaDomainId: domainId });
  });
  afterAll(() => on.stop());

  const ask = async () => {
    await on.admin.command('/sso delete acme.test');
    await on.admin.modal('Delete domain');
    await on.admin.submit({ Reason: 'Sold', 'Type the domain to confirm': 'acme.test' });
    await on.admin.close(true);
    await on.approver.click(/^Approve this/);
    await on.approver.modal('Approve');
    await on.approver.submit();
    await on.approver.close(true);
  };
  const state = async () => (await on.db.query<{ state: string }>(sql`select state from domains`))[0]?.state;

  it('is told on the card, whose button keeps the domain and everybody', async () => {
    await ask();
    const card = await on.bystander.sees(/Deleting acme\.test/);
    expect(wordsOf(card)).toContain('It begins');
    await on.bystander.click('Cancel deletion');
    await on.bystander.sees(/Only admins/);
    expect(await state()).toBe('Deleting');
    await on.admin.click('Cancel deletion');
    await on.admin.sees(/acme\.test is kept/);
    expect(await state()).toBe('Verified');
    await on.bystander.sees(/Deleting acme\.test was cancelled/);
    await on.bystander.sees(/Withdrawn: Delete acme\.test/);
    const [row] = await on.db.query(sql`select ended_by from requests`);
    expect(row).toEqual({ ended_by: on.admin.id });
  });

  it('is told to who asked for it, when somebody else uses it', async () => {
    on.clock.advance(61_000);
    await ask();
    await on.owner.click('Cancel deletion');
    await expect
      .poll(() => on.admin.direct().map(({ text }) => text), { timeout: 5000 })
      .toContainEqual(expect.stringMatching(/cancelled the deletion of acme\.test that you asked for/));
    expect(await state()).toBe('Verified');
  });

  it('ends, and then it is deleted', async () => {
    on.clock.advance(61_000);
    await ask();
    await on.bystander.sees(/5 people will be released/);
    expect(await state()).toBe('Deleting');
    on.clock.advance(61_000);
    await on.bystander.sees('acme.test was deleted');
    await on.idle();
    expect(await state()).toBeUndefined();
  });
});
