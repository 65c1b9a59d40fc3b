import { addMinutes, subMinutes } from 'date-fns';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import type { Outcome } from '../../src/service/service.ts';
import { lookForProofs } from '../../src/worker/due/proofs.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { START, seedTeam, TEAM_ID, WORKSPACE_ID } from './seed.ts';

const refused = (code: string): Outcome => ({ type: 'refused', refusal: { code, text: 'No.' } });

describe.each(ENGINES)('TXT records that are due to be looked for, on %s', (engine) => {
  let db: TestDatabase;
  let others: Database[];
  beforeAll(async () => {
    db = await testDatabase(engine);
    others = engine === 'postgres' ? [await db.another(), await db.another()] : [];
    await seedTeam(db);
  });
  beforeEach(async () => {
    await db.query(sql`truncate domains cascade`);
  });
  afterAll(async () => {
    for (const other of others) await other.close();
    await db.close();
  });

  const wait = (id: string, lookAt: Date | null) =>
    db.query(sql`
      insert into domains (id, team_id, name, state, token, added_at, added_by, look_at)
      values (${id}, ${TEAM_ID}, ${`${id}.test`}, 'Unverified', 't', ${START}::timestamptz, 'U', ${lookAt}::timestamptz)`);
  const waits = async (id: string) =>
    (await db.query<{ at: Date | null }>(sql`select look_at as at from domains where id = ${id}`))[0]?.at;

  /** Every process looks at the same moment. @returns the domains that were looked for, each as often as it was */
  async function look(now: Date, outcome: Outcome = refused('not-proven')): Promise<string[]> {
    const looked: string[] = [];
    const service = {
      async lookForProof({
        domainId,
        teamId,
        workspaceId,
      }: Record<'domainId' | 'teamId' | 'workspaceId', string>) {
        expect({ teamId, workspaceId }).toEqual({ teamId: TEAM_ID, workspaceId: WORKSPACE_ID });
        looked.push(domainId);
        return outcome;
      },
    };
    const all = [db, db, ...others];
    await Promise.all(all.map((on) => lookForProofs(on, now, service)));
    return looked.sort();
  }

  it('are looked for once each, however many processes look, and only when they are due', async () => {
    for (let n = 0; n < 9; n += 1) await wait(`due${n}`, subMinutes(START, n));
    await wait('later', addMinutes(START, 1));
    await wait('never', null);
    expect(await look(START)).toEqual(Array.from({ length: 9 }, (_, n) => `due${n}`));
    expect(await look(START)).toEqual([]);
    expect(await look(addMinutes(START, 1))).toEqual(['later']);
  });

  it('are looked for again when whoever looked died over it', async () => {
    await wait('lost', START);
    expect(await look(START)).toEqual(['lost']);
    expect(await look(addMinutes(START, 2))).toEqual(['lost']);
  });

  it('are not looked for any more when nothing could come of it', async () => {
    await wait('taken', START);
    await look(START, refused('taken'));
    expect(await waits('taken')).toBeNull();
  });

  it('are taken in turns: DNS servers that do not answer hold nothing else up', async () => {
    for (let n = 0; n < 70; n += 1) await wait(`many${n}`, START);
    const turn = async () => {
      let count = 0;
      await lookForProofs(db, START, {
        lookForProof: async () => {
          count += 1;
          return refused('not-proven');
        },
      });
      return count;
    };
    expect([await turn(), await turn(), await turn(), await turn()]).toEqual([20, 20, 20, 10]);
  });
});
