import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { CHANNELS, manifest, PEOPLE, STRANGER, seedWithStranger } from '../support/slack.ts';
import { actions, button, input, modal, option, options, plain, section, textInput } from './api.ts';
import { type Body, startWorld, type World } from './bolt-app.ts';

let world: World;
const clock = movableClock();
beforeAll(async () => {
  world = await startWorld({ clock, seed: seedWithStranger() });
});
afterAll(() => world.stop());
beforeEach(() => {
  world.got.length = 0;
  world.slack.ctx.log.takeRefusals();
  world.on(async ({ ack }) => ack?.());
});

const { admin, approver } = PEOPLE;
const { notifications } = CHANNELS;
const refusals = () => world.slack.ctx.log.refusals.map((r) => [r.method, r.error]);
const stack = () => world.slack.ctx.modals.stack(admin);

/** Has the app open a modal for the admin. */
async function opened(view: object): Promise<string> {
  const { view: shown } = await world.client.views.open({
    trigger_id: world.slack.ctx.triggers.give(admin),
    view: view as never,
  });
  return shown?.id as string;
}

describe('a slash command', () => {
  it('reaches the app with what Slack sends, and its ack is shown to the person only', async () => {
    world.on(async ({ ack }) => ack({ text: 'hello', response_type: 'ephemeral' }));
    const outcome = await world.slack.command(admin, notifications, '/sso status  example.com ');
    expect(outcome).toMatchObject({ ok: true, sent: true, status: 200 });
    expect(world.got[0]).toMatchObject({
      command: '/sso',
      text: 'status  example.com',
      user_id: admin,
      user_name: 'adam',
      channel_id: notifications,
      channel_name: 'sso-changes',
      is_enterprise_install: 'false',
    });
    const seen = world.slack.ctx.messages.ephemeralFor(admin, notifications).at(-1);
    expect(seen).toMatchObject({ text: 'hello', is_ephemeral: true });
    expect(world.slack.ctx.messages.ephemeralFor(approver, notifications)).toEqual([]);
    world.slack.expectNoRefusals();
  });

  it('may be answered with words alone, or for all to see', async () => {
    world.on(async ({ ack }) => ack('plain words'));
    await world.slack.command(admin, notifications, '/sso');
    expect(await world.slack.as(admin).sees('plain words')).toMatchObject({ is_ephemeral: true });
    world.on(async ({ ack }) => ack({ text: 'for all', response_type: 'in_channel' }));
    await world.slack.command(admin, notifications, '/sso');
    expect(await world.slack.as(approver).sees('for all')).not.toHaveProperty('is_ephemeral');
  });

  it('is refused when the answer is not what Slack takes', async () => {
    world.on(async ({ ack }) => ack({ text: 'x', blocks: [{ type: 'banner' }] }));
    const outcome = await world.slack.command(admin, notifications, '/sso');
    expect(outcome).toMatchObject({ ok: false, sent: true, error: 'invalid_blocks' });
    expect(refusals()).toEqual([['ack:command', 'invalid_blocks']]);
  });

  it('of another app is not sent', async () => {
    const outcome = await world.slack.command(admin, notifications, '/other x');
    expect(outcome).toMatchObject({ ok: false, sent: false, error: 'unknown_command' });
    expect(world.got).toEqual([]);
  });

  it('fails after three seconds, in Slack’s words', async () => {
    world.on(async () => {});
    const outcome = await world.slack.command(admin, notifications, '/sso');
    expect(outcome.ok).toBe(false);
    expect(outcome.message).toMatch(/^\/sso failed with the error "(operation_timeout|dispatch_failed)"$/);
    expect(outcome.ms).toBeGreaterThan(2900);
    expect(refusals()).toHaveLength(1);
  });

  it('is not there for people of another workspace, who may still click what they see', async () => {
    const { id: stranger } = STRANGER;
    const outcome = await world.slack.command(stranger, CHANNELS.shared, '/sso status');
    expect(outcome).toMatchObject({ ok: false, sent: false });
    await world.client.chat.postMessage({
      channel: CHANNELS.shared,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    await world.slack.as(stranger).click('Press', { channel: CHANNELS.shared });
    expect(world.got).toMatchObject([
      { type: 'block_actions', user: { id: stranger, team_id: 'T0PARTNER00' } },
    ]);
    const { user } = await world.client.users.info({ user: stranger });
    expect(user).toMatchObject({ team_id: 'T0PARTNER00', is_stranger: true });
  });

  it('cannot be used by somebody who is deactivated', async () => {
    await expect(world.slack.command(PEOPLE.gone, notifications, '/sso')).rejects.toThrow('deactivated');
  });
});

describe('a modal', () => {
  it('is opened by a trigger, and its submission carries the values by block and action', async () => {
    world.on(async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: everyField() as never });
    });
    await world.slack.command(admin, notifications, '/sso add');
    const open = await world.slack.as(admin).modal('Title');
    world.on(async ({ ack }) => ack());
    const [file] = await world.slack.as(admin).file('people.csv', 'a,b');
    const outcome = await world.slack.submit(admin, open.view.id, {
      Text: 'Ada',
      Mail: 'ada@example.com',
      Link: 'https://example.com',
      Number: 7,
      Choice: 'v1',
      Several: ['v0', 'v2'],
      Boxes: ['v1'],
      Radio: 'v0',
      Person: approver,
      Channel: notifications,
      Day: '2030-01-31',
      Time: '13:45',
      Moment: 1_900_000_000,
      File: [file],
      Rich: 'words',
    });
    expect(outcome).toMatchObject({ ok: true });
    const { view, type } = world.got.at(-1) as Body;
    expect(type).toBe('view_submission');
    expect(view).toMatchObject({ callback_id: 'form', private_metadata: 'ids', root_view_id: view.id });
    const values = Object.fromEntries(
      Object.entries(view.state.values as Record<string, { value: object }>).map(([id, v]) => [id, v.value]),
    );
    expect(values).toMatchObject({
      text: { type: 'plain_text_input', value: 'Ada' },
      mail: { type: 'email_text_input', value: 'ada@example.com' },
      link: { type: 'url_text_input', value: 'https://example.com' },
      number: { type: 'number_input', value: '7' },
      choice: { type: 'static_select', selected_option: option('v1') },
      several: { type: 'multi_static_select', selected_options: [option('v0'), option('v2')] },
      boxes: { type: 'checkboxes', selected_options: [option('v1')] },
      radio: { type: 'radio_buttons', selected_option: option('v0') },
      person: { type: 'users_select', selected_user: approver },
      channel: { type: 'conversations_select', selected_conversation: notifications },
      day: { type: 'datepicker', selected_date: '2030-01-31' },
      time: { type: 'timepicker', selected_time: '13:45' },
      moment: { type: 'datetimepicker', selected_date_time: 1_900_000_000 },
      file: { type: 'file_input', files: [{ id: file, name: 'people.csv', size: 3 }] },
      rich: { type: 'rich_text_input', rich_text_value: { type: 'rich_text' } },
      empty: { type: 'plain_text_input', value: null },
    });
    expect(stack()).toEqual([]);
    world.slack.expectNoRefusals();
  });

  it.each([
    ['a required field that is empty', { text: ' '.trim() }, 'text'],
    ['an address that is none', { mail: 'ada@' }, 'mail'],
    ['a link that is none', { link: 'example' }, 'link'],
    ['a number that is none', { number: 'seven' }, 'number'],
    ['a number that is too small', { number: '0' }, 'number'],
    ['a decimal', { number: '1.5' }, 'number'],
    ['a text that is too long', { text: 'x'.repeat(11) }, 'text'],
    ['a text that is too short', { text: 'x' }, 'text'],
    ['too many choices', { several: ['v0', 'v1', 'v2'] }, 'several'],
  ])('is not sent with %s', async (_, values, field) => {
    const id = await opened(everyField({ required: ['text'] }));
    const outcome = await world.slack.submit(admin, id, { text: 'fine', ...values });
    expect(outcome).toMatchObject({ ok: false, sent: false });
    expect(Object.keys(outcome.errors ?? {})).toEqual([field]);
    expect(world.got).toEqual([]);
  });

  it.each([
    ['a channel that is shared with others', CHANNELS.shared],
    ['an archived channel', CHANNELS.archived],
    ['a channel the person does not see', CHANNELS.private],
    ['nothing that is there', 'C0NOWHERE1'],
  ])('offers no conversation that its filter keeps out: %s', async (_, conversation) => {
    const { view } = await world.client.views.open({
      trigger_id: world.slack.ctx.triggers.give(PEOPLE.bystander),
      view: modal([
        input(
          {
            type: 'conversations_select',
            filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
          },
          { block_id: 'where' },
        ),
      ]) as never,
    });
    const submitting = world.slack.submit(PEOPLE.bystander, view?.id as string, { where: conversation });
    await expect(submitting).rejects.toThrow('is not offered');
  });

  it('shows the app’s errors under fields and stays', async () => {
    const id = await opened(modal([textInput()].map((b) => ({ ...b, block_id: 'name' }))));
    world.on(async ({ ack }) => ack({ response_action: 'errors', errors: { name: 'Taken.' } }));
    const outcome = await world.slack.submit(admin, id, { name: 'x' });
    expect(outcome).toMatchObject({ ok: true, errors: { name: 'Taken.' } });
    expect(stack().at(-1)).toMatchObject({ errors: { name: 'Taken.' } });
    world.slack.expectNoRefusals();
  });

  it('obeys update, push and clear', async () => {
    const id = await opened(modal([section('a')]));
    world.on(async ({ ack }) =>
      ack({ response_action: 'update', view: modal([section('b')], { title: plain('Two') }) }),
    );
    await world.slack.submit(admin, id);
    expect(stack().map((o) => o.view.title?.text)).toEqual(['Two']);
    world.on(async ({ ack }) =>
      ack({ response_action: 'push', view: modal([section('c')], { title: plain('Three') }) }),
    );
    await world.slack.submit(admin, id);
    expect(stack().map((o) => o.view.title?.text)).toEqual(['Two', 'Three']);
    await expect(world.slack.submit(admin, id)).rejects.toThrow('Another dialog');
    world.on(async ({ ack }) => ack({ response_action: 'clear' }));
    await world.slack.submit(admin, stack().at(-1)?.view.id as string);
    expect(stack()).toEqual([]);
    world.slack.expectNoRefusals();
  });

  it.each([
    [
      'errors for a block that is not there',
      { response_action: 'errors', errors: { other: 'x' } },
      'invalid_response_action',
    ],
    ['errors that name nothing', { response_action: 'errors', errors: {} }, 'invalid_response_action'],
    ['errors without a text', { response_action: 'errors', errors: { name: '' } }, 'invalid_response_action'],
    ['an unknown action', { response_action: 'reload' }, 'invalid_response_action'],
    [
      'an update with a view that Slack refuses',
      { response_action: 'update', view: modal([]) },
      'invalid_arguments',
    ],
    ['an update without a view', { response_action: 'update' }, 'invalid_arguments'],
    [
      'a push of a Home',
      { response_action: 'push', view: { type: 'home', blocks: [section('a')] } },
      'invalid_arguments',
    ],
  ])('does not obey %s', async (_, answer, error) => {
    const id = await opened(modal([{ ...textInput(), block_id: 'name' }]));
    world.on(async ({ ack }) => ack(answer));
    const outcome = await world.slack.submit(admin, id, { name: 'x' });
    expect(outcome).toMatchObject({
      ok: false,
      sent: true,
      error,
      message: 'We had some trouble connecting. Try again?',
    });
    expect(refusals()).toEqual([['ack:view_submission', error]]);
    expect(stack()).toHaveLength(1);
  });

  it('tells the app of its closing when it wants to know', async () => {
    const id = await opened(modal([section('a')], { notify_on_close: true, callback_id: 'one' }));
    await world.client.views.push({
      trigger_id: world.slack.ctx.triggers.give(admin),
      view: modal([section('b')]) as never,
    });
    await world.slack.closeModal(admin, stack().at(-1)?.view.id as string);
    expect(world.got).toEqual([]);
    await world.slack.closeModal(admin, id, true);
    expect(world.got).toMatchObject([
      { type: 'view_closed', is_cleared: true, view: { callback_id: 'one' } },
    ]);
  });

  it('loads options while somebody types, and takes only what was offered', async () => {
    const select = input({ type: 'external_select', min_query_length: 1 }, { block_id: 'domain' });
    const id = await opened(modal([select]));
    world.on(async ({ ack }) => ack({ options: [option('d1', 'one.example')] }));
    const target = { type: 'view' as const, view_id: id };
    const offered = await world.slack.options(admin, target, 'value', 'one');
    expect(offered).toMatchObject({ ok: true, options: [{ value: 'd1' }] });
    expect(world.got[0]).toMatchObject({
      type: 'block_suggestion',
      value: 'one',
      action_id: 'value',
      view: { id },
    });
    await expect(world.slack.submit(admin, id, { domain: 'd2' })).rejects.toThrow('not among the options');
    world.on(async ({ ack }) => ack());
    await world.slack.submit(admin, id, { domain: 'd1' });
    expect((world.got.at(-1) as Body).view.state.values.domain.value.selected_option.value).toBe('d1');
  });

  it('refuses options that Slack would not show', async () => {
    const id = await opened(modal([input({ type: 'external_select' })]));
    world.on(async ({ ack }) => ack({ options: options(101) }));
    const offered = await world.slack.options(admin, { type: 'view', view_id: id }, 'value', '');
    expect(offered).toMatchObject({ ok: false, error: 'invalid_options' });
    expect(refusals()).toEqual([['ack:block_suggestion', 'invalid_options']]);
  });

  it('gives an address for the conversation that was chosen', async () => {
    const id = await opened(
      modal([input({ type: 'conversations_select', response_url_enabled: true }, { block_id: 'where' })]),
    );
    await world.slack.submit(admin, id, { where: notifications });
    const [url] = (world.got[0] as Body).response_urls;
    expect(url).toMatchObject({ block_id: 'where', channel_id: notifications });
  });
});

describe('a click', () => {
  it('on a message carries the message, its state and a way to answer', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: notifications,
      text: 'card',
      blocks: [
        actions(button({ value: 'id-1' }), { type: 'static_select', action_id: 'pick', options: options(2) }),
      ] as never,
    });
    await world.slack.as(approver).choose('pick', 'v1', { channel: notifications });
    const outcome = await world.slack.as(approver).click('Press', { channel: notifications });
    expect(outcome).toMatchObject({ ok: true });
    const [chosen, pressed] = world.got as Body[];
    expect(chosen.actions).toMatchObject([
      { action_id: 'pick', type: 'static_select', selected_option: { value: 'v1' } },
    ]);
    expect(pressed).toMatchObject({
      type: 'block_actions',
      user: { id: approver, team_id: world.slack.ctx.directory.team.id },
      container: { type: 'message', message_ts: ts, channel_id: notifications, is_ephemeral: false },
      channel: { id: notifications, name: 'sso-changes' },
      message: { ts, text: 'card' },
      actions: [{ action_id: 'press', type: 'button', value: 'id-1', text: plain('Press') }],
    });
    expect(Object.values(pressed.state.values)).toEqual([
      { pick: { type: 'static_select', selected_option: option('v1') } },
    ]);
    expect(pressed.response_url).toMatch(/\/respond\//);
    world.slack.expectNoRefusals();
  });

  it('in a modal carries the view with what is filled in, and no response address', async () => {
    const id = await opened(modal([{ ...textInput(), block_id: 'name' }, actions(button())]));
    await world.slack.click(
      admin,
      { type: 'view', view_id: id },
      { action_id: 'press', values: { name: 'so far' } },
    );
    const [pressed] = world.got as Body[];
    expect(pressed).toMatchObject({ container: { type: 'view', view_id: id }, view: { id } });
    expect(pressed.view.state.values.name.value.value).toBe('so far');
    expect(pressed).not.toHaveProperty('response_url');
  });

  it('on Home carries the Home', async () => {
    await world.client.views.publish({
      user_id: admin,
      view: { type: 'home', blocks: [actions(button())] } as never,
    });
    await world.slack.as(admin).click('Press', { home: true });
    expect(world.got[0]).toMatchObject({ view: { type: 'home' }, container: { type: 'view' } });
  });

  it('on an overflow or external select of a message carries what was chosen', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: notifications,
      text: 'x',
      blocks: [
        { ...section('a'), accessory: { type: 'overflow', action_id: 'more', options: options(3) } },
        actions({ type: 'external_select', action_id: 'find' }),
      ] as never,
    });
    const target = { type: 'message' as const, channel: notifications, ts: ts as string };
    await world.slack.click(admin, target, { action_id: 'more', value: 'v2' });
    world.on(async ({ ack }) => ack({ options: [option('found')] }));
    expect(await world.slack.options(admin, target, 'find', 'f')).toMatchObject({
      options: [option('found')],
    });
    world.on(async ({ ack }) => ack());
    await world.slack.click(admin, target, { action_id: 'find', value: 'found' });
    const [more, suggestion, found] = world.got as Body[];
    expect(more.actions).toMatchObject([{ type: 'overflow', selected_option: { value: 'v2' } }]);
    expect(suggestion).toMatchObject({
      type: 'block_suggestion',
      channel: { id: notifications },
      message: { ts },
    });
    expect(found.actions).toMatchObject([{ type: 'external_select', selected_option: { value: 'found' } }]);
    world.slack.expectNoRefusals();
  });

  it('on an ephemeral message shows the app no message', async () => {
    await world.client.chat.postEphemeral({
      channel: notifications,
      user: admin,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    await world.slack.as(admin).click('Press', { channel: notifications });
    expect(world.got[0]).toMatchObject({ container: { is_ephemeral: true } });
    expect(world.got[0]).not.toHaveProperty('message');
  });

  it('that is acked with words counts against the app: Slack shows them nowhere', async () => {
    await world.client.chat.postMessage({
      channel: notifications,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    world.on(async ({ ack }) => (ack as (answer: unknown) => Promise<void>)({ text: 'lost' }));
    await world.slack.as(admin).click('Press', { channel: notifications });
    expect(refusals()).toEqual([['ack:block_actions', 'ack_body_ignored']]);
  });

  it('cannot be made where the person sees nothing', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: CHANNELS.private,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    const target = { type: 'message' as const, channel: CHANNELS.private, ts: ts as string };
    await expect(world.slack.click(PEOPLE.bystander, target, { action_id: 'press' })).rejects.toThrow(
      'sees no channel',
    );
    await expect(world.slack.click(admin, target, { action_id: 'other' })).rejects.toThrow(
      'There is no other here',
    );
  });
});

describe('a shortcut', () => {
  it('reaches the app from anywhere, or with the message it was used on', async () => {
    const shortcuts = [
      { name: 'Status', type: 'global' as const, callback_id: 'status', description: 'd' },
      { name: 'Explain', type: 'message' as const, callback_id: 'explain', description: 'd' },
    ];
    const own = manifest();
    const other = await startWorld({ manifest: { ...own, features: { ...own.features, shortcuts } } });
    const { ts } = await other.slack.postMessage(admin, notifications, 'what is this?');
    expect(await other.slack.shortcut(approver, 'status')).toMatchObject({ ok: true });
    expect(await other.slack.shortcut(approver, 'explain', { channel: notifications, ts })).toMatchObject({
      ok: true,
    });
    expect(other.got).toMatchObject([
      { type: 'shortcut', callback_id: 'status', trigger_id: expect.any(String) },
      { type: 'message_action', callback_id: 'explain', message_ts: ts, channel: { id: notifications } },
    ]);
    await expect(other.slack.shortcut(approver, 'explain')).rejects.toThrow('no such shortcut');
    await other.stop();
  });
});

describe('a response address', () => {
  async function address(): Promise<string> {
    await world.slack.command(admin, notifications, '/sso');
    return (world.got.at(-1) as Body).response_url;
  }
  const post = async (url: string, body: unknown) => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, text };
  };

  it('answers five times', async () => {
    const url = await address();
    for (let i = 0; i < 5; i += 1)
      expect(await post(url, { text: `${i}` })).toEqual({ status: 200, text: 'ok' });
    expect(await post(url, { text: 'sixth' })).toMatchObject({
      status: 404,
      text: expect.stringContaining('used_url'),
    });
    expect(world.slack.as(admin).whispers().at(-1)?.text).toBe('4');
  });

  it('answers for thirty minutes', async () => {
    const url = await address();
    clock.advance(30 * 60_000 - 1000);
    expect((await post(url, { text: 'in time' })).status).toBe(200);
    clock.advance(2000);
    expect(await post(url, { text: 'late' })).toMatchObject({
      status: 404,
      text: expect.stringContaining('expired_url'),
    });
  });

  it('takes only what Slack takes', async () => {
    const url = await address();
    expect((await post(url, {})).text).toContain('no_text');
    expect((await post(url, { blocks: [{ type: 'banner' }] })).text).toContain('invalid_blocks');
    expect((await post(url, { text: 'x', response_type: 'loud' })).status).toBe(400);
    expect((await post(url, { text: 'for all', response_type: 'in_channel' })).status).toBe(200);
    await world.slack.as(approver).sees('for all');
  });

  it('replaces and deletes the message it came from', async () => {
    await world.client.chat.postEphemeral({
      channel: notifications,
      user: admin,
      text: 'before',
      blocks: [actions(button())] as never,
    });
    await world.slack.as(admin).click('Press', { channel: notifications });
    const { response_url: url } = world.got[0] as Body;
    await post(url, { replace_original: true, text: 'after' });
    const whisper = world.slack.as(admin).whispers().at(-1);
    expect(whisper).toMatchObject({ text: 'after' });
    expect(whisper?.blocks).toBeUndefined();
    await post(url, { delete_original: true });
    expect(world.slack.as(admin).whispers()).not.toContainEqual(expect.objectContaining({ text: 'after' }));
  });

  it('edits a message in a channel, also where the app is not a member', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: CHANNELS.second,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    await world.slack.changeChannel(PEOPLE.secondAdmin, {
      action: 'remove',
      channel: CHANNELS.second,
      user: world.slack.ctx.directory.bot.user_id,
    });
    await world.slack.as(PEOPLE.secondAdmin).click('Press', { channel: CHANNELS.second, ts });
    await post((world.got.at(-1) as Body).response_url, { replace_original: true, text: 'done' });
    expect(world.slack.ctx.messages.find(CHANNELS.second, ts as string)).toMatchObject({ text: 'done' });
  });
});

describe('events', () => {
  it('tell of Home, people and channels, where the manifest listens', async () => {
    await world.slack.openHome(admin);
    await world.slack.changePerson(PEOPLE.bystander, { deleted: true });
    await world.slack.changeChannel(admin, { action: 'archive', channel: CHANNELS.withoutBot });
    await world.slack.sendEvent('reaction_added', { type: 'reaction_added' });
    const types = (world.got as Body[]).map((b) => [b.event.type, b.type, b.authorizations?.[0].is_bot]);
    expect(types).toEqual([
      ['app_home_opened', 'event_callback', true],
      ['user_change', 'event_callback', true],
      ['channel_archive', 'event_callback', true],
    ]);
    expect(world.got[0]).toMatchObject({
      event: { user: admin, tab: 'home', channel: expect.stringMatching(/^D/) },
    });
    expect(world.got[1]).toMatchObject({ event: { user: { id: PEOPLE.bystander, deleted: true } } });
    await world.slack.changePerson(PEOPLE.bystander, { deleted: false });
  });

  it('end the app’s token when it is taken out', async () => {
    await world.slack.revokeTokens();
    expect(world.got.at(-1)).toMatchObject({ event: { type: 'tokens_revoked' } });
    await expect(world.client.auth.test()).rejects.toThrow('token_revoked');
  });
});

function everyField(options_: { required?: string[] } = {}): object {
  const field = (id: string, label: string, element: object) =>
    input(element, { block_id: id, label: plain(label), optional: !options_.required?.includes(id) });
  return modal(
    [
      field('text', 'Text', { type: 'plain_text_input', min_length: 2, max_length: 10 }),
      field('mail', 'Mail', { type: 'email_text_input' }),
      field('link', 'Link', { type: 'url_text_input' }),
      field('number', 'Number', { type: 'number_input', is_decimal_allowed: false, min_value: '1' }),
      field('choice', 'Choice', { type: 'static_select', options: options(3) }),
      field('several', 'Several', {
        type: 'multi_static_select',
        options: options(3),
        max_selected_items: 2,
      }),
      field('boxes', 'Boxes', { type: 'checkboxes', options: options(3) }),
      field('radio', 'Radio', { type: 'radio_buttons', options: options(3) }),
      field('person', 'Person', { type: 'users_select' }),
      field('channel', 'Channel', { type: 'conversations_select' }),
      field('day', 'Day', { type: 'datepicker' }),
      field('time', 'Time', { type: 'timepicker' }),
      field('moment', 'Moment', { type: 'datetimepicker' }),
      field('file', 'File', { type: 'file_input', filetypes: ['csv'] }),
      field('rich', 'Rich', { type: 'rich_text_input' }),
      field('empty', 'Empty', { type: 'plain_text_input' }),
    ],
    { callback_id: 'form', private_metadata: 'ids' },
  );
}
