import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import type { Local } from '../../src/workspace/local/local.ts';
import type { Workspace } from '../../src/workspace/server.ts';
import type { OpenView } from '../../src/workspace/types.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { PEOPLE } from '../support/slack.ts';
import { type SlackPerson, slackPerson, wordsOf } from '../support/slack-person.ts';

describe('the local workspace, as it starts with nothing set', () => {
  let db: TestDatabase;
  let dataDir: string;
  let bot: Drawbridge;
  let owner: SlackPerson;
  let approver: SlackPerson;
  let workspace: Workspace;
  beforeAll(async () => {
    const port = await freePort();
    [db, dataDir] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), 'drawbridge-local-'))]);
    bot = await startDrawbridge({
      config: readConfig({ PORT: String(port), DATA_DIR: dataDir }),
      log: createLog('silent'),
      database: db,
    });
    workspace = (bot.local as Local).workspace;
    owner = slackPerson(workspace, PEOPLE.owner);
    approver = slackPerson(workspace, PEOPLE.approver);
  });
  afterAll(async () => {
    await bot?.stop();
    await db?.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const refusals = () => workspace.refusals;

  it('answers by the name of this machine alone, whatever is asked for', async () => {
    const status = (path: string, host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ port: bot.port, host: '127.0.0.1', path, headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        asked.once('error', reject).end();
      });
    for (const path of ['/', '/workspace', '/workspace/idp', '/sign-in', '/metrics', '/saml/x/metadata']) {
      expect(await status(path, `evil.example:${bot.port}`), path).toBe(403);
      expect(await status(path, `localhost:${bot.port}`), path).not.toBe(403);
    }
  });

  it('greets the owner with their team, and keeps Home to the team that was chosen', async () => {
    await owner.home('harbour.test');
    await approver.home('more than one team');
    await approver.click('Labs', { home: true });
    const shown = (fits: (home: OpenView) => boolean) =>
      workspace.ctx.bus.until(
        () => {
          const home = workspace.ctx.modals.homes.get(PEOPLE.approver);
          return home && fits(home) ? home : undefined;
        },
        15_000,
        'the other Home',
      );
    const chosen = await shown((home) => wordsOf(home.view).includes('labs.test'));
    const { hash } = chosen.view;
    await workspace.openHome(PEOPLE.approver);
    const again = await shown((home) => home.view.hash !== hash);
    expect(wordsOf(again.view)).toContain('labs.test');
    expect(refusals()).toEqual([]);
  });

  it('hands the history over as a file', async () => {
    await owner.command('/sso history export');
    await owner.sees('The history is in your direct messages with Drawbridge, as a CSV file.');
    const [file] = owner.direct().flatMap((message) => message.files ?? []);
    expect(file?.name).toMatch(/\.csv$/);
    expect(refusals()).toEqual([]);
  });

  it('reads the files that people choose: users', async () => {
    await owner.command('/sso import archive.test');
    await owner.modal('Import users');
    const users = await owner.file('users.csv', 'email,first name,last name\nnew@archive.test,New,Person\n');
    await owner.submit({ 'Users file': users });
    await owner.sees(/1 (user|account|person|row)/i);
    expect(refusals()).toEqual([]);
  });

  it('says how people sign in while SSO is on: not by the passwords that some have', async () => {
    await owner.command('/sso users harbour.test');
    const shown = wordsOf(await owner.sees('Users of harbour.test'));
    expect(shown).toContain('has not signed in by SSO yet');
    expect(shown).not.toContain('signs in by password');
    await owner.command('/sso users shop.harbour.test');
    expect(wordsOf(await owner.sees('Users of shop.harbour.test'))).toContain('signs in by password');
  });

  it('leads approvers from a direct message to what waits, with no button that outlives the request', async () => {
    await owner.command('/sso off harbour.test');
    await owner.modal('Turn off SSO');
    await owner.submit();
    await owner.submit({ Reason: 'To see what the approver is told' });
    await owner.close(true);
    await bot.worker.idle();
    const told = approver.direct().at(-1);
    expect(wordsOf(told ?? {})).toContain('asks for your approval: Turn off SSO for harbour.test');
    expect(JSON.stringify(told?.blocks)).toMatch(/\/archives\/C0SSOCHNG1\/p\d+/);
    expect(JSON.stringify(told?.blocks)).not.toContain('decide:');
    const { directory } = workspace.ctx;
    const channel = directory.findDirectMessage(PEOPLE.approver, directory.bot.user_id)?.id;
    const there = { channel, ts: told?.ts };
    await approver.click('Show requests', there);
    await approver.sees(/Requests of Harbour/);
    await approver.click(/^Reject/, { channel });
    await approver.modal('Reject');
    await approver.submit({ Reason: 'Not today' });
    await approver.close(true);
    await bot.worker.idle();
    await approver.click('Show requests', there);
    await approver.sees('Nothing waits for approval in Harbour.');
    expect(refusals()).toEqual([]);
  });

  it('takes as many domains, and as many characters of them, as it says', async () => {
    await owner.command('/sso add');
    const { blocks } = await owner.modal('Add domains').then(({ view }) => view);
    expect(wordsOf({ blocks })).toContain('Up to 200 at once, and 3,000 characters in all.');
    const named = (most: number) => Array.from({ length: most }, (_, n) => `d${n}.many.test`).join('\n');
    for (const [domains, words] of [
      ['x'.repeat(3001), /at most 3000 characters/],
      [named(201), /add at most 200 at once/],
    ] as const) {
      const { errors } = await owner.submit({ Domains: domains });
      expect(Object.values(errors ?? {}).join()).toMatch(words);
    }
    await owner.submit({ Domains: named(200).padEnd(3000) });
    const done = await owner.modal(/./);
    expect(wordsOf(done.view)).toContain('200 domains were added');
    await owner.close(true);
    expect(refusals()).toEqual([]);
  });
});

describe('the start of the local workspace', () => {
  it('shows at once that it is coming, and says when the port is taken', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-local-'));
    const [db, port] = await Promise.all([testDatabase(), freePort()]);
    const config = readConfig({ PORT: String(port), DATA_DIR: dataDir });
    const early: { status: number; again: string | null; words: string }[] = [];
    const look = async (path: string) => {
      const answer = await fetch(`http://localhost:${port}${path}`);
      const words = await answer.text();
      early.push({ status: answer.status, again: answer.headers.get('retry-after'), words });
    };
    const looks: Promise<void>[] = [];
    let openPage: Promise<string> | undefined;
    const onListening = () => void looks.push(look('/workspace'), look('/sign-in'), look('/readyz'));
    const options = { config, log: createLog('silent'), database: db };
    const bot = await startDrawbridge({ ...options, onListening });
    try {
      await Promise.all(looks);
      expect(early).toContainEqual({
        status: 503,
        again: '1',
        words: expect.stringContaining('Getting ready</h1>'),
      });
      expect(early).toContainEqual({ status: 503, again: '1', words: 'Getting ready' });
      expect(early).toContainEqual({ status: 503, again: null, words: '{"ok":false,"starting":true}' });
      expect((await fetch(`http://localhost:${port}/workspace`)).status).toBe(200);
      const events = await fetch(`http://localhost:${port}/workspace/ui/events?person=${PEOPLE.owner}`);
      openPage = events.text();
      await expect(startDrawbridge(options)).rejects.toThrow(
        `PORT: another program listens on ${port}: stop it, or set PORT to another number`,
      );
    } finally {
      await bot.stop();
      await db.close();
      await rm(dataDir, { recursive: true, force: true });
    }
    // A stop waits for no open page: its live connection is ended, not cut off when patience is over.
    expect(await openPage).toContain('event: hello');
  });
});
