import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { METHODS } from '../../src/workspace/api/index.ts';
import { signature } from '../../src/workspace/delivery/signature.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  CHANNELS,
  manifest,
  PEOPLE,
  startSlack,
  type TestSlack,
} from '../support/slack.ts';
import { OAUTH, startSlacks } from '../support/slacks.ts';
import { actions, button, call, input, long, modal, plain, section } from './api.ts';
import { startWorld } from './bolt-app.ts';

let slack: TestSlack;
const clock = movableClock();
beforeAll(async () => {
  slack = await startSlack({ clock, oauth: { clientId: '1.2', clientSecret: 'client-secret' } });
});
afterAll(() => slack.close());
beforeEach(() => {
  slack.ctx.rateLimits.enabled = false;
  slack.ctx.faults.clear();
  slack.ctx.log.takeRefusals();
});

const channel = CHANNELS.notifications;

/** @returns a workspace whose manifest asks for other scopes */
async function withScopes(...bot: string[]): Promise<TestSlack> {
  return startSlack({ manifest: { ...manifest(), oauth_config: { scopes: { bot } } } });
}

describe('a token', () => {
  it.each([
    ['none', null, 'not_authed'],
    ['an unknown one', 'xoxb-other', 'invalid_auth'],
    ['one of another kind', APP_TOKEN, 'not_allowed_token_type'],
  ])('that is not good: %s', async (_, token, error) => {
    expect(await call(slack, 'auth.test', {}, { token })).toMatchObject({ ok: false, error });
  });

  it('may come as a form field, but not in JSON', async () => {
    const args = { token: BOT_TOKEN };
    expect(await call(slack, 'auth.test', args, { token: null })).toMatchObject({ ok: true });
    expect(await call(slack, 'auth.test', args, { token: null, json: true })).toMatchObject({
      error: 'not_authed',
    });
  });

  it('never shows in the log', async () => {
    await call(slack, 'auth.test', { token: BOT_TOKEN }, { token: null });
    expect(JSON.stringify(slack.ctx.log.entries)).not.toContain('xoxb-');
  });

  it('is told what it may do', async () => {
    const { headers } = await call(slack, 'chat.postMessage', { channel, text: 'x' });
    expect(headers.get('x-oauth-scopes')).toContain('chat:write');
    expect(headers.get('x-accepted-oauth-scopes')).toBe('chat:write');
  });
});

describe('a method', () => {
  it.each(['chat.scheduleMessage', 'files.upload', 'constructor', 'admin.users.list', '../api.test'])(
    'that is not served is unknown: %s',
    async (method) => {
      const answer = await call(slack, encodeURIComponent(method));
      expect(answer).toMatchObject({ ok: false, error: 'unknown_method' });
    },
  );

  it('has facts for each that is served, and none besides', () => {
    const file = new URL('../../src/workspace/data/methods.data.json', import.meta.url);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8'))).sort()).toEqual(Object.keys(METHODS).sort());
  });

  it('needs the scopes of the manifest', async () => {
    const other = await withScopes('chat:write');
    const answer = await call(other, 'users.info', { user: PEOPLE.admin });
    expect(answer).toMatchObject({ error: 'missing_scope', needed: 'users:read', provided: 'chat:write' });
    await other.close();
  });

  it.each([
    ['conversations.info', { channel: CHANNELS.private }, 'channels:read'],
    ['conversations.list', { types: 'private_channel' }, 'channels:read'],
    ['conversations.open', { users: PEOPLE.admin }, 'mpim:write'],
    ['conversations.history', { channel }, 'im:history'],
  ])('needs the scope of the kind of channel: %s', async (method, args, scope) => {
    const other = await withScopes(scope);
    expect(await call(other, method, args)).toMatchObject({ ok: false, error: 'missing_scope' });
    await other.close();
  });

  it('takes JSON only where Slack does', async () => {
    const args = { user: PEOPLE.admin };
    expect(await call(slack, 'users.info', args, { json: true })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await call(slack, 'users.info', args)).toMatchObject({ ok: true, user: { id: PEOPLE.admin } });
  });

  it('refuses a body that is no JSON', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BOT_TOKEN}` },
      body: '{',
    });
    expect(await response.json()).toMatchObject({ ok: false, error: 'invalid_json' });
  });

  it('refuses a body that is too large', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      body: long(5 * 1024 * 1024),
    });
    expect(response.status).toBe(413);
  });
});

describe('a call about people and channels', () => {
  it.each([
    ['users.info', { user: 'U0NOBODY01' }, 'user_not_found'],
    ['users.info', {}, 'invalid_arguments'],
    ['users.list', { cursor: 'x' }, 'invalid_cursor'],
    ['conversations.info', { channel: 'C0NOWHERE1' }, 'channel_not_found'],
    ['conversations.info', {}, 'invalid_arguments'],
    ['conversations.list', { types: 'secret_channel' }, 'invalid_types'],
    ['conversations.list', { limit: 5000 }, 'invalid_limit'],
    ['conversations.list', { limit: 'many' }, 'invalid_arguments'],
    ['conversations.list', { types: 'mpim' }, 'missing_scope'],
    ['conversations.members', { channel: 'C0NOWHERE1' }, 'channel_not_found'],
    ['conversations.open', {}, 'users_list_not_supplied'],
    ['conversations.open', { users: 'U0NOBODY01' }, 'user_not_found'],
    ['conversations.open', { users: PEOPLE.gone }, 'user_disabled'],
    ['conversations.open', { channel }, 'method_not_supported_for_channel_type'],
    ['conversations.open', { users: `${PEOPLE.admin},${PEOPLE.owner}` }, 'missing_scope'],
    ['conversations.join', { channel }, 'missing_scope'],
    ['conversations.replies', { channel, ts: '1.0' }, 'missing_scope'],
    ['bots.info', { bot: 'B0OTHER001' }, 'bot_not_found'],
    ['team.info', {}, 'missing_scope'],
    ['api.test', { error: 'my_error' }, 'my_error'],
  ])('%s %j fails: %s', async (method, args, error) => {
    expect(await call(slack, method, args)).toMatchObject({ ok: false, error });
  });

  it('tells who somebody is, without their address', async () => {
    const { user } = await call(slack, 'users.info', { user: PEOPLE.guest });
    expect(user).toMatchObject({
      is_restricted: true,
      is_admin: false,
      tz: 'America/Sao_Paulo',
      tz_offset: -10800,
    });
    expect(JSON.stringify(user)).not.toContain('@');
  });

  it('tells of channels what a bot must know before it speaks', async () => {
    const info = async (id: string) => (await call(slack, 'conversations.info', { channel: id })).channel;
    expect(await info(CHANNELS.shared)).toMatchObject({ is_ext_shared: true, is_member: true });
    expect(await info(CHANNELS.archived)).toMatchObject({ is_archived: true });
    expect(await info(CHANNELS.withoutBot)).toMatchObject({ is_member: false, is_private: false });
    expect(await info(CHANNELS.private)).toMatchObject({ is_private: true, is_member: true });
  });

  it('hides private channels that the app is not in', async () => {
    const hidden = await slack.changeChannel(PEOPLE.owner, {
      action: 'create',
      name: 'board',
      is_private: true,
    });
    const args = { channel: hidden.id };
    expect(await call(slack, 'conversations.info', args)).toMatchObject({ error: 'channel_not_found' });
    expect(await call(slack, 'chat.postMessage', { ...args, text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(slack.ctx.directory.maySee(PEOPLE.admin, hidden)).toBe(false);
  });

  it('pages by cursor', async () => {
    const first = await call(slack, 'users.list', { limit: 5 });
    const { next_cursor } = first.response_metadata as { next_cursor: string };
    const second = await call(slack, 'users.list', { limit: 5, cursor: next_cursor });
    const ids = [first, second].flatMap((a) => (a.members as { id: string }[]).map((m) => m.id));
    expect(new Set(ids).size).toBe(slack.ctx.directory.people.size);
  });
});

describe('blocks.validate', () => {
  it.each([
    ['blocks', [section('a')]],
    ['message', { blocks: [actions(button())] }],
    ['view', modal([section('a')])],
  ])('takes good %s', async (name, value) => {
    expect(await call(slack, 'blocks.validate', { [name]: value })).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', {}, 'invalid_arguments'],
    ['two things', { blocks: [section('a')], view: modal([section('a')]) }, 'invalid_arguments'],
    ['bad blocks', { blocks: [section('')] }, 'invalid_blocks'],
    ['a bad message', { message: { blocks: [actions()] } }, 'invalid_message'],
    ['a bad view', { view: modal([input({ type: 'checkboxes' })]) }, 'invalid_view'],
  ])('refuses %s', async (_, args, error) => {
    expect(await call(slack, 'blocks.validate', args)).toMatchObject({ ok: false, error });
  });

  it('points to the fault', async () => {
    const { errors } = await call(slack, 'blocks.validate', {
      blocks: [{ type: 'header', text: plain(long(151)) }],
    });
    expect(errors).toMatchObject([{ code: 'failed_constraint', pointer: '/0/text/text' }]);
  });
});

describe('files', () => {
  const upload = async (name: string, bytes: string, length = bytes.length) => {
    const { upload_url, file_id } = await call(slack, 'files.getUploadURLExternal', {
      filename: name,
      length,
    });
    const response = await fetch(String(upload_url), { method: 'POST', body: bytes });
    return { id: String(file_id), status: response.status };
  };

  it('go up in three steps and are posted', async () => {
    const { id, status } = await upload('report.csv', 'a,b\n1,2\n');
    expect(status).toBe(200);
    const done = await call(slack, 'files.completeUploadExternal', {
      files: [{ id, title: 'Report' }],
      channel_id: channel,
      initial_comment: 'here',
    });
    expect(done).toMatchObject({ ok: true, files: [{ id, title: 'Report', mimetype: 'text/csv' }] });
    expect(slack.ctx.messages.in(channel).at(-1)).toMatchObject({ text: 'here', files: [{ id }] });
    const [file] = done.files as { url_private: string }[];
    const content = await fetch(file?.url_private as string, {
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
    });
    expect(await content.text()).toBe('a,b\n1,2\n');
    expect(content.headers.get('content-disposition')).toMatch(/^attachment/);
    slack.expectNoRefusals();
  });

  it('go up by the client’s own helper', async () => {
    const world = await startWorld();
    const { files } = await world.client.filesUploadV2({
      channel_id: channel,
      filename: 'a.txt',
      content: 'hello',
    });
    expect(files).toHaveLength(1);
    expect(world.slack.ctx.messages.in(channel).at(-1)?.files).toMatchObject([{ name: 'a.txt', size: 5 }]);
    world.slack.expectNoRefusals();
    await world.stop();
  });

  it('are not given to whoever has no token', async () => {
    const { id } = await slack.uploadFile(PEOPLE.admin, { name: 'a.txt', bytes: Buffer.from('x') });
    const url = `${slack.origin}/workspace/files/${id}/a.txt`;
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(302);
    const bearer = { headers: { authorization: `Bearer ${BOT_TOKEN}` } };
    expect((await fetch(url, bearer)).status, 'not shown to the app').toBe(404);
  });

  it.each([
    ['files.info', { file: 'F0NOWHERE1' }, 'file_not_found'],
    ['files.delete', { file: 'F0NOWHERE1' }, 'file_not_found'],
    ['files.getUploadURLExternal', { filename: 'a.txt' }, 'missing_argument'],
    ['files.getUploadURLExternal', { filename: 'a.txt', length: 0 }, 'invalid_arguments'],
    ['files.getUploadURLExternal', { filename: 'a.txt', length: '1.5' }, 'invalid_arguments'],
    ['files.completeUploadExternal', { files: [{ id: 'F0NOWHERE1' }] }, 'file_not_found'],
    ['files.completeUploadExternal', { files: [{ title: 'x' }] }, 'invalid_arguments'],
  ])('%s %j fails: %s', async (method, args, error) => {
    expect(await call(slack, method, args)).toMatchObject({ ok: false, error });
  });

  it('are told apart from those that never were, once they are deleted', async () => {
    const { id } = await upload('gone.txt', 'abc');
    expect(await call(slack, 'files.completeUploadExternal', { files: [{ id }] })).toMatchObject({
      ok: true,
    });
    expect(await call(slack, 'files.delete', { file: id })).toMatchObject({ ok: true });
    for (const method of ['files.info', 'files.delete'])
      expect(await call(slack, method, { file: id })).toMatchObject({ ok: false, error: 'file_deleted' });
  });

  it('must have the length that was announced, and be posted where the app is', async () => {
    expect(await upload('a.txt', 'abc', 4)).toMatchObject({ status: 400 });
    const { id } = await upload('a.txt', 'abc');
    const to = (channel_id: string) =>
      call(slack, 'files.completeUploadExternal', { files: [{ id }], channel_id });
    expect(await to(CHANNELS.withoutBot)).toMatchObject({ error: 'not_in_channel' });
    expect(await to(PEOPLE.admin)).toMatchObject({ error: 'channel_not_found' });
    expect(await to(channel)).toMatchObject({ ok: true });
  });

  it('of people are checked as the file field wants them', async () => {
    const { id } = slack.ctx.modals.open(
      PEOPLE.admin,
      modal([input({ type: 'file_input', filetypes: ['csv'] }, { block_id: 'f' })]) as never,
    );
    const give = (name: string, size: number) =>
      slack.uploadFile(PEOPLE.admin, { name, bytes: Buffer.alloc(size, 1) }, { view_id: id, block_id: 'f' });
    await expect(give('a.exe', 1)).rejects.toThrow('not taken here');
    await expect(give('a.csv', 10 * 1024 * 1024 + 1)).rejects.toThrow('10 MB');
    await expect(give('a.CSV', 10)).resolves.toMatchObject({ size: 10 });
  });
});

describe('rates', () => {
  it('are kept for each method, and say when to come again', async () => {
    const own = await startSlack({ rateLimits: true, clock });
    for (let i = 0; i < 20; i += 1) await call(own, 'users.list');
    const refused = await call(own, 'users.list');
    expect(refused).toMatchObject({ status: 429, ok: false, error: 'ratelimited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await call(own, 'auth.test')).toMatchObject({ ok: true });
    clock.advance(61_000);
    expect(await call(own, 'users.list')).toMatchObject({ ok: true });
    await own.close();
  });

  it('let a channel have one message a second, each its own', async () => {
    const own = await startSlack({ rateLimits: true, clock });
    const post = (to: string) => call(own, 'chat.postMessage', { channel: to, text: 'x' });
    expect(await post(channel)).toMatchObject({ ok: true });
    const refused = await post(channel);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await post(CHANNELS.second)).toMatchObject({ ok: true });
    clock.advance(1000);
    expect(await post(channel)).toMatchObject({ ok: true });
    await own.close();
  });
});

describe('faults on demand', () => {
  const post = (to: string = channel) => call(slack, 'chat.postMessage', { channel: to, text: 'x' });

  it('strike once, or as often as told, and are no refusals', async () => {
    slack.ctx.faults.next('chat.postMessage', { error: 'internal_error', count: 2 });
    expect(await post()).toMatchObject({ error: 'internal_error' });
    expect(await post()).toMatchObject({ error: 'internal_error' });
    expect(await post()).toMatchObject({ ok: true });
    slack.expectNoRefusals();
  });

  it('strike only where told', async () => {
    slack.ctx.faults.next('chat.postMessage', {
      status: 429,
      retryAfterSeconds: 7,
      when: (a) => a.channel === channel,
    });
    expect(await post(CHANNELS.second)).toMatchObject({ ok: true });
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('can lose the answer and keep the effect', async () => {
    const before = slack.ctx.messages.in(channel).length;
    slack.ctx.faults.next('chat.postMessage', { dropConnection: true, afterwards: true });
    await expect(post()).rejects.toThrow();
    expect(slack.ctx.messages.in(channel)).toHaveLength(before + 1);
  });

  it('can lose both, or only time', async () => {
    const before = slack.ctx.messages.in(channel).length;
    slack.ctx.faults.next('*', { dropConnection: true });
    await expect(post()).rejects.toThrow();
    expect(slack.ctx.messages.in(channel)).toHaveLength(before);
    slack.ctx.faults.next('chat.postMessage', { delayMs: 120 });
    const started = performance.now();
    await post();
    expect(performance.now() - started).toBeGreaterThan(100);
  });
});

describe('delivery', () => {
  it('is signed, and a receiver that checks refuses what is not', async () => {
    const world = await startWorld();
    const url = world.appUrl;
    const at = Math.floor(Date.now() / 1000);
    const body = 'command=%2Fsso&text=';
    const send = async (headers: Record<string, string>) =>
      (
        await fetch(url, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        })
      ).status;
    const stamp = (timestamp: number, secret: string) => ({
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signature(secret, timestamp, body),
    });
    expect(await send(stamp(at, 'a-signing-secret-for-tests'))).toBe(200);
    expect(await send(stamp(at, 'another secret'))).toBe(401);
    expect(await send(stamp(at - 301, 'a-signing-secret-for-tests'))).toBe(401);
    world.slack.deliverTo({ kind: 'http', url, tamper: (r) => Object.assign(r, { body: `${r.body}&x=1` }) });
    const outcome = await world.slack.command(PEOPLE.admin, channel, '/sso');
    expect(outcome).toMatchObject({ ok: false, status: 401, error: 'http_error' });
    await world.stop();
  });

  it('matches a signature worked out elsewhere', () => {
    // The example of Slack's page "Verifying requests from Slack".
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(signature('8f742231b10e8888abcd99yyyzzz85a5', 1531420618, body)).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  it('sends an event again until the app takes it', async () => {
    const world = await startWorld({ eventRetriesMs: [0, 5, 10] });
    const seen: (string | undefined)[] = [];
    world.slack.deliverTo({
      kind: 'http',
      url: world.appUrl,
      tamper: ({ headers }) => {
        seen.push(headers['x-slack-retry-num']);
        if (seen.length < 3) headers['x-slack-signature'] = 'v0=bad';
      },
    });
    await world.slack.openHome(PEOPLE.admin);
    await world.slack.ctx.bus.until(() => world.got.length > 0);
    expect(seen).toEqual([undefined, '1', '2']);
    expect(world.slack.ctx.log.refusals).toHaveLength(1);
    await world.stop();
  });
});

describe('installing', () => {
  const client = { client_id: '1.2', client_secret: 'client-secret' };

  it('exchanges a code once', async () => {
    const redirect_uri = 'https://app.example/oauth';
    const code = slack.ctx.tokens.agree(redirect_uri);
    const args = { ...client, code, redirect_uri };
    const answer = await call(slack, 'oauth.v2.access', args, { token: null });
    expect(answer).toMatchObject({
      ok: true,
      access_token: BOT_TOKEN,
      token_type: 'bot',
      team: { id: slack.ctx.directory.team.id },
      bot_user_id: slack.ctx.directory.bot.user_id,
      scope: expect.stringContaining('chat:write'),
    });
    expect(await call(slack, 'oauth.v2.access', args, { token: null })).toMatchObject({
      error: 'invalid_code',
    });
  });

  it.each([
    ['another client', { ...client, client_id: '9.9' }, 'invalid_client_id'],
    ['a wrong secret', { ...client, client_secret: 'x' }, 'bad_client_secret'],
    ['an unknown code', { ...client, code: 'x' }, 'invalid_code'],
    ['an unknown grant', { ...client, code: 'x', grant_type: 'password' }, 'invalid_grant_type'],
  ])('is refused with %s', async (_, args, error) => {
    expect(await call(slack, 'oauth.v2.access', args, { token: null })).toMatchObject({ ok: false, error });
  });

  it('is refused with another address than the code was made for', async () => {
    const code = slack.ctx.tokens.agree('https://app.example/oauth');
    const args = { ...client, code, redirect_uri: 'https://evil.example' };
    expect(await call(slack, 'oauth.v2.access', args, { token: null })).toMatchObject({
      error: 'bad_redirect_uri',
    });
  });
});

describe('several workspaces behind one address', () => {
  it('are told apart by token and by code', async () => {
    const several = await startSlacks(['One', 'Two']);
    const [one, two] = several.workspaces as [TestSlack, TestSlack];
    const redirect_uri = 'http://localhost:1/slack/oauth_redirect';
    const query = new URLSearchParams({
      client_id: OAUTH.clientId,
      scope: 'chat:write,commands',
      redirect_uri,
      state: 's',
    });
    const page = several.authorizeUrl(two, `${new URL('../oauth/v2/authorize', several.apiUrl)}?${query}`);
    const agreed = new URL((await fetch(page, { redirect: 'manual' })).headers.get('location') as string);
    expect(agreed.searchParams.get('state')).toBe('s');
    const client = { client_id: OAUTH.clientId, client_secret: OAUTH.clientSecret };
    const at = { ...slack, apiUrl: several.apiUrl };
    const code = agreed.searchParams.get('code');
    const given = await call(at, 'oauth.v2.access', { ...client, code, redirect_uri }, { token: null });
    expect(given).toMatchObject({ ok: true, team: { name: 'Two' } });
    await call(at, 'chat.postMessage', { channel, text: 'x' }, { token: String(given.access_token) });
    expect([one, two].map((w) => w.ctx.messages.in(channel).length)).toEqual([0, 1]);
    await several.close();
  });

  it.each([
    ['another client', { client_id: '9.9' }, 'invalid_client_id'],
    ['no way back', { redirect_uri: 'javascript:alert(1)' }, 'bad_redirect_uri'],
    ['a scope the manifest has not', { scope: 'admin' }, 'invalid_scope: admin'],
  ])('are not entered with %s', async (_, wrong, error) => {
    const good = {
      client_id: '1.2',
      scope: 'chat:write',
      redirect_uri: 'http://localhost:1/back',
      state: 's',
    };
    const query = new URLSearchParams({ ...good, ...wrong });
    const response = await fetch(`${slack.origin}/workspace/oauth/v2/authorize?${query}`, {
      redirect: 'manual',
    });
    expect([response.status, await response.text()]).toEqual([400, error]);
  });
});

it('obeys a manifest that Slack takes', () => {
  const file = new URL('../../src/workspace/data/manifest.data.json', import.meta.url);
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  expect(validate(manifest()), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...manifest(), display_information: {} })).toBe(false);
});
