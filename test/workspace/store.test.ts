import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { MARKER } from '../../src/workspace/store.ts';
import { BOT_TOKEN, CHANNELS, PEOPLE, startSlack } from '../support/slack.ts';
import { call, modal, section } from './api.ts';

const { admin } = PEOPLE;
const { notifications } = CHANNELS;
const made: string[] = [];
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true });
});

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'drawbridge-workspace-'));
  made.push(path);
  return join(path, 'workspace');
}

it('keeps messages, threads, files, people, channels, Home and read marks', async () => {
  const store = { directory: await directory() };
  const before = await startSlack({ store });
  const { ts } = await call(before, 'chat.postMessage', {
    channel: notifications,
    text: 'kept',
    blocks: [section('b')],
  });
  await call(before, 'chat.postMessage', { channel: notifications, text: 'reply', thread_ts: ts });
  await call(before, 'views.publish', { user_id: admin, view: { type: 'home', blocks: [section('home')] } });
  await call(before, 'views.open', { trigger_id: '$trigger', view: modal([section('a')]) });
  await before.changePerson(PEOPLE.bystander, { deleted: true });
  const { id } = await before.uploadFile(admin, { name: 'a.csv', bytes: Buffer.from('a,b') });
  await before.postMessage(admin, notifications, 'mine', { files: [id] });
  before.markRead(admin, notifications, String(ts));
  await before.close();

  const after = await startSlack({ store });
  const kept = [...after.ctx.messages.in(notifications)];
  expect(kept.map((m) => m.text)).toEqual(['kept', 'reply', 'mine']);
  expect(kept[0]).toMatchObject({ reply_count: 1, blocks: [{ type: 'section' }] });
  expect(after.ctx.modals.homes.get(admin)?.view.blocks).toMatchObject([{ type: 'section' }]);
  expect(after.ctx.modals.stack(admin)).toEqual([]);
  expect(after.ctx.directory.people.get(PEOPLE.bystander)?.deleted).toBe(true);
  expect(after.ctx.reads.get(admin)).toEqual({ [notifications]: ts });
  const content = await fetch(`${after.origin}/workspace/files/${id}/a.csv`, {
    headers: { authorization: `Bearer ${BOT_TOKEN}` },
  });
  expect(await content.text()).toBe('a,b');
  const next = await call(after, 'chat.postMessage', { channel: notifications, text: 'later' });
  expect(String(next.ts) > (kept.at(-1)?.ts as string)).toBe(true);
  await after.close();
});

it('writes within a second, whole files only, and marks the directory as its own', async () => {
  const path = await directory();
  const slack = await startSlack({ store: { directory: path } });
  await call(slack, 'chat.postMessage', { channel: notifications, text: 'soon on disk' });
  await new Promise((resolve) => setTimeout(resolve, 900));
  const text = await readFile(join(path, 'workspace.json'), 'utf8');
  expect(JSON.stringify(JSON.parse(text).messages)).toContain('soon on disk');
  expect(await readdir(path)).toContain(MARKER);
  await slack.close();
});

it('loses no more than a second when it is killed', async () => {
  const path = await directory();
  const server = new URL('../../src/workspace/server.ts', import.meta.url).href;
  const script = `
    const { createWorkspace } = await import(${JSON.stringify(server)});
    const workspace = await createWorkspace({
      manifest: { display_information: { name: 'App' } },
      botToken: 'xoxb-a', signingSecret: 's', deliver: { kind: 'http', url: 'http://127.0.0.1:9' },
      store: { directory: ${JSON.stringify(path)} },
    });
    for (let i = 0; ; i += 1) {
      await workspace.postMessage('${admin}', '${notifications}', String(Date.now()));
      process.stdout.write('.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const killed = Date.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const after = await startSlack({ store: { directory: path } });
  const last = Number(after.ctx.messages.in(notifications).at(-1)?.text);
  expect(killed - last).toBeLessThan(1000);
  await after.close();
});

it('gives no timestamp twice, also when the clock stands still or the workspace is another', async () => {
  const clock = movableClock({ now: () => new Date(1_900_000_000_000) });
  const slack = await startSlack({ clock });
  const seen = new Set<string>();
  for (let i = 0; i < 50; i += 1) seen.add((await slack.postMessage(admin, notifications, 'x')).ts);
  expect(seen.size).toBe(50);
  expect([...seen]).toEqual([...seen].sort());
  await slack.close();
});

it('lives beside others, each with its own messages', async () => {
  const [one, other] = await Promise.all([startSlack(), startSlack()]);
  await call(one, 'chat.postMessage', { channel: notifications, text: 'x' });
  expect(other.ctx.messages.in(notifications)).toEqual([]);
  expect(one.origin).not.toBe(other.origin);
  await Promise.all([one.close(), other.close()]);
});
