import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { type Body, startWorld, type World } from './bolt-app.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.got.length = 0;
  world.slack.ctx.log.takeRefusals();
  world.on(async ({ ack }) => ack?.());
});

const { admin, approver } = PEOPLE;
const { notifications } = CHANNELS;
const plain = (text: string) => ({ type: 'plain_text' as const, text });

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

  it('opens a modal by its trigger, whose submission carries the values by block and action', async () => {
    world.on(async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: form() });
    });
    await world.slack.command(admin, notifications, '/sso add');
    const open = await world.slack.ctx.bus.until(() => world.slack.ctx.modals.stack(admin).at(-1));

    world.on(async ({ ack }) => ack());
    const early = await world.slack.submit(admin, open.view.id, { Name: '' });
    expect(early).toMatchObject({ sent: false, errors: { name: 'Please complete this required field.' } });
    const outcome = await world.slack.submit(admin, open.view.id, {
      Name: 'Ada',
      Colour: 'red',
      when: '2030-01-31',
    });
    expect(outcome).toMatchObject({ ok: true });
    const { view, type } = world.got.at(-1) as Body;
    expect(type).toBe('view_submission');
    expect(view.state.values).toEqual({
      name: { value: { type: 'plain_text_input', value: 'Ada' } },
      colour: {
        pick: { type: 'static_select', selected_option: { text: plain('Red'), value: 'red' } },
      },
      when: { date: { type: 'datepicker', selected_date: '2030-01-31' } },
    });
    expect(view).toMatchObject({ callback_id: 'form', private_metadata: 'ids', root_view_id: view.id });
    expect(world.slack.ctx.modals.stack(admin)).toEqual([]);
    world.slack.expectNoRefusals();
  });
});

function form() {
  return {
    type: 'modal' as const,
    callback_id: 'form',
    private_metadata: 'ids',
    title: plain('Form'),
    submit: plain('Send'),
    blocks: [
      {
        type: 'input',
        block_id: 'name',
        label: plain('Name'),
        element: { type: 'plain_text_input', action_id: 'value' },
      },
      {
        type: 'input',
        block_id: 'colour',
        optional: true,
        label: plain('Colour'),
        element: {
          type: 'static_select',
          action_id: 'pick',
          options: [
            { text: plain('Red'), value: 'red' },
            { text: plain('Blue'), value: 'blue' },
          ],
        },
      },
      {
        type: 'input',
        block_id: 'when',
        optional: true,
        label: plain('When'),
        element: { type: 'datepicker', action_id: 'date' },
      },
    ],
  };
}
