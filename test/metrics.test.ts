import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../db/errors.ts';
import { systemClock } from '../src/clock.ts';
import { createMetrics } from '../src/metrics.ts';
import { testDatabase } from './support/database.ts';
import { setUpTeam, startWholeBot, type WholeBot } from './support/drawbridge.ts';
import { seedTeam } from './support/seed.ts';
import { PEOPLE } from './support/slack.ts';

let on: WholeBot;

beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
});
afterAll(() => on.stop());

const scrape = async () => (await fetch(`${on.url}/metrics`)).text();

/** The value of one series, or undefined when it is not there. */
function value(metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find((l) => l.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

interface Line {
  trace?: string;
  msg: string;
  intent?: string;
  what?: string;
  kind?: string;
}
const logged = (): Line[] => on.log.map((line) => JSON.parse(line) as Line);

describe('/metrics', () => {
  it('counts payloads and the time to their acknowledgement', async () => {
    const before = await scrape();
    await on.admin.command('/sso');
    await on.admin.command('/sso help');
    const after = await scrape();
    const grown = (series: string) => (value(after, series) ?? 0) - (value(before, series) ?? 0);
    expect(grown('drawbridge_requests_total{payload="command",result="answered"}')).toBe(2);
    expect(grown('drawbridge_ack_seconds_count{payload="command"}')).toBe(2);
    expect(grown('drawbridge_ack_seconds_bucket{le="3",payload="command"}')).toBe(2);
  });

  it('counts what Slack tells by itself', async () => {
    await on.slack.changePerson(PEOPLE.bystander, { tz: 'Asia/Tokyo' });
    const told = () =>
      scrape().then((m) => value(m, 'drawbridge_requests_total{payload="personChanged",result="answered"}'));
    await expect.poll(told).toBeGreaterThan(0);
  });

  it('counts operations by kind and outcome, also what was approved and what was refused', async () => {
    await on.admin.command('/sso settings');
    await on.admin.modal('Team settings');
    await on.admin.submit({ Approvers: [PEOPLE.owner, PEOPLE.approver, PEOPLE.secondAdmin] });
    await on.admin.close(true);
    await on.idle();
    expect(value(await scrape(), 'drawbridge_operations_total{kind="settings",outcome="asked"}')).toBe(1);
    await on.approver.click(/^Approve/);
    await on.approver.modal('Approve');
    await on.approver.submit();
    await on.approver.close(true);
    await on.idle();
    const metrics = await scrape();
    expect(value(metrics, 'drawbridge_operations_total{kind="settings",outcome="done"}')).toBe(1);
    expect(value(metrics, 'drawbridge_operations_total{kind="setup",outcome="done"}')).toBe(1);
  });

  it('counts calls of Slack by method and result', async () => {
    on.slack.ctx.faults.next('views.open', { status: 500 });
    on.slack.ctx.faults.next('views.open', { status: 429 });
    on.slack.ctx.faults.next('views.open', { dropConnection: true });
    for (let n = 0; n < 3; n += 1) await on.admin.command('/sso add');
    const metrics = await scrape();
    const calls = (method: string, result: string) =>
      value(metrics, `drawbridge_slack_calls_total{method="${method}",result="${result}"}`);
    for (const result of ['failed', 'limited', 'no_answer']) expect(calls('views.open', result)).toBe(1);
    expect(calls('chat.postMessage', 'ok')).toBeGreaterThan(0);
    expect(calls('auth.test', 'ok')).toBe(1);
  });

  it('tells how much waits, and since when', async () => {
    const past = new Date(on.clock.now().getTime() - 90_000);
    await on.db.query(sql`
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
      values ('T', 'job', 'waits', '{}', ${past}::timestamptz, ${new Date(Date.now() + 3_600_000)}::timestamptz)`);
    const metrics = await scrape();
    expect(value(metrics, 'drawbridge_outbox_rows{kind="job"}')).toBe(1);
    expect(value(metrics, 'drawbridge_outbox_oldest_seconds{kind="job"}')).toBeGreaterThanOrEqual(89);
    expect(value(metrics, 'drawbridge_outbox_rows{kind="card"}')).toBe(0);
    expect(value(metrics, 'drawbridge_queue_jobs{queue="deletion",state="waiting"}')).toBe(0);
    expect(value(metrics, 'drawbridge_database_up')).toBe(1);
    await on.db.query(sql`delete from outbox where lane = 'waits'`);
  });

  it('names nobody and nothing that people wrote', async () => {
    const metrics = await scrape();
    for (const word of ['Acme', ...Object.values(PEOPLE), 'T0']) expect(metrics).not.toContain(word);
    expect(metrics.split('\n').filter((line) => line.startsWith('drawbridge_')).length).toBeLessThan(400);
  });

  it('answers with what it has when the database does not', async () => {
    const db = await testDatabase();
    await seedTeam(db);
    await db.close();
    const metrics = createMetrics();
    metrics.operation('domain.on', 'done');
    const depth = () => Promise.reject(new DatabaseUnavailable('gone', '57P01'));
    metrics.watch({ db, clock: systemClock, depth });
    const text = await metrics.registry.metrics();
    expect(value(text, 'drawbridge_database_up')).toBe(0);
    expect(text).toContain('drawbridge_operations_total{kind="domain.on",outcome="done"} 1');
    expect(text).not.toMatch(/^drawbridge_(outbox|queue)_\w+\{/m);
  });
});

describe('the id of a request', () => {
  it('is in the log from the click to the message', async () => {
    on.log.length = 0;
    await on.admin.command('/sso settings');
    await on.admin.modal('Team settings');
    await on.admin.submit({ Approvers: [PEOPLE.owner, PEOPLE.approver] });
    await on.admin.close(true);
    await on.idle();
    const submit = logged().find(({ intent, what }) => intent === 'submit' && what === 'settings');
    expect(submit?.trace).toMatch(/^[0-9a-z]{16}$/);
    const told = logged().filter(({ msg, trace }) => msg === 'Told' && trace === submit?.trace);
    expect(told.map(({ kind }) => kind)).toContain('card');
    expect(told.map(({ kind }) => kind)).toContain('person');
  });

  it('is another one for each request, and goes with what fails', async () => {
    on.log.length = 0;
    on.slack.ctx.faults.next('views.open', { error: 'invalid_arguments' });
    await Promise.all([on.admin.command('/sso add'), on.bystander.command('/sso')]);
    const failed = logged().find(({ msg }) => msg === 'An answer failed');
    const answers = logged().filter(({ msg }) => msg === 'Answered');
    expect(new Set(answers.map(({ trace }) => trace)).size).toBe(2);
    expect(answers.map(({ trace }) => trace)).toContain(failed?.trace);
  });
});
