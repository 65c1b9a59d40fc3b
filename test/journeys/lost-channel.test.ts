import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedDomain } from '../support/seed.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

const MINUTE = 60_000;

describe('a notifications channel that is lost', () => {
  let on: WholeBot;
  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    await seedDomain(on.db, team?.id ?? '', 'acme.test');
  });
  afterAll(() => on.stop(['is_archived', 'is_inactive', 'channel_not_found', 'cant_update_message']));

  const cards = (channel: string) =>
    on.slack.ctx.messages.in(channel).filter((message) => /Approval needed: Delete/.test(wordsOf(message)));
  const hellos = (channel: string) =>
    on.slack.ctx.messages.in(channel).filter((message) => /^Hello! Notices of Acme/.test(message.text ?? ''));
  const archive = (is_archived: boolean) =>
    on.slack.ctx.directory.changeChannel(CHANNELS.notifications, { is_archived });
  const askToDelete = async (name: string) => {
    await on.admin.command(`/sso delete ${name}`);
    await on.admin.modal('Delete domain');
    const outcome = await on.admin.submit({ Reason: 'Sold', 'Type the domain to confirm': name });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await on.admin.close(true);
    await on.idle();
  };
  const saveSettings = async (values: Record<string, unknown>) => {
    await on.admin.command('/sso settings', CHANNELS.general);
    await on.admin.modal('Team settings');
    const { ack } = await on.admin.submit(values as Parameters<typeof on.admin.submit>[0]);
    await on.admin.close(true);
    await on.idle();
    return wordsOf({ blocks: [ack] });
  };

  it('is told to the admins once, whatever fails in it', async () => {
    await askToDelete('acme.test');
    expect(cards(CHANNELS.notifications)).toHaveLength(1);
    await on.slack.changeChannel(PEOPLE.owner, { action: 'archive', channel: CHANNELS.notifications });
    await on.admin.sees(/was archived or deleted/);
    await on.idle();
    const told = on.admin.direct().length;
    await on.bot.service.channelLost(on.slack.ctx.directory.team.id, CHANNELS.notifications);
    await on.idle();
    expect(on.admin.direct()).toHaveLength(told);
  });

  it('saved again as it was, has its cards back as soon as it is mended in Slack', async () => {
    expect(await saveSettings({})).toContain('A hello was sent');
    expect(hellos(CHANNELS.notifications)).toEqual([]);
    archive(false);
    expect(await saveSettings({})).toContain('A hello was sent');
    expect(hellos(CHANNELS.notifications)).toHaveLength(1);
    expect(await saveSettings({})).toContain('Nothing was changed in the settings.');
    expect(hellos(CHANNELS.notifications)).toHaveLength(1);
  });

  it('and given up for another one, which gets a hello and the open cards at once', async () => {
    await on.slack.changeChannel(PEOPLE.owner, { action: 'archive', channel: CHANNELS.notifications });
    await on.idle();
    on.clock.advance(2 * MINUTE);
    await saveSettings({ 'Notifications channel': CHANNELS.second });
    const direct = on.approver.direct().at(-1);
    expect(wordsOf(direct ?? {})).toContain('notifications channel');
    await on.approver.click('Show requests', { channel: directWith(on), ts: direct?.ts });
    const list = await on.approver.sees(/Requests of/);
    expect(wordsOf(list)).toMatch(/Delete acme\.test.*notifications channel/s);
    await on.approver.click('decide:approve#2', { channel: directWith(on), ts: list.ts });
    await on.approver.modal();
    expect((await on.approver.submit()).ok).toBe(true);
    await on.approver.close(true);
    await on.idle();
    expect(hellos(CHANNELS.second)).toHaveLength(1);
    const [card, ...more] = cards(CHANNELS.second);
    expect(wordsOf(card ?? {})).toContain('acme.test');
    expect(more).toEqual([]);
  });
});

function directWith({ slack }: WholeBot): string {
  const { directory } = slack.ctx;
  return directory.findDirectMessage(PEOPLE.approver, directory.bot.user_id)?.id ?? '';
}
