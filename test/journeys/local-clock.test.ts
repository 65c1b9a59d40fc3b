import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { freePort } from '../support/free-port.ts';
import { CHANNELS } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;

describe('the clock of the local workspace', () => {
  let bot: Drawbridge;
  let dataDir: string;
  let port: number;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-clock-'));
    port = await freePort();
    bot = await startDrawbridge({
      config: readConfig({ PORT: String(port), DATA_DIR: dataDir }),
      log: createLog('silent'),
    });
  });
  afterAll(async () => {
    await bot?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const aWeekOn = async () => {
    const answer = await fetch(`http://localhost:${port}/workspace/ui/panels/clock/forward`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ms: WEEK_MS }),
    });
    expect(answer.status).toBe(200);
  };
  const notices = () =>
    (bot.local?.workspace.ctx.messages.in(CHANNELS.second) ?? [])
      .map(wordsOf)
      .filter((words) => /certificate (expires|expired)/.test(words));

  it('shows, moved by weeks, how a certificate is announced until it has expired', async () => {
    expect(notices()).toEqual([]);
    for (const [weeks, said] of [
      [1, 'in 29 days'],
      [3, 'in 8 days'],
      [1, 'within a day'],
      [1, 'certificate expired'],
    ] as const) {
      for (let n = 0; n < weeks; n++) await aWeekOn();
      await expect.poll(() => notices().join('\n'), { timeout: 10_000 }).toContain(said);
    }
    expect(notices()[0]).toMatch(/Labs IdP[\s\S]*48 people[\s\S]*Renew certificate/);
  });
});
