import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

describe('two teams in one workspace, and approvals by two people', () => {
  let on: WholeBot;
  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    await on.owner.command('/sso setup');
    const modal = await on.owner.modal('Set up your team');
    expect(wordsOf(modal.view)).toContain('a further team beside Acme');
    const outcome = await on.owner.submit({
      'Team name': 'Sister',
      'Notifications channel': CHANNELS.notifications,
      Admins: [PEOPLE.owner, PEOPLE.secondAdmin],
      Approvers: [PEOPLE.owner, PEOPLE.approver, PEOPLE.admin],
      'Approvals needed': '2',
    });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await on.owner.close(true);
    await on.idle();
  });
  afterAll(() => on.stop());

  const team = async (name: string) =>
    (await on.db.query<{ id: string }>(sql`select id from teams where name = ${name}`))[0]?.id ?? '';

  it('begins the trail of each with its own set-up', async () => {
    const begun = await on.db.query<{ team: string; subject: string }>(sql`
      select t.name as team, a.subject_name as subject from audit a join teams t on t.id = a.team_id
      where a.kind = 'setup' and a.seq = 1 order by t.name`);
    expect(begun).toEqual([
      { team: 'Acme', subject: 'Acme' },
      { team: 'Sister', subject: 'Sister' },
    ]);
    expect((await verifyAudit(on.db)).every(({ ok }) => ok)).toBe(true);
  });

  it('has both want a name: the first to prove it wins, the other reads so and can only delete it', async () => {
    for (const [who, name] of [
      [on.admin, 'Acme'],
      [on.secondAdmin, 'Sister'],
    ] as const) {
      await who.command('/sso add wanted.test');
      const modal = await who.modal();
      if (modal.view.title?.text === 'Choose a team') await who.submit({ Team: await team(name) });
      await who.modal('Add domains');
      const outcome = await who.submit({ Domains: 'wanted.test' });
      expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
      await who.close(true);
    }
    const tokens = await on.db.query<{ token: string; team: string }>(
      sql`select d.token, t.name as team from domains d join teams t on t.id = d.team_id order by t.name`,
    );
    expect(tokens.map((row) => row.team)).toEqual(['Acme', 'Sister']);
    on.dns.setTxt(
      '_drawbridge-challenge.wanted.test',
      tokens.map(({ token }) => `drawbridge-verification=${token}`),
    );
    // Who has a role in both teams is asked which one is meant, since both have this channel and this name.
    await on.admin.command('/sso verify wanted.test');
    await on.admin.modal('Choose a team');
    const [first, second] = await Promise.all([
      on.admin.submit({ Team: await team('Acme') }),
      on.secondAdmin.command('/sso verify wanted.test'),
    ]);
    const said = [first, second].map(({ ack }) => wordsOf({ blocks: [ack] }));
    expect(said.filter((words) => words.includes('is verified.'))).toHaveLength(1);
    expect(said.filter((words) => /has wanted\.test verified/.test(words))).toHaveLength(1);
    await on.admin.close(true);
    await on.idle();
    await on.bystander.sees(/wanted\.test was verified by another team/);
    const states = await on.db.query<{ state: string }>(
      sql`select state from domains where name = 'wanted.test' order by state`,
    );
    expect(states.map(({ state }) => state)).toEqual(['Unverified', 'Verified']);
  });

  it('runs a change with the second approval, and shows the first on the card', async () => {
    const sister = await team('Sister');
    const connectionId = await seedConnection(on.db, sister, 'IdP');
    await seedDomain(on.db, sister, 'two.test', 'SSO on', connectionId);
    await on.secondAdmin.command('/sso off two.test');
    await on.secondAdmin.modal('Turn off SSO');
    await on.secondAdmin.submit();
    await on.secondAdmin.submit({ Reason: 'Two of us decide' });
    await on.secondAdmin.close(true);
    await on.idle();
    const state = async () =>
      (await on.db.query<{ state: string }>(sql`select state from domains where name = 'two.test'`))[0]
        ?.state;
    for (const [at, who] of [on.approver, on.admin].entries()) {
      expect(await state()).toBe('SSO on');
      await on.bystander.sees(`Pending, ${at} of 2 approvals`);
      await who.click(/^Approve this/);
      await who.modal('Approve');
      expect((await who.submit({ Comment: 'Fine' })).ok).toBe(true);
      await who.close(true);
      await on.idle();
    }
    expect(await state()).toBe('SSO off');
    const card = wordsOf(await on.bystander.sees(/Done: Turn off SSO for two\.test/));
    expect(card).not.toContain('Approve this');
    expect((await verifyAudit(on.db)).every(({ ok }) => ok)).toBe(true);
  });
});
