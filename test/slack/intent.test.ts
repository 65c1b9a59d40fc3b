import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pressed } from '../../src/slack/buttons.ts';
import { intentOf } from '../../src/slack/intent.ts';
import { personFact } from '../../src/slack/people.ts';

const user = { id: 'U1', team_id: 'T1' };
const team = { id: 'T1' };
const action = { type: 'button', action_id: 'open:domain.off', value: '{"domain":"d1"}' };

describe('an intent', () => {
  it('is read of a command', () => {
    const body = {
      command: '/sso',
      text: 'status',
      team_id: 'T1',
      user_id: 'U1',
      channel_id: 'C1',
      trigger_id: '1.2',
      response_url: 'https://x',
    };
    expect(intentOf(body)).toMatchObject({
      type: 'command',
      who: { workspaceId: 'T1', slackId: 'U1', foreign: false, channelId: 'C1' },
      text: 'status',
    });
  });

  it('is read of a choice that draws its form anew', () => {
    const view = {
      id: 'V1',
      type: 'modal',
      hash: 'h1',
      callback_id: 'connection.add',
      private_metadata: '{"team":"t1"}',
      blocks: [{ type: 'input', block_id: 'provider' }],
      state: { values: { provider: { provider: { selected_option: { value: 'okta' } } } } },
    };
    const chosen = { type: 'static_select', action_id: 'provider', selected_option: { value: 'okta' } };
    expect(
      intentOf({ type: 'block_actions', user, team, trigger_id: '1', actions: [chosen], view }),
    ).toMatchObject({
      type: 'choose',
      hash: 'h1',
      view: { id: 'V1', callback: 'connection.add', args: { team: 't1' }, inputs: ['provider'] },
    });
  });

  it('is read of a button, wherever it stands', () => {
    const body = { type: 'block_actions', user, team, trigger_id: '1', actions: [action] };
    expect(
      intentOf({ ...body, response_url: 'https://r', container: { type: 'message', is_ephemeral: true } }),
    ).toMatchObject({
      button: { go: 'open', kind: 'domain.off', args: { domain: 'd1' } },
      place: { type: 'message', responseUrl: 'https://r', ephemeral: true },
    });
    const home = { id: 'V1', type: 'home', callback_id: '', private_metadata: '', blocks: [] };
    expect(intentOf({ ...body, view: home })).toMatchObject({ place: { type: 'home' } });
    const modal = {
      ...home,
      type: 'modal',
      private_metadata: '{"from":"home"}',
      blocks: [{ type: 'input', block_id: 'a' }],
    };
    expect(intentOf({ ...body, view: modal })).toMatchObject({
      place: { type: 'modal', viewId: 'V1', args: { from: 'home' }, hasInputs: true },
    });
  });

  it('knows people of another workspace, in a shared channel and in a modal', () => {
    const body = {
      type: 'block_actions',
      user: { id: 'U2', team_id: 'T2' },
      team,
      trigger_id: '1',
      actions: [action],
    };
    expect(intentOf(body)).toMatchObject({ who: { workspaceId: 'T1', foreign: true } });
    const view = { id: 'V1', type: 'modal', app_installed_team_id: 'T1', blocks: [] };
    const submit = { type: 'view_submission', user: { id: 'U2', team_id: 'T2' }, team: { id: 'T2' }, view };
    expect(intentOf(submit)).toMatchObject({ type: 'submit', who: { workspaceId: 'T1', foreign: true } });
  });

  it('is nothing where metadata or a value is not ours', () => {
    const view = { id: 'V1', type: 'modal', private_metadata: '{"a":{"b":1}}', blocks: [] };
    expect(intentOf({ type: 'view_submission', user, team, view })).toMatchObject({ view: { args: null } });
    for (const [id, value] of [
      ['boom', '{}'],
      ['open:domain.off', 'x'],
      ['open:domain.off', '[1]'],
      ['eval:x', '{}'],
    ]) {
      expect(pressed(id as string, value)).toBeNull();
    }
  });

  it('removes an installation only when the bot’s token was revoked', () => {
    const revoked = (tokens: object) =>
      intentOf({ team_id: 'T1', event: { type: 'tokens_revoked', tokens } });
    expect(revoked({ oauth: ['x'], bot: [] }).type).toBe('ignored');
    expect(revoked({ bot: ['UBOT'] })).toEqual({ type: 'uninstalled', workspaceId: 'T1' });
  });

  it('never throws, whatever is sent', () => {
    const type = fc.constantFrom(
      'block_actions',
      'view_submission',
      'view_closed',
      'block_suggestion',
      'shortcut',
      'x',
    );
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), type, (body, kind) => {
        intentOf(body);
        intentOf({ ...(body as object), type: kind });
        intentOf({ command: body });
        intentOf({ team_id: 'T1', event: { type: body } });
        intentOf({ type: kind, user, team, view: body, actions: body, container: body });
      }),
    );
  });
});

describe('what is kept of a person', () => {
  it.each([
    [{}, { guest: false, slackAdmin: false, deactivated: false }],
    [{ is_admin: true }, { slackAdmin: true }],
    [{ is_primary_owner: true }, { slackAdmin: true }],
    [
      { is_restricted: true, is_admin: true },
      { guest: true, slackAdmin: false },
    ],
    [{ is_ultra_restricted: true }, { guest: true }],
    [
      { team_id: 'T2', is_owner: true },
      { guest: true, slackAdmin: false },
    ],
    [{ is_stranger: true }, { guest: true }],
    [{ is_bot: true }, { guest: true }],
    [{ deleted: true }, { deactivated: true }],
  ])('%j', (said, kept) => {
    expect(personFact('T1', { id: 'U1', name: 'anna', ...said })).toMatchObject(kept);
  });
});
