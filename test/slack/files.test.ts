import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFiles, FileProblem } from '../../src/slack/files.ts';
import { startBot, type TestBot } from '../support/bot.ts';
import { certificate, metadataXml } from '../support/idp.ts';
import { PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startBot();
  await bot.setUp();
});
afterAll(async () => {
  bot.slack.expectNoRefusals();
  await bot.close();
});

const onTop = () => bot.slack.ctx.modals.stack(PEOPLE.admin).at(-1)?.view;
const shows = (words: RegExp) =>
  bot.slack.ctx.bus.until(
    () => (words.test(wordsOf(onTop() ?? {})) ? onTop() : undefined),
    10_000,
    `${words} in the modal, not ${wordsOf(onTop() ?? {})}`,
  );

describe('a file in a form', () => {
  it('is read while the person sees so, and the answer takes its place', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso connect Okta');
    await admin.modal('New connection');
    const xml = metadataXml('https://idp.example', certificate('idp').body);
    const { ack } = await admin.submit({ 'Metadata file': await admin.file('idp.xml', xml) });
    expect(wordsOf((ack as { view: object }).view)).toContain('Reading the file');
    await shows(/Okta/);
    expect(onTop()?.callback_id).toBe('result');
    await admin.close(true);
  });

  it('that is wrong brings the form back as it was filled in, with what is wrong', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso connect');
    await admin.modal('New connection');
    await admin.submit({
      'Connection name': 'Second',
      'Metadata file': await admin.file('idp.xml', '<html/>'),
    });
    const view = await shows(/Metadata file: /);
    expect(view?.callback_id).toBe('connection.add');
    expect(JSON.stringify(view?.blocks)).toContain('"initial_value":"Second"');
    await admin.close(true);
  });

  it('with a private key is refused, kept nowhere, and shown where it still lies', async () => {
    const { pem, keyPem } = certificate('idp');
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso renew Okta');
    await admin.modal('Renew certificate');
    await admin.submit({
      'Certificate file': await admin.file('both.pem', `${pem}${keyPem}`),
    });
    const view = await shows(/private key was uploaded/);
    expect(JSON.stringify(view?.blocks)).toMatch(
      /"type":"link","url":"[^"]+\/files\/F\w+","text":"both\.pem"/,
    );
    expect(bot.logged()).not.toContain(keyPem.split('\n')[1]);
    await admin.close(true);
  });
});

describe('a private key beside what was asked for', () => {
  it('is linked in a new connection’s form as well', async () => {
    const { body, keyPem } = certificate('careless');
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso connect Careless');
    await admin.modal('New connection');
    const xml = `${metadataXml('https://careless.example', body)}\n${keyPem}`;
    await admin.submit({ 'Metadata file': await admin.file('careless.xml', xml) });
    const view = await shows(/private key was uploaded.*/);
    expect(JSON.stringify(view?.blocks)).toMatch(/"type":"link","url":"[^"]+\/files\/F\w+"/);
    expect(bot.logged()).not.toContain(keyPem.split('\n')[1]);
    await admin.close(true);
  });

  it('is linked by what Slack says of the file, where the payload did not', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    const [id = ''] = await admin.file('key.pem', 'x');
    bot.slack.ctx.files.share(id, { toApp: true });
    const files = createFiles(bot.slack.env.SLACK_API_URL ?? '');
    const client = new WebClient(bot.slack.env.SLACK_BOT_TOKEN, {
      slackApiUrl: bot.slack.env.SLACK_API_URL,
    });
    expect(await files.permalink(client, { id })).toContain(`/files/${id}`);
    await files.close();
  });
});

describe('reading a file', () => {
  const client = new WebClient('xoxb-the-token');
  const file = (url_private: string) => ({ id: 'F1', name: 'a.xml', size: 10, url_private });

  it.each([
    'https://evil.example/a',
    'https://files.slack.com.evil.example/a',
    'https://evilslack.com/a',
    'http://files.slack.com/a',
    'http://169.254.169.254/latest/meta-data',
    'https://user@files.slack.com/a',
    'file:///etc/passwd',
    'x',
  ])('never calls another address with the bot’s token: %s', async (url) => {
    const files = createFiles('http://127.0.0.1:9/api/');
    await expect(files.read(client, file(url))).rejects.toThrow(FileProblem);
    await files.close();
  });

  it('ends at 10 MB, whatever the file says of its size, and follows no redirect', async () => {
    const server = createServer((req, res) => {
      if (req.url === '/away') return res.writeHead(302, { location: '/endless' }).end();
      res.writeHead(200);
      const more = () => {
        while (res.write(Buffer.alloc(1024 * 1024))) if (res.destroyed) return;
        res.once('drain', more);
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const files = createFiles(`${origin}/api/`);
    await expect(files.read(client, file(`${origin}/endless`))).rejects.toThrow('larger than 10 MB');
    await expect(files.read(client, file(`${origin}/away`))).rejects.toThrow('could not be read');
    await expect(files.read(client, { ...file(`${origin}/x`), size: 11 * 1024 * 1024 })).rejects.toThrow(
      '10 MB',
    );
    await files.close();
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  });
});
