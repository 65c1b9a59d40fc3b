import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../db/client.ts';
import { readCard } from '../../src/service/card.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { deletionCard } from '../../src/slack/cards/deletion.ts';
import { requestCard } from '../../src/slack/cards/request.ts';
import { LATE_EDIT_MS } from '../../src/worker/second-look.ts';
import type { TestSlack } from '../support/slack.ts';

const LOOK_MS = 250;

/** Waits until nothing is left to tell, to run or to delete. */
export async function settled(db: Database, patienceMs: number): Promise<void> {
  // A card whose edit nobody saw the end of is drawn once more, after a time of its own.
  const until = performance.now() + patienceMs + LATE_EDIT_MS;
  for (;;) {
    const [left] = await db.query<{ rows: number; jobs: number; deletions: number }>(sql`select
      (select count(*) from outbox where sent_at is null and dropped_at is null) as rows,
      (select count(*) from pgboss.job where state <= 'active' and name = 'deletion') as jobs,
      (select count(*) from deletions where status = 'Running') as deletions`);
    if (left && left.rows + left.jobs + left.deletions === 0) return;
    if (performance.now() > until) throw new Error(`Still to be done: ${JSON.stringify(left)}`);
    await sleep(LOOK_MS);
  }
}

/** How requests end, in the words of the audit trail. */
const ENDS = ['Done', 'Approved', 'Rejected', 'Withdrawn', 'Void', 'Failed', 'Expired'];

/**
 * What must be so, whatever happened to the processes.
 * @param db the database, in which all has settled
 * @param slack what people see
 */
export async function expectInvariants(db: Database, slack: TestSlack): Promise<void> {
  await expectDecidedOnce(db);
  await expectDeletedOnce(db);
  await expectCardsConverged(db, slack);
  await expectAllTold(db, slack);
  for (const check of await verifyAudit(db)) expect(check).toMatchObject({ ok: true });
}

async function expectDecidedOnce(db: Database): Promise<void> {
  const requests = await db.query<{
    id: string;
    status: string;
    asked: number;
    ends: number;
    approvals: number;
  }>(sql`
    select r.id, r.status,
      (select count(*) from audit a where a.body::jsonb->'detail'->>'request' = r.id and a.outcome = 'Asked') as asked,
      (select count(*) from audit a where a.body::jsonb->'detail'->>'request' = r.id
        and a.outcome = any(${sql.param(ENDS)}::text[]) and a.kind = r.kind) as ends,
      (select count(*) from decisions d where d.request_id = r.id) as approvals
    from requests r`);
  for (const request of requests) {
    const over = request.status !== 'Pending';
    // A deletion is approved, and told as done by its job under the same kind.
    expect(request.asked, `asked: ${JSON.stringify(request)}`).toBe(1);
    expect(request.ends, `ended: ${JSON.stringify(request)}`).toBeGreaterThanOrEqual(over ? 1 : 0);
    expect(request.ends, `ended: ${JSON.stringify(request)}`).toBeLessThanOrEqual(over ? 2 : 0);
    expect(request.approvals, `decided: ${JSON.stringify(request)}`).toBeLessThanOrEqual(1);
  }
  const twice = await db.query(sql`
    select a.body::jsonb->'detail'->>'request' as request, a.outcome, count(*) as times from audit a
    where a.body::jsonb->'detail'->>'request' is not null group by 1, 2 having count(*) > 1`);
  expect(twice).toEqual([]);
}

async function expectDeletedOnce(db: Database): Promise<void> {
  const deletions = await db.query<{
    status: string;
    total: number;
    released: number;
    left: number;
    rows: number;
  }>(sql`
    select d.status, d.total, d.released,
      (select count(*) from memberships m where m.via_domain_id = d.domain_id) as left,
      (select count(*) from deletions o where o.domain_id = d.domain_id) as rows
    from deletions d`);
  for (const deletion of deletions) {
    expect(deletion).toMatchObject({ status: 'Done', left: 0, rows: 1 });
    expect(deletion.released).toBe(deletion.total);
  }
  const gone = await db.query(sql`select 1 from domains where state = 'Deleting'`);
  expect(gone).toEqual([]);
}

/** Every card shows the state as it is now, in its place in the channel. */
async function expectCardsConverged(db: Database, slack: TestSlack): Promise<void> {
  const keys = await db.query<{ key: string }>(sql`
    select 'request:' || id as key from requests union all select 'deletion:' || id from deletions`);
  for (const { key } of keys) {
    const facts = await readCard(db, key);
    const [place] = await db.query<{ channel: string; ts: string }>(
      sql`select channel, ts from messages where key = ${key}`,
    );
    if (!facts || !place) throw new Error(`There is no card of ${key}`);
    const drawn = facts.type === 'request' ? requestCard(facts) : deletionCard(facts);
    const shown = slack.ctx.messages.find(place.channel, place.ts);
    expect(shown?.text, key).toBe(drawn.text);
    expect(shown?.blocks?.length, key).toBe(drawn.blocks.length);
  }
}

/** Each row of the outbox went out, and there are at least as many messages as rows; more only by repetition. */
async function expectAllTold(db: Database, slack: TestSlack): Promise<void> {
  const lost = await db.query(
    sql`select id, kind, payload, problem from outbox where sent_at is null or dropped_at is not null`,
  );
  expect(lost).toEqual([]);
  const people = await db.query<{ slackId: string; rows: number }>(sql`
    select payload->>'slackId' as "slackId", count(*) as rows from outbox where kind = 'person' group by 1`);
  for (const { slackId, rows } of people) {
    expect(slack.as(slackId).direct().length, `direct messages to ${slackId}`).toBeGreaterThanOrEqual(rows);
  }
  const threads = await db.query<{ key: string; rows: number; channel: string; ts: string }>(sql`
    select m.key, m.channel, m.ts, count(*) as rows from outbox o join messages m on m.key = o.payload->>'key'
    where o.kind = 'thread' group by 1, 2, 3`);
  for (const { key, rows, channel, ts } of threads) {
    const replies = slack.ctx.messages.thread(channel, ts).length - 1;
    expect(replies, `replies under ${key}`).toBeGreaterThanOrEqual(rows);
  }
}
