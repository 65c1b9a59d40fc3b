import { and, eq, gt, inArray, isNull, type SQLWrapper, sql } from 'drizzle-orm';
import { alias, jsonb, PgDialect, pgEnum, pgTable, QueryBuilder, text, timestamp } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { compile, template } from '../db/statement.ts';
import { encodeParameter } from '../db/values.ts';

const thing = pgTable('thing "quoted"', {
  id: text('id').primaryKey(),
  at: timestamp('at_time', { withTimezone: true }),
  body: jsonb('body'),
});
const other = alias(thing, 'other');
const colour = pgEnum('colour', ['red', 'blue']);
const at = new Date('2026-11-23T18:30:00Z');
const builder = new QueryBuilder();

describe('a statement', () => {
  it.each<[string, SQLWrapper]>([
    ['without values', sql`select 1`],
    [
      'with values of all kinds',
      sql`select ${1}, ${'a'}, ${null}, ${true}, ${at}, ${10n}, ${Buffer.from([1])}`,
    ],
    [
      'with pieces in pieces',
      sql`select ${sql`(${1} + ${sql`${2}`})`} where ${sql.empty()} true ${sql.raw('-- x')}`,
    ],
    ['with joined pieces', sql`select ${sql.join([sql`${1}`, sql`${2}`, sql.raw('3')], sql`, `)}`],
    ['with names', sql`select ${sql.identifier('a"b')}`],
    ['with parameters', sql`select ${sql.param({ a: 1 })}, ${sql.param([1, 2])}, ${sql.param(null)}`],
    [
      'with a column encoding its value',
      sql`select ${sql.param(at, thing.at)}, ${sql.param([1], thing.body)}`,
    ],
    [
      'with tables and columns',
      sql`select ${thing.id}, ${thing.at} from ${thing} where ${thing.id} = ${'x'}`,
    ],
    ['with a table by another name', sql`select ${other.id} from ${thing} as ${other}`],
    ['with conditions', sql`select 1 where ${and(eq(thing.id, 'x'), gt(thing.at, at), isNull(thing.body))}`],
    ['with a list', sql`select 1 where ${inArray(thing.id, ['a', 'b'])} and 1 in ${[1, 2]}`],
    ['with an enumeration', sql`select 'red'::${colour}`],
    ['with a named column', sql`select ${sql`1`.as('one')}`],
    ['with values written into it', sql`select ${sql`${"it's"}`.inlineParams()}, ${2}`],
    [
      'with a query inside',
      sql`select * from ${builder.select().from(thing).where(eq(thing.id, 'x')).as('sub')}`,
    ],
    ['made by the builder', builder.select({ id: thing.id }).from(thing).where(eq(thing.id, 'x')).limit(3)],
  ])('%s is what Drizzle makes of it', (_, statement) => {
    const { sql: text, params } = new PgDialect().sqlToQuery(statement.getSQL());
    expect(compile(statement)).toEqual({ text, parameters: params.map(encodeParameter) });
  });

  it('has the same text whatever its values', () => {
    const make = (x: unknown) => compile(sql`select ${x}::text where ${eq(thing.id, String(x))}`).text;
    expect(new Set([make('a'), make(null), make(at), make(7)]).size).toBe(1);
  });

  it.each<[string, SQLWrapper]>([
    ['undefined', sql`select ${undefined}`],
    ['undefined in a piece', sql`select ${sql`${undefined}`}`],
    ['undefined beside a list', sql`select ${undefined} where 1 in ${[1]}`],
    ['undefined as a parameter', sql`select ${sql.param(undefined)}`],
    ['a symbol', sql`select ${Symbol('x')}`],
    ['an object of a class', sql`select ${sql.param(new Set())}`],
  ])('with %s is refused', (_, statement) => {
    expect(() => compile(statement)).toThrow(TypeError);
  });
});

describe('a statement that is compiled once', () => {
  it('takes its values anew each time, in their places, and is built once', () => {
    let built = 0;
    const about = template<{ id: string; at: Date | null }>((value) => {
      built += 1;
      return sql`select ${value((q) => q.at)}::timestamptz, ${7}::int where 'x' = ${value((q) => q.id)}::text`;
    });
    const [one, two] = [compile(about({ id: 'a', at })), compile(about({ id: "b'", at: null }))];
    expect(one.text).toBe("select $1::timestamptz, $2::int where 'x' = $3::text");
    expect(two.text).toBe(one.text);
    expect(one.parameters).toEqual([at.toISOString(), '7', 'a']);
    expect(two.parameters).toEqual([null, '7', "b'"]);
    expect(built).toBe(1);
  });

  it('refuses undefined, and what only Drizzle can compile', () => {
    const one = template<{ id?: string }>((value) => sql`select ${value((q) => q.id)}::text`);
    expect(() => one({})).toThrow(TypeError);
    const two = template(() => sql`select ${sql.placeholder('x')}`);
    expect(() => two({})).toThrow(TypeError);
  });

  it('stands by itself', () => {
    const one = template(() => sql`select 1`);
    expect(() => compile(sql`${one({})} union select 2`)).toThrow(TypeError);
  });
});
