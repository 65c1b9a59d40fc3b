import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DnsFault } from '../../src/workspace/dns-server.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { wordsOf } from '../support/slack-person.ts';

const MINUTE_MS = 60_000;
const RECORD = (name: string) => `_drawbridge-challenge.${name}`;

let on: WholeBot;
beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
});
afterAll(() => on.stop());

const row = async (name: string) =>
  (
    await on.db.query<{ state: string; token: string; looks: number; lookAt: Date | null }>(sql`
      select state, token, looks, look_at as "lookAt" from domains where name = ${name}`)
  )[0];

async function add(name: string): Promise<void> {
  await on.admin.command(`/sso add ${name}`);
  await on.admin.modal('Add domains');
  await on.admin.submit();
  await on.admin.close(true);
}

describe('/sso verify while DNS', () => {
  it.each<[string, DnsFault]>([
    ['does not answer', 'timeout'],
    ['reports a failure', 'servfail'],
    ['refuses', 'refused'],
  ])('%s answers in three seconds or by message, says when it looks again, and does', async (_, fault) => {
    const name = `${fault}.test`;
    await add(name);
    on.dns.setTxt(RECORD(name), [`drawbridge-verification=${(await row(name))?.token}`]);
    on.dns.setFault(RECORD(name), fault);
    const before = on.admin.whispers().length;
    const { ok, ms } = await on.admin.command(`/sso verify ${name}`);
    expect(ok).toBe(true);
    expect(ms).toBeLessThan(3000);
    await expect
      .poll(() => on.admin.whispers().slice(before).map(wordsOf).join('\n'), { timeout: 15_000 })
      .toContain(': nothing has changed, and it is looked up again');
    const told = await row(name);
    expect(told).toMatchObject({ state: 'Unverified', looks: 1 });
    // It fails once more by itself, and the wait grows.
    on.clock.advance(2 * MINUTE_MS);
    await on.bot.worker.runDue();
    const later = await row(name);
    expect(later).toMatchObject({ state: 'Unverified', looks: 2 });
    expect(Number(later?.lookAt) - on.clock.now().getTime()).toBeGreaterThan(4 * MINUTE_MS);
    on.dns.setFault(RECORD(name), undefined);
    on.clock.advance(6 * MINUTE_MS);
    await on.bot.worker.runDue();
    await on.idle();
    expect(await row(name)).toMatchObject({ state: 'Verified', lookAt: null });
    await on.bystander.sees(new RegExp(`The TXT record of .*${name}.* was found`));
  });

  it('knows nothing of the record any more keeps what was proven', async () => {
    on.dns.remove(RECORD('servfail.test'));
    on.clock.advance(3 * 24 * 60 * MINUTE_MS);
    await on.bot.worker.runDue();
    await on.idle();
    expect(await row('servfail.test')).toMatchObject({ state: 'Verified' });
  });
});
