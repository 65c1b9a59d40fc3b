import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/service/service.ts';
import { signature } from '../../src/workspace/delivery/signature.ts';
import { startBot, type TestBot } from '../support/bot.ts';
import { CHANNELS, PEOPLE, SIGNING_SECRET } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
let before: () => Promise<void> = async () => undefined;
const wrapped = (real: Service): Service => ({
  ...real,
  show: (...given) => before().then(() => real.show(...given)),
  channelLost: (...given) => before().then(() => real.channelLost(...given)),
});

beforeAll(async () => {
  bot = await startBot({ service: wrapped, slack: { eventRetriesMs: [0, 50] } });
  await bot.setUp();
});
afterAll(() => bot.close());

interface Sent {
  body?: string;
  at?: number;
  secret?: string;
  headers?: Record<string, string>;
  path?: string;
  method?: string;
}

const COMMAND = new URLSearchParams({
  command: '/sso',
  text: 'help',
  team_id: 'T0LOCAL0001',
  user_id: PEOPLE.admin,
  channel_id: CHANNELS.general,
  trigger_id: '1.2',
  response_url: 'http://127.0.0.1:9/',
}).toString();

/** Sends a request as anybody could. */
function send({
  body = COMMAND,
  at = Math.floor(Date.now() / 1000),
  secret = SIGNING_SECRET,
  headers = {},
  path = '/slack/events',
  method = 'POST',
}: Sent = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const req = request(
      new URL(path, bot.url),
      {
        method,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': String(at),
          'x-slack-signature': signature(secret, at, body),
          ...headers,
        },
      },
      (res) => {
        let text = '';
        res.on('data', (chunk) => (text += chunk));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
      },
    );
    req.on('error', reject);
    req.end(method === 'GET' ? undefined : body);
  });
}

const now = () => Math.floor(Date.now() / 1000);

describe('a request', () => {
  it('that Slack signed is answered', async () => {
    const { status, body } = await send();
    expect(status).toBe(200);
    expect(wordsOf(JSON.parse(body))).toContain('/sso status');
  });

  it.each([
    ['signed with another secret', { secret: 'another-secret-of-someone' }],
    ['without a signature', { headers: { 'x-slack-signature': '' } }],
    ['of a version there is not', { headers: { 'x-slack-signature': 'v1=00' } }],
    ['older than five minutes', { at: now() - 301 }],
    ['from more than five minutes ahead', { at: now() + 330 }],
    ['without a time', { headers: { 'x-slack-request-timestamp': 'soon' } }],
  ] as [string, Sent][])('%s is refused', async (_, sent) => {
    expect((await send(sent)).status).toBe(401);
  });

  it('within five minutes either way is taken', async () => {
    expect((await send({ at: now() - 290 })).status).toBe(200);
    expect((await send({ at: now() + 290 })).status).toBe(200);
  });

  it('whose body was changed after signing is refused', async () => {
    const at = now();
    const signed = signature(SIGNING_SECRET, at, COMMAND);
    expect(
      (await send({ at, body: COMMAND.replace('help', 'off'), headers: { 'x-slack-signature': signed } }))
        .status,
    ).toBe(401);
  });

  it('that is too large is refused, whether it says so or not', async () => {
    const body = `${COMMAND}&x=${'y'.repeat(1024 * 1024)}`;
    expect((await send({ body })).status).toBe(413);
    expect((await send({ body, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413);
  });

  it('to verify the address, of a kind that nobody knows, or with nothing in it is answered', async () => {
    const json = { 'content-type': 'application/json' };
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect(JSON.parse((await send({ body: challenge, headers: json })).body)).toEqual({ challenge: 'abc' });
    for (const body of ['{"type":"brand_new_kind","team":{"id":"T1"},"user":{"id":"U1"}}', '{}']) {
      expect((await send({ body, headers: json })).status).toBe(200);
    }
    const odd = new URLSearchParams({
      payload: '{"type":"block_actions","user":{"id":"U1"},"actions":[]}',
    }).toString();
    expect((await send({ body: odd })).status).toBeLessThan(500);
  });

  it('elsewhere is not ours', async () => {
    expect((await send({ path: '/slack/other' })).status).toBe(404);
    expect((await send({ method: 'GET' })).status).toBe(404);
    expect((await send({ method: 'GET', path: '/slack/install' })).status).toBe(404);
  });

  it('of a workspace that the bot is not installed in gets words', async () => {
    const { body } = await send({ body: COMMAND.replace('T0LOCAL0001', 'T0ELSEWHERE') });
    expect(wordsOf(JSON.parse(body))).toContain('not installed in this workspace');
  });

  it('of a person of another workspace gets words and does nothing', async () => {
    const view = { id: 'V1', type: 'modal', callback_id: 'domain.add', private_metadata: '{}', blocks: [] };
    const payload = JSON.stringify({
      type: 'view_submission',
      team: { id: 'T0LOCAL0001' },
      user: { id: 'U0STRANGER', team_id: 'T0ELSEWHERE' },
      view: { ...view, app_installed_team_id: 'T0LOCAL0001', state: { values: {} } },
    });
    const { body } = await send({ body: new URLSearchParams({ payload }).toString() });
    expect(wordsOf(JSON.parse(body).view)).toContain('only for people of this workspace');
  });

  it('beyond what one process takes on at once is refused politely, before anything is read', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    before = () => held;
    const all = Array.from({ length: 300 }, () => send());
    const first = await Promise.race(all);
    expect(wordsOf(JSON.parse(first.body))).toContain('a lot to do right now');
    release();
    before = async () => undefined;
    const answers = await Promise.all(all);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => body.includes('a lot to do')).length).toBeLessThanOrEqual(44);
  });
});

describe('an event', () => {
  it('of a lost channel tells the admins of its team', async () => {
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'archive', channel: CHANNELS.notifications });
    const told = () =>
      bot.db.query<{ payload: { slackId: string } }>(sql`select payload from outbox where kind = 'person'`);
    expect((await told()).map((row) => row.payload.slackId).sort()).toEqual(
      [PEOPLE.admin, PEOPLE.owner].sort(),
    );
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'unarchive', channel: CHANNELS.notifications });
  });

  it('that could not be worked on is not acknowledged, so that Slack sends it again', async () => {
    // Trouble that is known is told once; here it was mended since the test before.
    await bot.db.query(
      sql`delete from installation where value = ${`${CHANNELS.notifications} is_archived`}`,
    );
    let failures = 1;
    before = async () => {
      if (failures-- > 0) throw new Error('not now');
    };
    const told = async () => (await bot.db.query(sql`select 1 from outbox where kind = 'person'`)).length;
    const already = await told();
    // The first message that arrives after a trouble ends it; nothing is posted here.
    await bot.db.query(sql`delete from installation where key like 'channel-trouble:%'`);
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'archive', channel: CHANNELS.notifications });
    await expect.poll(told, { timeout: 10_000 }).toBe(already + 2);
    before = async () => undefined;
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'unarchive', channel: CHANNELS.notifications });
  });

  it('of somebody deactivated takes their roles at once', async () => {
    await bot.slack.changePerson(PEOPLE.admin, { deleted: true });
    const [row] = await bot.db.query<{ deactivated: boolean }>(
      sql`select deactivated from people where slack_id = ${PEOPLE.admin}`,
    );
    expect(row?.deactivated).toBe(true);
    await bot.slack.changePerson(PEOPLE.admin, { deleted: false });
  });

  it('of removal forgets the token, and people are told', async () => {
    await bot.slack.uninstall();
    const [row] = await bot.db.query<{ bot_token: string }>(sql`select bot_token from workspaces`);
    expect(row?.bot_token).toBe('');
    expect(wordsOf(JSON.parse((await send()).body))).toContain('not installed in this workspace');
  });
});

describe('stopping', () => {
  it('waits for what is under way and takes nothing new', async () => {
    const own = await startBot({
      service: (real) => ({ ...real, show: (...given) => sleep(400).then(() => real.show(...given)) }),
    });
    const asked = own.slack.as(PEOPLE.owner).command('/sso help');
    await sleep(150);
    const stopped = own.app.stop();
    const late = await own.slack.as(PEOPLE.owner).command('/sso help');
    expect(late).toMatchObject({ ok: false, status: 503 });
    expect(wordsOf((await asked).ack as object)).toContain('/sso status');
    await stopped;
    await own.close();
  });
});
