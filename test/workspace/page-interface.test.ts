import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { actions, button, input, modal, section, textInput } from './api.ts';
import { type Body, startWorld, type World } from './bolt-app.ts';

let world: World;
let ui: string;
const { admin, approver, bystander, guest } = PEOPLE;
const { notifications } = CHANNELS;
const dns = { value: 0 };

beforeAll(async () => {
  world = await startWorld({
    panels: {
      dns: {
        state: () => ({ published: dns.value }),
        actions: {
          publish: (body) => {
            dns.value = Number(body.value);
            return { done: true };
          },
        },
      },
    },
  });
  ui = `${world.slack.origin}/workspace/ui`;
});
afterAll(() => world.stop());
beforeEach(() => {
  world.got.length = 0;
  world.on(async ({ ack }) => ack?.());
});

const get = async (path: string) => (await (await fetch(`${ui}/${path}`)).json()) as Body;
const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${ui}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Body) };
};

describe('the page reads', () => {
  it('who and what is there', async () => {
    const start = await get('start');
    expect(start).toMatchObject({
      ok: true,
      team: { name: 'Harbour & Sons' },
      bot: { name: 'Drawbridge' },
      home: true,
    });
    expect(start.commands.map((c: Body) => c.command)).toEqual([
      '/sso',
      '/invite',
      '/remove',
      '/archive',
      '/unarchive',
    ]);
    expect(start.people.find((p: Body) => p.id === approver)).toMatchObject({
      tz: 'Asia/Tokyo',
      tz_offset: 32400,
    });
  });

  it('only the channels that the person sees', async () => {
    const names = async (person: string) =>
      (await get(`channels?person=${person}`)).channels.map((c: Body) => c.name);
    expect(await names(admin)).toContain('security');
    expect(await names(bystander)).not.toContain('security');
    expect(await names(guest)).toEqual(['general']);
    const closed = await get(`messages?person=${bystander}&channel=${CHANNELS.private}`);
    expect(closed).toMatchObject({ ok: false, error: 'channel_not_found' });
  });

  it('what is unread, until it is read', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: notifications,
      text: `<@${approver}> look`,
    });
    const of = async () =>
      (await get(`channels?person=${approver}`)).channels.find((c: Body) => c.id === notifications);
    expect(await of()).toMatchObject({ unread: 1, mentions: 1 });
    await post('read', { person: approver, channel: notifications, ts });
    expect(await of()).toMatchObject({ unread: 0, mentions: 0 });
  });

  it('threads apart from channels, and whispers only to whom they are for', async () => {
    const { ts } = await world.client.chat.postMessage({ channel: notifications, text: 'parent' });
    await world.client.chat.postMessage({ channel: notifications, text: 'reply', thread_ts: ts });
    await world.client.chat.postEphemeral({ channel: notifications, user: admin, text: 'whisper' });
    const texts = async (query: string) =>
      (await get(`messages?channel=${notifications}&${query}`)).messages.map((m: Body) => m.text);
    expect((await texts(`person=${admin}`)).slice(-2)).toEqual(['parent', 'whisper']);
    expect((await texts(`person=${approver}`)).slice(-1)).toEqual(['parent']);
    expect(await texts(`person=${admin}&thread_ts=${ts}`)).toEqual(['parent', 'reply']);
    expect(await texts(`person=${admin}&before=${ts}&limit=1`)).toHaveLength(1);
  });

  it('what passed between Slack and the app', async () => {
    await world.client.auth.test();
    const { requests } = await get('requests');
    const { id } = requests.at(-1);
    expect(requests.at(-1)).toMatchObject({
      direction: 'to_slack',
      kind: 'api',
      name: 'auth.test',
      refused: null,
    });
    await world.client.chat.postMessage({ channel: 'C0NOWHERE1', text: 'x' }).catch(() => undefined);
    expect((await get(`requests?after=${id}`)).requests).toMatchObject([
      { name: 'chat.postMessage', refused: { error: 'channel_not_found' } },
    ]);
  });
});

describe('the page acts', () => {
  it('by command, modal, values and submission', async () => {
    world.on(async ({ ack, client, body }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: modal([
          { ...textInput(), block_id: 'name' },
          input({ type: 'file_input', filetypes: ['csv'] }, { block_id: 'file', optional: true }),
        ]) as never,
      });
    });
    expect(await post('message', { person: admin, channel: notifications, text: '/sso add' })).toMatchObject({
      ok: true,
      sent: true,
    });
    const open = await world.slack.as(admin).modal();
    await post('draft', { person: admin, view_id: open.view.id, values: { name: { value: 'so far' } } });
    const { stack } = await get(`modals?person=${admin}`);
    expect(stack).toMatchObject([
      { id: open.view.id, values: { name: { value: 'so far' }, file: { value: [] } }, errors: {} },
    ]);

    const uploaded = await fetch(
      `${ui}/upload?person=${admin}&name=p.csv&view_id=${open.view.id}&block_id=file`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: 'a,b',
      },
    );
    const { file } = (await uploaded.json()) as Body;
    world.on(async ({ ack }) => ack());
    const values = { name: { value: 'Ada' }, file: { value: [file.id] } };
    expect(await post('submit', { person: admin, view_id: open.view.id, values })).toMatchObject({
      ok: true,
      sent: true,
    });
    const { state } = (world.got.at(-1) as Body).view;
    expect(state.values).toMatchObject({
      name: { value: { value: 'Ada' } },
      file: { value: { files: [{ name: 'p.csv' }] } },
    });
    const content = await fetch(`${ui}/files/${file.id}/p.csv?person=${admin}`);
    expect(await content.text()).toBe('a,b');
    expect((await get(`files/${file.id}/p.csv?person=${bystander}`)).error).toBe('file_not_found');
  });

  it('by clicks, messages, Home, people and channels', async () => {
    const { ts } = await world.client.chat.postMessage({
      channel: notifications,
      text: 'x',
      blocks: [actions(button())] as never,
    });
    const target = { type: 'message', channel: notifications, ts };
    expect(await post('click', { person: approver, target, action_id: 'press' })).toMatchObject({
      ok: true,
      sent: true,
    });
    const { message } = await post('message', {
      person: admin,
      channel: notifications,
      text: 'hi @aiko <b>&',
    });
    expect(message).toMatchObject({ user: admin, text: `hi <@${approver}> &lt;b&gt;&amp;` });
    await post('home', { person: admin });
    expect(world.got.at(-1)).toMatchObject({ event: { type: 'app_home_opened' } });
    await post('person', { person: admin, id: bystander, changes: { real_name: 'Bea N.', id: 'U0EVIL' } });
    expect(world.slack.ctx.directory.people.get(bystander)).toMatchObject({
      real_name: 'Bea N.',
      id: bystander,
    });
    const { channel } = await post('channel', { person: admin, action: 'create', name: 'New One' });
    expect(channel).toMatchObject({ name: 'new-one', members: [admin] });
    expect(
      await post('message', { person: admin, channel: channel.id, text: '/invite @drawbridge' }),
    ).toMatchObject({ ok: true, sent: false });
    expect(world.slack.ctx.directory.channels.get(channel.id)?.members).toContain(
      world.slack.ctx.directory.bot.user_id,
    );
  });

  it('on what runs beside Slack', async () => {
    expect(await get('panels')).toMatchObject({ panels: { dns: { published: 0 } } });
    expect(await post('panels/dns/publish', { value: 7 })).toMatchObject({
      ok: true,
      result: { done: true },
    });
    expect(await get('panels')).toMatchObject({ panels: { dns: { published: 7 } } });
    expect(await post('panels/dns/other', {})).toMatchObject({ status: 404, ok: false });
    expect(await post('panels/constructor/x', {})).toMatchObject({ status: 404, ok: false });
  });

  it.each([
    ['nobody', 'command', { person: 'U0NOBODY01', channel: notifications, text: '/sso' }, 404],
    ['somebody deactivated', 'command', { person: PEOPLE.gone, channel: notifications, text: '/sso' }, 403],
    ['the app itself', 'message', { person: 'U0DRAWBRDG', channel: notifications, text: 'x' }, 403],
    [
      'somebody who is not in the channel',
      'message',
      { person: admin, channel: 'C0LABSSSO1', text: 'x' },
      409,
    ],
    ['somebody else’s modal', 'submit', { person: admin, view_id: 'V0NOWHERE1', values: {} }, 404],
    ['a missing member', 'click', { person: admin }, 400],
    ['an unknown address', 'constructor', { person: admin }, 404],
  ])('is refused for %s', async (_, path, body, status) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ ok: false, status, message: expect.stringMatching(/\.$/) });
  });
});

describe('live changes', () => {
  it('reach the page of whom they concern', async () => {
    const mine = await listen(admin);
    const theirs = await listen(bystander);
    const secret = await world.client.chat.postMessage({ channel: CHANNELS.private, text: 'secret' });
    await world.client.chat.postEphemeral({ channel: notifications, user: admin, text: 'whisper' });
    const shared = await world.client.chat.postMessage({ channel: notifications, text: 'shared' });
    await world.client.chat.update({ channel: notifications, ts: shared.ts as string, text: 'edited' });
    await world.client.chat.delete({ channel: notifications, ts: shared.ts as string });
    await world.client.views.open({
      trigger_id: world.slack.ctx.triggers.give(admin),
      view: modal([section('a')]) as never,
    });
    await world.client.views.publish({
      user_id: bystander,
      view: { type: 'home', blocks: [section('h')] } as never,
    });
    const end = (e: Body) => e.event === 'home' || (e.event === 'request' && e.data.name === 'views.publish');
    const seen = await mine.until(end);
    const others = await theirs.until(end);
    const said = (events: Body[]) =>
      events
        .filter((e) => e.event === 'message')
        .map((e) => [e.data.change, e.data.message?.text ?? e.data.ts]);
    expect(said(seen)).toEqual([
      ['new', 'secret'],
      ['new', 'whisper'],
      ['new', 'shared'],
      ['changed', 'edited'],
      ['deleted', shared.ts],
    ]);
    expect(said(others).flat()).not.toContain('secret');
    expect(said(others).flat()).not.toContain('whisper');
    expect(seen.some((e) => e.event === 'modals' && e.data.stack.length === 1)).toBe(true);
    expect(others.some((e) => e.event === 'modals')).toBe(false);
    expect(others.some((e) => e.event === 'home')).toBe(true);
    expect(seen[0].event).toBe('hello');
    expect(secret.ok).toBe(true);
  });

  it('are read anew after a lost connection', async () => {
    const again = await listen(admin, { 'last-event-id': '3' });
    const events = await again.until((e) => e.event === 'resync');
    expect(events.map((e) => e.event)).toEqual(['hello', 'resync']);
  });
});

describe('other web pages', () => {
  const command = { person: admin, channel: notifications, text: '/sso' };

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:1' }],
    ['an opaque origin', { origin: 'null' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site request', { 'sec-fetch-site': 'same-site' }],
    ['a form', { 'content-type': 'text/plain' }],
  ])('cannot act from %s', async (_, headers) => {
    expect(await post('command', command, headers as Record<string, string>)).toMatchObject({
      status: 403,
      ok: false,
    });
    expect(world.got).toEqual([]);
  });

  it.each([[{ origin: 'https://evil.example' }], [{ 'sec-fetch-site': 'cross-site' }]])(
    'cannot use the app’s token, which everybody knows: %j',
    async (headers) => {
      const before = world.slack.ctx.messages.in(notifications).length;
      const response = await fetch(`${world.slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: new URLSearchParams({ token: 'xoxb-local-workspace', channel: notifications, text: 'x' }),
      });
      expect(response.status).toBe(403);
      expect(world.slack.ctx.messages.in(notifications)).toHaveLength(before);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1', 'localhost:1', '[::2]:80', ''])(
    'cannot reach it by the name %s',
    async (host) => {
      expect(await statusFor(host)).toBe(403);
    },
  );

  it('is reached by its own names', async () => {
    const { port } = new URL(world.slack.origin);
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
    const origin = `http://127.0.0.1:${port}`;
    expect(await post('command', command, { origin, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      ok: true,
    });
  });
});

function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${ui}/start`, { headers: { host }, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
}

async function listen(person: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(`${ui}/events?person=${person}`, { headers, signal: controller.signal });
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  const events: Body[] = [];
  let rest = '';
  return {
    async until(done: (event: Body) => boolean): Promise<Body[]> {
      while (!events.some(done)) {
        const { value, done: over } = await reader.read();
        if (over) break;
        const parts = (rest + value).split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts) {
          const event = /^event: (.*)$/m.exec(part)?.[1];
          if (event) events.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '{}') });
        }
      }
      controller.abort();
      return events;
    },
  };
}
