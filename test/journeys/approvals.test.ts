import { addHours } from 'date-fns';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES } from '../support/database.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

describe.each(ENGINES)('approvals, on %s', (engine) => {
  let on: WholeBot;
  let team: string;
  let connection: string;
  let count = 0;

  beforeAll(async () => {
    on = await startWholeBot(engine);
    await setUpTeam(on);
    team = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    connection = await seedConnection(on.db, team, 'Okta');
  });
  afterEach(async () => {
    for (const person of Object.values(PEOPLE)) {
      if (on.slack.ctx.modals.stack(person).length > 0) await on.slack.as(person).close(true);
    }
  });
  afterAll(() => on.stop());

  /** The admin asks to turn off SSO for a domain of its own. @returns its name */
  async function ask(): Promise<string> {
    count += 1;
    const name = `d${count}.example`;
    await seedDomain(on.db, team, name, 'SSO on', connection);
    await on.admin.command(`/sso off ${name}`);
    await on.admin.modal('Turn off SSO');
    await on.admin.submit();
    const { ok, ack } = await on.admin.submit({ Reason: `Because of <!channel> ${name}` });
    expect(ok, JSON.stringify(ack)).toBe(true);
    await on.admin.close(true);
    await on.idle();
    return name;
  }

  const state = async (name: string) =>
    (await on.db.query<{ state: string }>(sql`select state from domains where name = ${name}`))[0]?.state;
  const status = async (name: string) =>
    (
      await on.db.query<{ status: string }>(sql`select status from requests where subject_name = ${name}`)
    ).map((row) => row.status);
  const card = (name: string) => {
    const found = on.slack.ctx.messages
      .in(CHANNELS.notifications)
      .filter((m) => !m.thread_ts || m.thread_ts === m.ts)
      .filter((m) => JSON.stringify(m.blocks ?? []).includes(`Because of <!channel> ${name}`));
    expect(found).toHaveLength(1);
    return found[0] as NonNullable<(typeof found)[0]>;
  };
  const buttons = (name: string) =>
    (card(name).blocks ?? [])
      .flatMap((b) => (b.type === 'actions' ? (b.elements ?? []) : []))
      .map((e) => e.text?.text);
  const press = (
    who: keyof WholeBot & ('approver' | 'owner' | 'admin' | 'bystander'),
    name: string,
    button: RegExp,
  ) => on[who].click(button, { channel: CHANNELS.notifications, ts: card(name).ts });

  it('one card says what, who, why and until when, and mentions who may decide', async () => {
    const name = await ask();
    const { blocks, text } = card(name);
    const words = wordsOf({ blocks });
    expect(words).toContain(`Turn off SSO for ${name}`);
    expect(words).toContain(`Because of <!channel> ${name}`);
    expect(words).toContain('Pending, 0 of 1 approval');
    expect(JSON.stringify(blocks)).toContain(`"user_id":"${PEOPLE.approver}"`);
    expect(JSON.stringify(blocks)).toContain('"type":"date"');
    expect(JSON.stringify(blocks)).not.toContain('"type":"broadcast"');
    expect(text).not.toContain('<!channel>');
    expect(buttons(name)).toEqual([/^Approve/, /^Reject/, /^Withdraw/].map((r) => expect.stringMatching(r)));
    expect(on.approver.direct().map(wordsOf).join('\n')).toContain(`Turn off SSO for ${name}`);
  });

  it('a rejection needs a reason, ends the card, and tells the requester', async () => {
    const name = await ask();
    await press('approver', name, /^Reject/);
    await on.approver.modal('Reject');
    await on.approver.submit({ Reason: 'Not before Friday' });
    await on.idle();
    expect(await status(name)).toEqual(['Rejected']);
    expect(await state(name)).toBe('SSO on');
    expect(wordsOf({ blocks: card(name).blocks })).toContain('Not before Friday');
    expect(JSON.stringify(card(name).blocks)).toContain(`"user_id":"${PEOPLE.approver}"`);
    expect(buttons(name)).toEqual([]);
    expect(on.admin.direct().map(wordsOf).join('\n')).toContain('Not before Friday');
  });

  it('is withdrawn by the requester alone', async () => {
    const name = await ask();
    await press('bystander', name, /^Withdraw/);
    await on.bystander.sees(/can withdraw this/);
    await press('admin', name, /^Withdraw/);
    await on.idle();
    await expect.poll(() => status(name)).toEqual(['Withdrawn']);
    await on.idle();
    expect(buttons(name)).toEqual([]);
  });

  it('nobody decides on their own request, and only approvers decide', async () => {
    const name = await ask();
    await press('admin', name, /^Approve/);
    await on.admin.sees(/You asked for this yourself/);
    await press('bystander', name, /^Approve/);
    await on.bystander.sees(/Only approvers of Acme/);
    expect(await status(name)).toEqual(['Pending']);
  });

  it('exactly one of two who decide at once wins, and the other reads who', async () => {
    const name = await ask();
    await press('approver', name, /^Approve/);
    await press('owner', name, /^Reject/);
    await Promise.all([on.approver.modal('Approve'), on.owner.modal('Reject')]);
    const [yes, no] = await Promise.all([on.approver.submit(), on.owner.submit({ Reason: 'No' })]);
    await on.idle();
    const [ended] = await status(name);
    expect(['Done', 'Rejected']).toContain(ended);
    const loser = wordsOf({ blocks: [(ended === 'Done' ? no : yes).ack] });
    expect(loser).toMatch(ended === 'Done' ? /Already approved by/ : /Already rejected by/);
    expect(await state(name)).toBe(ended === 'Done' ? 'SSO off' : 'SSO on');
  });

  it('is asked for once: the second is pointed to the first', async () => {
    const name = await ask();
    const { ack } = await on.owner.command(`/sso off ${name}`);
    expect(wordsOf({ blocks: [ack] })).toMatch(/already/i);
    expect(await status(name)).toEqual(['Pending']);
  });

  it('a role taken away between the click and the submit counts', async () => {
    const name = await ask();
    await press('approver', name, /^Approve/);
    await on.approver.modal('Approve');
    await on.db.query(
      sql`update members set approver = false, admin = true where slack_id = ${PEOPLE.approver}`,
    );
    const { ack } = await on.approver.submit();
    expect(wordsOf({ blocks: [ack] })).toContain('Only approvers of Acme');
    expect(await status(name)).toEqual(['Pending']);
    await on.db.query(
      sql`update members set approver = true, admin = false where slack_id = ${PEOPLE.approver}`,
    );
  });

  it('is void when what it was asked on has changed', async () => {
    const name = await ask();
    await on.db.query(sql`
      with made as (insert into users (email, domain, first_name, last_name, created_at)
        select n || '@' || ${name}::text, ${name}::text, 'A', 'B', now() from generate_series(1, 40) n returning id)
      insert into memberships (team_id, user_id, domain, created_at)
      select ${team}::text, id, ${name}::text, now() from made`);
    await press('approver', name, /^Approve/);
    await on.approver.modal('Approve');
    await on.approver.submit();
    await on.idle();
    expect(await status(name)).toEqual(['Void']);
    expect(await state(name)).toBe('SSO on');
    expect(wordsOf({ blocks: card(name).blocks })).toContain('Void');
  });

  it('ends by itself after a day, after one reminder, and can then be asked for again', async () => {
    const name = await ask();
    const before = on.approver.direct().length;
    on.clock.advance(addHours(0, 23).getTime());
    await on.bot.worker.runDue();
    await on.idle();
    expect(await status(name)).toEqual(['Pending']);
    on.clock.advance(addHours(0, 2).getTime());
    await on.bot.worker.runDue();
    await on.idle();
    expect(await status(name)).toEqual(['Expired']);
    expect(on.approver.direct().length).toBeGreaterThan(before);
    expect(buttons(name)).toEqual([]);
    expect(wordsOf({ blocks: card(name).blocks })).toContain('Expired');
    await on.admin.command(`/sso off ${name}`);
    await on.admin.modal('Turn off SSO');
  });
});
