import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectInert } from '../slack/inert.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { wordsOf } from '../support/slack-person.ts';

const EVIL =
  '<!channel> <@U0OWNER001> <https://evil.example|your bank> *b* :smile: \u202eevil\u202c zero\u200bwidth =1+1';

describe('what people write, in everything the bot shows', () => {
  let on: WholeBot;
  let teamId: string;

  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on, 'A <!here> & <@U0OWNER001> team');
    teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  });
  afterAll(() => on.stop());

  const shown = () =>
    [...on.slack.ctx.directory.channels.values()].flatMap(({ id }) => on.slack.ctx.messages.in(id));
  /** Only mentions and moments of ours are alive in what was posted. */
  const expectAllInert = () => {
    for (const { text, blocks } of shown()) {
      const rest = (text ?? '').replace(
        /<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>]+>/g,
        '',
      );
      expect(rest).not.toMatch(/[<>\u202e\u200b]/);
      expectInert(blocks);
    }
  };

  it('stays words: reasons, comments, names, on cards, in threads and direct messages', async () => {
    const connectionId = await seedConnection(on.db, teamId, 'IdP <!channel> *x*');
    for (const name of ['reject.test', 'approve.test', 'withdraw.test'])
      await seedDomain(on.db, teamId, name, 'SSO on', connectionId);
    const ask = async (name: string) => {
      await on.admin.command(`/sso off ${name}`);
      await on.admin.modal('Turn off SSO');
      await on.admin.submit();
      expect((await on.admin.submit({ Reason: EVIL })).ok).toBe(true);
      await on.admin.close(true);
      await on.idle();
    };
    await ask('reject.test');
    await on.approver.click(/^Reject this/);
    await on.approver.modal('Reject');
    expect((await on.approver.submit({ Reason: EVIL })).ok).toBe(true);
    await on.approver.close(true);
    await ask('approve.test');
    await on.approver.click(/^Approve this/);
    await on.approver.modal('Approve');
    expect((await on.approver.submit({ Comment: EVIL })).ok).toBe(true);
    await on.approver.close(true);
    await ask('withdraw.test');
    await on.idle();
    const cards = shown()
      .map((message) => wordsOf(message))
      .join('\n');
    expect(cards).toContain('<!channel> <@U0OWNER001>');
    expectAllInert();
  });

  it('stays words on Home, in status, requests and history', async () => {
    const home = await on.approver.home(/withdraw\.test/);
    expectInert(home.view.blocks);
    for (const command of [
      '/sso',
      '/sso requests',
      '/sso history',
      '/sso history withdraw.test',
      '/sso status IdP <!channel> *x*',
    ]) {
      const { ack } = await on.admin.command(command);
      expectInert((ack as { blocks?: unknown }).blocks);
      expect(wordsOf({ blocks: [ack] })).toMatch(/<!|withdraw/);
    }
  });

  it('is quoted harmlessly when it is no name at all', async () => {
    for (const verb of ['status', 'off', 'edit', 'verify', 'history', 'help', 'invite', 'nonsense']) {
      for (const words of [
        EVIL,
        '<!channel>',
        'x'.repeat(3000),
        '\u200b',
        '"""',
        '<mailto:',
        '%_%',
        "';--",
      ]) {
        const { ack } = await on.admin.command(`/sso ${verb} ${words}`);
        expectInert((ack as { blocks?: unknown } | undefined)?.blocks);
        if (on.slack.ctx.modals.stack(on.admin.id).length > 0) await on.admin.close(true);
      }
    }
    expect(on.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});
