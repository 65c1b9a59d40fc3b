import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clients, createClients } from '../../src/slack/client.ts';
import { SlackLimited, SlackUnreachable, slackPort } from '../../src/worker/slack-port.ts';
import { freePort } from '../support/free-port.ts';

const log = pino({ level: 'silent' });
const MESSAGE = { text: 'Hello', blocks: [] };

/** What is in Slack's place, and answers otherwise than Slack's documents say. */
describe('a post while Slack', () => {
  const open: { close(): void }[] = [];
  const clients: Clients[] = [];
  afterEach(async () => {
    for (const one of clients.splice(0)) await one.close();
    for (const one of open.splice(0)) one.close();
  });

  async function asked(origin: string): Promise<unknown> {
    const made = createClients(`${origin}/api/`, log);
    clients.push(made);
    return slackPort(made.inBackground('xoxb-secret'))
      .post('C1', MESSAGE)
      .catch((error: unknown) => error);
  }
  async function answering(listener: RequestListener): Promise<unknown> {
    const server: Server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => server.close().closeAllConnections() });
    return asked(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  const limited = (header?: string) =>
    answering((_, res) => {
      res.writeHead(429, header === undefined ? {} : { 'retry-after': header });
      res.end('{"ok":false,"error":"ratelimited"}');
    });

  it.each([
    ['7', 7],
    [undefined, 30],
    ['', 30],
    ['soon', 30],
    ['-5', 30],
    ['0', 1],
    ['1.5', 2],
    ['99999999999999999999', 3600],
    ['NaN', 30],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 1],
  ])('says 429 with Retry-After %s, keeps away for %i seconds', async (header, seconds) => {
    const error = await limited(header);
    expect(error).toBeInstanceOf(SlackLimited);
    expect((error as SlackLimited).retryAfterMs).toBe(seconds * 1000);
  });

  it('says 429 until a date, keeps away until then', async () => {
    const error = await limited(new Date(Date.now() + 90_000).toUTCString());
    expect((error as SlackLimited).retryAfterMs).toBeGreaterThan(80_000);
    expect((error as SlackLimited).retryAfterMs).toBeLessThanOrEqual(90_000);
  });

  it.each([
    ['502 and a page', 502, '<html><body>Bad gateway</body></html>'],
    ['500 and nothing', 500, ''],
    ['200 and a page', 200, '<html>Maintenance</html>'],
    ['200 and half a JSON', 200, '{"ok":true,"ts":"1.'],
    ['200 and no ts', 200, '{"ok":true}'],
    ['200 and null', 200, 'null'],
    ['the words of something in between', 200, '{"ok":false,"error":"Upstream timed out!"}'],
    ['404', 404, 'Not found'],
  ])('answers %s is tried again, and may have been done', async (_, status, body) => {
    const error = await answering((__, res) => res.writeHead(status).end(body));
    expect(error).toBeInstanceOf(SlackUnreachable);
    expect((error as SlackUnreachable).mayBeDone).toBe(true);
    expect(String((error as Error).message)).not.toContain('xoxb');
  });

  it('sends half an answer and closes is tried again, and may have been done', async () => {
    const error = await answering((_, res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('{"ok":true,');
      setTimeout(() => res.destroy(), 50);
    });
    expect(error).toMatchObject({ name: 'SlackUnreachable', mayBeDone: true });
  });

  it('takes the connection and closes it is tried again, and may have been done', async () => {
    const server = createSocketServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const error = await asked(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(error).toMatchObject({ name: 'SlackUnreachable', mayBeDone: true });
  });

  it('refuses the connection was not done', async () => {
    const error = await asked(`http://127.0.0.1:${await freePort()}`);
    expect(error).toMatchObject({ name: 'SlackUnreachable', mayBeDone: false });
  });

  it('never answers, or only half, is given up after ten seconds; letting go does not wait for it', async () => {
    const listeners: RequestListener[] = [
      () => undefined,
      (_, res) => void res.writeHead(200).write('{"ok":'),
    ];
    const began = performance.now();
    const errors = await Promise.all(listeners.map(answering));
    for (const error of errors) expect(error).toMatchObject({ name: 'SlackUnreachable', mayBeDone: true });
    expect(performance.now() - began).toBeLessThan(15_000);
    const hanging = slackPort((clients[0] as Clients).inBackground('xoxb-secret'))
      .post('C1', MESSAGE)
      .catch((error: unknown) => error);
    const closing = performance.now();
    await clients[0]?.close();
    expect(performance.now() - closing).toBeLessThan(3000);
    expect(await hanging).toBeInstanceOf(SlackUnreachable);
  });
});
