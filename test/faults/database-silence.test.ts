import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { DatabaseUnavailable, OutcomeUnknown, ofAChange } from '../../db/errors.ts';
import { type Cable, startCable } from '../support/cut.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** Quicker than the service, which is as patient as people are. */
const PATIENCE = { silentMs: 400, probeMs: 400, longestMs: 2500 };

let server: TestDatabase;
let cable: Cable;
let db: Database;
let said: string[];

const note = (_fields: object, message?: string) => void said.push(message ?? '');

beforeAll(async () => {
  server = await testDatabase('postgres', { migrated: false });
  await server.query(sql`create table done (what text primary key)`);
});
afterAll(() => server.close());

beforeEach(async () => {
  if (!('url' in server.source)) throw new Error('this needs a server');
  said = [];
  cable = await startCable(server.source.url);
  db = await openDatabase({
    url: cable.url,
    max: 1,
    patience: PATIENCE,
    log: { info: note, warn: note, error: note } as never,
  });
});
afterEach(async () => {
  cable.plug();
  await db.close();
  await cable.close();
});

const done = async () =>
  (await server.query<{ what: string }>(sql`select what from done order by 1`)).map(({ what }) => what);
const doIt = (what: string) => db.query(sql`insert into done values (${what}::text)`);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a connection on which nothing comes any more', () => {
  it('is given up: what was sent may have been done, what was not sent never will be', async () => {
    await doIt('before');
    cable.pull();
    const sent = failure(doIt('sent'));
    // There is one session, and it is taken; the driver hands it further statements, which follow on the same way.
    const behind = Array.from({ length: 3 }, (_, n) => failure(doIt(`behind ${n}`)));
    expect(await sent).toBeInstanceOf(DatabaseUnavailable);
    expect(ofAChange(await sent)).toBeInstanceOf(OutcomeUnknown);
    for (const error of await Promise.all(behind)) expect(error).toBeInstanceOf(DatabaseUnavailable);
    // Now there is no session at all: nothing of this leaves the process, also not later.
    const late = await failure(doIt('late'));
    expect(late).toBeInstanceOf(DatabaseUnavailable);
    expect(ofAChange(late)).toBe(late);
    cable.plug();
    await expect.poll(() => failure(doIt('after')), { timeout: 10_000 }).toBeUndefined();
    expect(await done()).toEqual(['after', 'before']);
  });

  it('is told once, and its end once', async () => {
    await server.query(sql`truncate done`);
    await doIt('before');
    cable.pull();
    for (let n = 0; n < 3; n += 1) await failure(doIt(`lost ${n}`));
    cable.plug();
    await expect.poll(() => failure(doIt('after')), { timeout: 10_000 }).toBeUndefined();
    expect(said.filter((line) => line.includes('does not answer'))).toHaveLength(1);
    expect(said.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });

  it('may have carried the change: it is done once, and whoever asked is told that nobody knows', async () => {
    await server.query(sql`truncate done`);
    await doIt('prepared');
    cable.mute();
    expect(ofAChange(await failure(doIt('unheard')))).toBeInstanceOf(OutcomeUnknown);
    expect(await done()).toEqual(['prepared', 'unheard']);
    cable.plug();
    await expect.poll(() => failure(doIt('after')), { timeout: 10_000 }).toBeUndefined();
  });

  it('at the commit of a transaction: nobody knows; before it, nothing was done', async () => {
    await server.query(sql`truncate done`);
    const insert = sql`insert into done values (${'committed'}::text)`;
    const lost = await failure(
      db.transaction(async (tx) => {
        await tx.query(insert);
        cable.mute();
      }),
    );
    expect(lost).toBeInstanceOf(OutcomeUnknown);
    expect(await done()).toEqual(['committed']);
    cable.plug();
    await expect.poll(() => failure(db.transaction(async () => {})), { timeout: 10_000 }).toBeUndefined();
    const undone = await failure(
      db.transaction(async (tx) => {
        await tx.query(sql`insert into done values ('undone')`);
        cable.pull();
        await tx.query(sql`select 1`);
      }),
    );
    expect(undone).toBeInstanceOf(DatabaseUnavailable);
    expect(undone).not.toBeInstanceOf(OutcomeUnknown);
    cable.plug();
    await expect.poll(done, { timeout: 10_000 }).toEqual(['committed']);
  });
});

describe('a transaction whose connection ends', () => {
  it('between two of its statements ends alone, and not the process', async () => {
    await server.query(sql`truncate done`);
    const work = db.transaction(async (tx) => {
      await tx.query(sql`insert into done values ('half')`);
      cable.plug();
      await sleep(100);
      await tx.query(sql`insert into done values ('whole')`).catch(() => {
        throw new Error('in other words');
      });
    });
    const error = await failure(work);
    expect(error).toBeInstanceOf(DatabaseUnavailable);
    expect(error).not.toBeInstanceOf(OutcomeUnknown);
    await sleep(200);
    expect(await done()).toEqual([]);
    await expect.poll(() => failure(doIt('after')), { timeout: 10_000 }).toBeUndefined();
  });
});

describe('a server that is there', () => {
  it('may take its time', async () => {
    await expect(db.query(sql`select 1 as n from pg_sleep(1.5)`)).resolves.toEqual([{ n: 1 }]);
    expect(said.join('\n')).not.toContain('silent');
  });

  it('is not waited for on a connection that it does not know any more', async () => {
    // One connection alone hangs; new ones are answered.
    await doIt('known');
    cable.forget();
    expect(await failure(doIt('forgotten'))).toBeInstanceOf(DatabaseUnavailable);
    await expect(doIt('known again')).resolves.toEqual([]);
  });

  it('lets migrations take longer than anything else', async () => {
    const slowly = db.transaction(async (tx) => tx.query(sql`select pg_sleep(3)::text`), { unhurried: true });
    await expect(slowly).resolves.toHaveLength(1);
  });
});
