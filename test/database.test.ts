import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../db/client.ts';
import {
  ConstraintError,
  DatabaseError,
  DatabaseUnavailable,
  FOREIGN_KEY_VIOLATION,
  UNIQUE_VIOLATION,
} from '../db/errors.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';

describe.each(ENGINES)('on %s', (engine) => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await testDatabase(engine, { migrated: false });
    await db.transaction((tx) =>
      tx.script(`
        create table parent (id int primary key, name text constraint name_length check (length(name) < 10));
        create unique index one_name on parent (lower(name));
        create table child (parent_id int constraint child_parent references parent on delete restrict);
        create table late (parent_id int constraint late_parent references parent deferrable initially deferred);
        create table thing (id int, body jsonb, flag boolean, at timestamptz, bytes bytea, tags text[]);
        create function refuse() returns trigger language plpgsql as $$
          begin raise exception 'not along the arrows' using errcode = 'DB001', constraint = 'arrows', table = 'thing'; end $$;
        create trigger refuse before update on thing for each row execute function refuse();
        insert into parent values (1, 'one'); insert into child values (1);
      `),
    );
  });
  afterAll(() => db.close());

  it('gives the same values for the same columns', async () => {
    const [row] = await db.query(sql`select
      1::int2 as small, 2::int4 as whole, 3::int8 as big, 9007199254740993::int8 as "tooBig",
      count(*) as counted, sum(4::int8) as summed, 1.25::numeric as fraction, 9007199254740990.75::numeric as long,
      1.5::float8 as float, true as yes, null::text as nothing, 'a"b'::text as text,
      '2026-01-02T03:04:05.678+02'::timestamptz as at, '2026-01-02'::date as day, '2026-01-02 03:04'::timestamp as local,
      '{"a":[1,null]}'::jsonb as object, '[1]'::json as list, '\\x00ff'::bytea as bytes,
      array['a', 'b,c', null] as texts, array[1, 2]::int8[] as numbers, array[true] as flags,
      '{}'::text[] as none, array[array[1, null], array[3, 4]] as grid, array['{"a":"\\"}"}'::jsonb] as objects,
      array['2026-01-02T03:04:05Z'::timestamptz] as times,
      '11111111-1111-1111-1111-111111111111'::uuid as id`);
    expect(row).toEqual({
      small: 1,
      whole: 2,
      big: 3,
      tooBig: '9007199254740993',
      counted: 1,
      summed: 4,
      fraction: 1.25,
      long: '9007199254740990.75',
      float: 1.5,
      yes: true,
      nothing: null,
      text: 'a"b',
      at: new Date('2026-01-02T01:04:05.678Z'),
      day: '2026-01-02',
      local: '2026-01-02 03:04:00',
      object: { a: [1, null] },
      list: [1],
      bytes: Buffer.from([0, 255]),
      texts: ['a', 'b,c', null],
      numbers: [1, 2],
      flags: [true],
      none: [],
      grid: [
        [1, null],
        [3, 4],
      ],
      objects: [{ a: '"}' }],
      times: [new Date('2026-01-02T03:04:05Z')],
      id: '11111111-1111-1111-1111-111111111111',
    });
  });

  it('takes dates, objects, arrays, bytes, flags and null as parameters', async () => {
    const at = new Date('2026-11-23T18:30:00.123Z');
    const tags = ['plain', 'with "quotes"', 'back\\slash', 'comma, brace}', '', null, 'NULL'];
    const body = { text: "it's", deep: [{ n: 1 }] };
    const [row] = await db.query(sql`insert into thing (id, body, flag, at, bytes, tags)
      values (${7}, ${JSON.stringify(body)}::jsonb, ${false}, ${at}, ${Buffer.from([1, 2])}, ${sql.param(tags)})
      returning *`);
    expect(row).toEqual({ id: 7, body, flag: false, at, bytes: Buffer.from([1, 2]), tags });
    const [plain] = await db.query(
      sql`select ${sql.param({ a: 1 })}::jsonb as body, ${null}::text as nothing, ${true}::boolean as yes`,
    );
    expect(plain).toEqual({ body: { a: 1 }, nothing: null, yes: true });
    await expect(
      db.query(sql`select 1 as hit where 'b' = any(${sql.param(['a', 'b'])}::text[])`),
    ).resolves.toEqual([{ hit: 1 }]);
  });

  it('refuses undefined and objects of a class', async () => {
    await expect(db.query(sql`select ${undefined} as x`)).rejects.toThrow(TypeError);
    await expect(db.query(sql`select ${sql`${undefined}`} as x`)).rejects.toThrow(TypeError);
    await expect(db.query(sql`select ${sql.param(undefined)}::text`)).rejects.toThrow(TypeError);
    await expect(db.query(sql`select ${sql.param(new Map())}::text`)).rejects.toThrow('of class Map');
  });

  it('keeps what people write apart from the statement', async () => {
    const hostile = `'; drop table parent; -- "$1" \\ 💥`;
    await expect(db.query(sql`select ${hostile}::text as said`)).resolves.toEqual([{ said: hostile }]);
  });

  it('names the constraint that was broken', async () => {
    const broken = async (statement: ReturnType<typeof sql>) =>
      db.query(statement).then(
        () => undefined,
        (error: unknown) => error,
      );
    const unique = await broken(sql`insert into parent values (2, ${'ONE'})`);
    expect(unique).toBeInstanceOf(ConstraintError);
    expect(unique).toMatchObject({ code: UNIQUE_VIOLATION, constraint: 'one_name', table: 'parent' });
    expect(await broken(sql`insert into parent values (3, 'far too long')`)).toMatchObject({
      code: '23514',
      constraint: 'name_length',
      table: 'parent',
    });
    expect(await broken(sql`insert into child values (99)`)).toMatchObject({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'child_parent',
    });
    expect(await broken(sql`delete from parent where id = 1`)).toMatchObject({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'child_parent',
    });
    expect(await broken(sql`insert into late values (99)`)).toMatchObject({
      code: FOREIGN_KEY_VIOLATION,
      constraint: 'late_parent',
    });
    await expect(
      db.transaction((tx) => tx.query(sql`insert into late values (99)`)),
      'a deferred constraint is broken at the commit',
    ).rejects.toMatchObject({ code: FOREIGN_KEY_VIOLATION, constraint: 'late_parent' });
    await db.query(sql`insert into thing (id) values (1)`);
    const trigger = await broken(sql`update thing set id = 2`);
    expect(trigger).toBeInstanceOf(ConstraintError);
    expect(trigger).toMatchObject({
      code: 'DB001',
      constraint: 'arrows',
      table: 'thing',
      message: 'not along the arrows',
    });
    const other = await broken(sql`select 1 / ${0}::int`);
    expect(other).toBeInstanceOf(DatabaseError);
    expect(other).toMatchObject({ code: '22012' });
  });

  it('keeps parameters out of its errors', async () => {
    const secret = 'xoxb-secret-9f8e7d';
    const error = await db.query(sql`select ${secret}::text, 1 / 0`).catch((e: unknown) => e);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    expect((error as Error).cause).toBeUndefined();
  });

  it('commits a transaction, or leaves nothing of it', async () => {
    await db.transaction((tx) => tx.query(sql`insert into parent values (10, 'ten')`));
    await expect(
      db.transaction(async (tx) => {
        await tx.query(sql`insert into parent values (11, 'eleven')`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await expect(
      db.transaction(async (tx) => {
        await tx.query(sql`insert into parent values (12, 'twelve')`);
        await tx.query(sql`insert into parent values (10, 'again')`).catch(() => {});
      }),
      'a failed statement fails its transaction',
    ).rejects.toThrow();
    await expect(db.query(sql`select id from parent where id >= 10`)).resolves.toEqual([{ id: 10 }]);
  });

  it('runs more transactions at once than there are connections', async () => {
    await db.query(sql`insert into thing (id) values (100)`);
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        db.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>(sql`select ${i}::int as n`);
          return row?.n;
        }),
      ),
    );
    expect(ids).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('wakes listeners, a burst of notices as a few', async () => {
    let calls = 0;
    const stop = await db.listen('things', () => calls++);
    for (let i = 0; i < 100; i++) db.notify('things');
    db.notify('other things');
    await expect.poll(() => calls).toBe(2);
    await stop();
    db.notify('things');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls).toBe(2);
  });
});

describe('a statement on a server', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('postgres', { migrated: false });
  });
  afterAll(() => db.close());

  it('is prepared once, whatever its values', async () => {
    const one = await db.another({ max: 1 });
    const ask = (x: unknown) => one.query(sql`select ${x}::text as x, ${x !== null}::boolean as y`);
    for (const x of ['a', null, 5, true, new Date(), ['b']]) await ask(sql.param(x));
    const prepared = await one.query(
      sql`select statement from pg_prepared_statements where statement like 'select $1::text%'`,
    );
    expect(prepared).toHaveLength(1);
    await one.close();
  });

  it('is refused as unavailable when its connection is cut, and the next one is answered', async () => {
    const other = await db.another({ max: 1 });
    const [session] = await other.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    const waiting = other.query(sql`select pg_sleep(20)`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await db.query(sql`select pg_terminate_backend(${session?.pid}::int)`);
    await expect(waiting).rejects.toBeInstanceOf(DatabaseUnavailable);
    const again = () => other.query(sql`select 1 as one`).catch(() => 'not yet');
    await expect.poll(again, { timeout: 5000 }).toEqual([{ one: 1 }]);
    await other.close();
  });

  it('wakes the listeners of another process, and once more when a lost connection is back', async () => {
    const other = await db.another();
    let calls = 0;
    await other.listen('work', () => calls++);
    db.notify('work');
    await expect.poll(() => calls).toBe(1);
    await db.query(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen "work"%' and pid <> pg_backend_pid()`,
    );
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(2);
    db.notify('work');
    await expect.poll(() => calls).toBe(3);
    await other.close();
  });
});

describe('a statement on the embedded database', () => {
  it('beside the open transaction of its caller is refused instead of waiting for ever', async () => {
    const db = await testDatabase('pglite', { migrated: false });
    await expect(db.transaction(() => db.query(sql`select 1`))).rejects.toThrow('is open here');
    await expect(db.transaction(() => db.transaction(async () => {}))).rejects.toThrow('is open here');
    // Another's statement waits its turn.
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const open = db.transaction(() => gate);
    const waiting = db.query(sql`select 1 as one`);
    release();
    await open;
    await expect(waiting).resolves.toEqual([{ one: 1 }]);
    await db.close();
    await expect(db.query(sql`select 1`)).rejects.toBeInstanceOf(DatabaseUnavailable);
  });
});

describe('the session of the embedded database', () => {
  it('is given back when whoever shares it leaves a failed transaction open', async () => {
    const db = await testDatabase('pglite', { migrated: false });
    if (!('pglite' in db.source)) throw new Error('not embedded');
    const { pglite } = db.source;
    const leaveFailed = () => expect(pglite.exec('begin; select 1 / 0')).rejects.toThrow('division by zero');
    await leaveFailed();
    await expect(db.query(sql`select 1 as one`)).resolves.toEqual([{ one: 1 }]);
    await leaveFailed();
    await expect(db.transaction((tx) => tx.query(sql`select 2 as two`))).resolves.toEqual([{ two: 2 }]);
    await db.close();
  });
});

describe('opening a server', () => {
  const listener = () => {
    const said: string[] = [];
    return {
      said,
      log: { info() {}, error() {}, warn: (_: unknown, text: string) => said.push(text) } as never,
    };
  };

  it('that is not there waits, says so, and gives up at the given time', async () => {
    const { said, log } = listener();
    await expect(
      openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', waitSeconds: 1, log }),
    ).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(said.length).toBeGreaterThan(1);
    expect(said[0]).toBe('The database does not answer yet; waiting for it up to 1 s more');
  });

  it('that comes up later succeeds', async () => {
    const db = await testDatabase('postgres', { migrated: false });
    if (!('url' in db.source)) throw new Error('a server has an address');
    const { said, log } = listener();
    const real = new URL(db.source.url);
    // A port that is known and that nobody listens on yet.
    const reserve = createServer().listen(0, '127.0.0.1');
    await once(reserve, 'listening');
    const { port } = reserve.address() as AddressInfo;
    await new Promise((resolve) => reserve.close(resolve));
    const late = new URL(real);
    late.port = String(port);
    const opening = openDatabase({ url: late.href, waitSeconds: 20, log });
    await expect.poll(() => said.length).toBeGreaterThan(0);
    const gateway = createServer((client) => {
      const server = connect(Number(real.port), real.hostname);
      client.pipe(server).pipe(client);
      for (const side of [client, server]) side.on('error', () => side.destroy());
    }).listen(port, '127.0.0.1');
    const opened = await opening;
    await expect(opened.query(sql`select 1 as one`)).resolves.toEqual([{ one: 1 }]);
    await opened.close();
    await new Promise((resolve) => gateway.close(resolve));
    await db.close();
  });

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong'), '28P01'],
    ['a database that does not exist', (url: URL) => (url.pathname = '/no_such_database'), '3D000'],
  ])('with %s fails at once', async (_, change, code) => {
    const db = await testDatabase('postgres', { migrated: false });
    if (!('url' in db.source)) throw new Error('a server has an address');
    const url = new URL(db.source.url);
    change(url);
    const { said, log } = listener();
    const error = await openDatabase({ url: url.href, log }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code });
    expect(said).toEqual([]);
    await db.close();
  });
});
