import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { operations } from '../src/operations/index.ts';
import type { AnyOperation } from '../src/service/context.ts';
import { createService } from '../src/service/create.ts';
import { listHistory } from '../src/service/lists/history.ts';
import { historyCsv } from '../src/service/lists/history-csv.ts';
import type { Service } from '../src/service/service.ts';
import { verifyAudit } from '../src/service/verify-audit.ts';
import { tools } from './support/ask.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';
import { PEOPLE, seedConnection, seedTeam, WORKSPACE } from './support/seed.ts';

describe.each(ENGINES)('the history of a connection that was renamed, on %s', (engine) => {
  let db: TestDatabase;
  let service: Service;
  let teamId: string;
  let connectionId: string;

  beforeAll(async () => {
    db = await testDatabase(engine);
    teamId = await seedTeam(db);
    connectionId = await seedConnection(db, teamId, 'Okta');
    service = createService({
      db,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      installation: { publicUrl: 'https://sso.example', supportContact: null },
      tools: tools(),
      operations,
    });
  });
  afterAll(() => db.close());

  const act = async (kind: string, reference: object, input: object) => {
    const operation = operations.find((one) => one.kind === kind) as AnyOperation;
    const asker = { workspaceId: WORKSPACE, slackId: PEOPLE.admin };
    const outcome = await service.submit(operation, asker, reference, input);
    expect(['done', 'asked'], JSON.stringify(outcome)).toContain(outcome.type);
    return outcome;
  };
  const rename = (name: string) => act('connection.edit', { connectionId }, { name });
  const acts = async (name: string) =>
    (await listHistory(db, teamId, name)).rows.map(({ detail }) => detail.act);

  it('is whole under the new name, in its order, on the page and in the file', async () => {
    await act('connection.test', { connectionId }, {});
    await rename('Corporate');
    await act('connection.test', { connectionId }, {});
    const asked = await act('connection.delete', { connectionId }, { reason: 'old', confirm: 'Corporate' });
    if (asked.type !== 'asked') throw new Error('a deletion waits for approval');
    const decider = { workspaceId: WORKSPACE, slackId: PEOPLE.approver };
    await service.decide(decider, asked.requestId, 'reject', 'no');
    const story = [
      'Delete the connection Corporate',
      'Delete the connection Corporate',
      'Test Corporate',
      'Change the name of Okta to Corporate',
      'Test Okta',
    ];
    const told = await acts('Corporate');
    expect(told).toHaveLength(story.length);
    expect(told[3]).toBe(story[3]);
    expect(told[4]).toContain('Okta');
    const file: string[] = [];
    for await (const piece of historyCsv(db, teamId, 'Corporate')) file.push(piece);
    expect(file.join('').trim().split('\n')).toHaveLength(1 + story.length);
    expect(await verifyAudit(db)).toMatchObject([{ ok: true, entries: story.length }]);
  });

  it('is not mixed with what bears the name now, and does not take along a later one of the old name', async () => {
    const before = await acts('Corporate');
    connectionId = await seedConnection(db, teamId, 'Okta');
    await act('connection.test', { connectionId }, {});
    await rename('Okta Two');
    expect(await acts('Corporate')).toEqual(before);
    const second = await acts('Okta Two');
    expect(second).toHaveLength(2);
    expect(second.join()).not.toContain('Corporate');
  });

  it('goes on by pages without losing or repeating an entry', async () => {
    for (let n = 0; n < 12; n += 1) await rename(`Name ${n}`);
    const seen: number[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listHistory(db, teamId, after ? null : 'Name 11', after);
      seen.push(...page.rows.map(({ seq }) => seq));
      if (!page.next) break;
      after = page.next;
    }
    expect(seen).toHaveLength(14);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  });

  it('is proven: who moves an entry to another subject is found', async () => {
    await db.query(sql`alter table audit disable trigger user`);
    await db.query(sql`update audit set subject_id = 'another' where seq = 2`);
    await db.query(sql`alter table audit enable trigger user`);
    expect(await verifyAudit(db)).toMatchObject([{ ok: false, seq: 2 }]);
  });
});
