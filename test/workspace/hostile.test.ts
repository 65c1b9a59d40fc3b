import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METHODS } from '../../src/workspace/api/index.ts';
import { methodFacts } from '../../src/workspace/api/methods.ts';
import { ACTIONS } from '../../src/workspace/ui/act.ts';
import { APP_TOKEN, BOT_TOKEN, CHANNELS, PEOPLE } from '../support/slack.ts';
import { actions, button, modal, section, textInput } from './api.ts';
import { startWorld, type World } from './bolt-app.ts';

let world: World;
let ts: string;
let view: string;
beforeAll(async () => {
  world = await startWorld();
  world.on(async ({ ack }) => ack?.());
});
afterAll(() => world.stop());

const { admin } = PEOPLE;
const { notifications } = CHANNELS;

/** Something to act on, whatever was done before. */
async function prepare(): Promise<void> {
  ({ ts } = (await world.client.chat.postMessage({
    channel: notifications,
    text: 'x',
    blocks: [actions(button())] as never,
  })) as { ts: string });
  const opened = await world.client.views.open({
    trigger_id: world.slack.ctx.triggers.give(admin),
    view: modal([{ ...textInput(), block_id: 'name' }]) as never,
  });
  view = opened.view?.id as string;
}

/** Values that get past the first check, and others that should not. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(notifications, admin, 'C0NOWHERE1', '1.000001', '', '[]', '{}', 'null', '-1'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      modal([section('a')]),
      { type: 'modal', title: null, blocks: [null] },
      { type: 'home', blocks: [{ type: 'actions', elements: [null] }] },
      [section('a')],
      [null, 1, { type: 'section' }, { type: 'actions', elements: {} }],
      [{ type: 'input', element: null }],
      { type: 'message', channel: notifications, ts: '1' },
      { type: 'view' },
    ),
  },
);

it('answers every Web API call in Slack’s form, whatever is sent', async () => {
  await prepare();
  const call = fc.constantFrom(...Object.keys(METHODS)).chain((method) =>
    fc.record({
      method: fc.constant(method),
      args: fc.record(
        Object.fromEntries(Object.keys(methodFacts(method)?.args ?? {}).map((name) => [name, value])),
        { requiredKeys: methodFacts(method)?.required ?? [] },
      ),
      json: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(call, async ({ method, args, json }) => {
      const text = Object.entries(args).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)]);
      const response = await fetch(world.slack.apiUrl + method, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${method === 'apps.connections.open' ? APP_TOKEN : BOT_TOKEN}`,
          'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
        },
        body: json ? JSON.stringify(args) : new URLSearchParams(text as [string, string][]).toString(),
      });
      const answer = (await response.json()) as { ok: unknown; error?: unknown };
      expect(answer.ok === true || typeof answer.error === 'string').toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('answers every call of the page, whatever is sent', async () => {
  const names = [
    'person',
    'channel',
    'text',
    'target',
    'action_id',
    'block_id',
    'value',
    'values',
    'view_id',
    'query',
    'callback_id',
    'ts',
    'id',
    'changes',
    'action',
    'name',
    'user',
    'files',
    'thread_ts',
  ];
  const known = fc.constantFrom<unknown>(admin, notifications, 'press', 'name', 'value', { name: 'x' });
  const body = fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(value, known)])), {
    requiredKeys: [],
  });
  const target = fc.constantFrom('message', 'view', 'home');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(ACTIONS)), body, target, async (action, given, type) => {
      if (!world.slack.ctx.modals.find(view)) await prepare();
      const aimed = {
        view_id: view,
        target: { type, channel: notifications, ts, view_id: view },
        action_id: 'press',
      };
      const whole = { ...aimed, ...given, person: admin, ...(action === 'person' && { id: PEOPLE.guest }) };
      const response = await fetch(`${world.slack.origin}/workspace/ui/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(whole),
      });
      const answer = (await response.json()) as { ok: unknown };
      expect(typeof answer.ok).toBe('boolean');
    }),
    { numRuns: 200 },
  );
});

it('takes no answer of the app at its word', async () => {
  await prepare();
  const answer = fc.oneof(
    value,
    fc.record({
      response_action: fc.constantFrom('update', 'push', 'errors', 'clear', 7),
      view: value,
      errors: value,
    }),
    fc.record({ text: value, blocks: value, response_type: value, options: value, option_groups: value }),
  );
  await fc.assert(
    fc.asyncProperty(answer, fc.constantFrom('submit', 'command', 'respond'), async (said, how) => {
      if (!world.slack.ctx.modals.find(view)) await prepare();
      world.on(async ({ ack }) => ack(said));
      if (how === 'submit') {
        const top = world.slack.ctx.modals.stack(admin).at(-1)?.view;
        if (top?.submit) await world.slack.submit(admin, top.id, top.id === view ? { name: 'x' } : {});
        else if (top) await world.slack.closeModal(admin, top.id, true);
      } else if (how === 'command') {
        await world.slack.command(admin, notifications, '/sso');
      } else {
        const key = world.slack.ctx.responseUrls.give({ person: admin, channel: notifications });
        const response = await fetch(`${world.slack.origin}/workspace/respond/${key}`, {
          method: 'POST',
          body: JSON.stringify(said),
        });
        expect(response.status).toBeGreaterThan(199);
      }
    }),
    { numRuns: 200 },
  );
});

it('answers addresses that are none', async () => {
  const { hostname, port } = new URL(world.slack.origin);
  for (const path of [
    '//',
    '/workspace//',
    '/workspace/api/',
    '/workspace/files/x/%',
    '/workspace/archives/x/p1',
    '/workspace/ui/',
    '/workspace/ui/files/%00/x',
  ]) {
    const response = await fetch(`http://${hostname}:${port}${path}`);
    expect(response.status, path).toBeLessThan(500);
    await response.text();
  }
});
