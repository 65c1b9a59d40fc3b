import { Column, is, Name, Param, SQL, type SQLWrapper, StringChunk, Table } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { encodeParameter, type WireValue } from './values.ts';

/** A statement ready to send. The text is the same each time the same code builds it, so it is prepared once. */
export interface CompiledStatement {
  text: string;
  parameters: WireValue[];
}

const dialect = new PgDialect();

/**
 * Compiles a statement written with Drizzle's `sql`. Every request compiles two or so, and Drizzle's own compiler is
 * a good part of their cost; so what statements are mostly made of is done here, and the rest is left to Drizzle.
 * @param statement the statement, or a query of Drizzle's builder
 * @returns its text with $1, $2 … and the parameters in their wire form
 * @throws TypeError when an interpolated value is undefined, which Drizzle would leave out without a word
 */
export function compile(statement: SQLWrapper): CompiledStatement {
  if (statement instanceof Ready) return statement.compiled;
  const compiled: CompiledStatement = { text: '', parameters: [] };
  if (statement instanceof SQL && append(statement, compiled)) return compiled;
  const { sql, params } = dialect.sqlToQuery(statement.getSQL());
  return { text: sql, parameters: params.map(encodeParameter) };
}

/** A statement that is compiled already and stands by itself. */
class Ready implements SQLWrapper {
  readonly compiled: CompiledStatement;

  constructor(compiled: CompiledStatement) {
    this.compiled = compiled;
  }

  getSQL(): SQL {
    throw new TypeError('A compiled statement cannot be part of another');
  }
}

/** A place for a value in a statement that is compiled once. */
class Slot<From> {
  readonly read: (from: From) => unknown;

  constructor(read: (from: From) => unknown) {
    this.read = read;
  }
}

/**
 * Compiles a statement once for all values it is ever asked with: for great ones that every request sends.
 * @param build makes the statement; `value(read)` stands where a value comes, read anew each time
 * @returns makes the statement for values
 * @throws TypeError at its first use when there is something in the statement that only Drizzle can compile
 */
export function template<From>(
  build: (value: (read: (from: From) => unknown) => SQL) => SQL,
): (from: From) => SQLWrapper {
  let known: { text: string; parameters: (WireValue | Slot<From>)[] } | undefined;
  const compileOnce = () => {
    const to = { text: '', parameters: [] as (WireValue | Slot<From>)[] };
    const statement = build((read) => new SQL([new Slot(read) as unknown as SQL]));
    if (!append(statement, to as CompiledStatement))
      throw new TypeError('Only Drizzle can compile this statement');
    return to;
  };
  return (from) => {
    known ??= compileOnce();
    const parameters = known.parameters.map((p) => (p instanceof Slot ? encodeParameter(p.read(from)) : p));
    return new Ready({ text: known.text, parameters });
  };
}

/** Adds a piece of a statement. Returns false when there is something in it that only Drizzle knows. */
function append(source: SQL, to: CompiledStatement): boolean {
  if ((source as unknown as { shouldInlineParams: boolean }).shouldInlineParams) return false;
  let simple = true;
  for (const chunk of source.queryChunks) simple = appendChunk(chunk, to) && simple;
  return simple;
}

function appendChunk(chunk: unknown, to: CompiledStatement): boolean {
  if (chunk instanceof StringChunk) {
    for (const text of chunk.value) to.text += text;
    return true;
  }
  if (chunk instanceof SQL) return append(chunk, to);
  if (chunk instanceof Slot) {
    to.text += `$${(to.parameters as unknown[]).push(chunk)}`;
    return true;
  }
  if (chunk === undefined) {
    throw new TypeError('A value in a statement is undefined; write null or sql.empty()');
  }
  if (typeof chunk === 'function') return false;
  if (typeof chunk !== 'object' || chunk === null || chunk instanceof Date || chunk instanceof Uint8Array) {
    return appendParameter(chunk, to);
  }
  if (chunk instanceof Param) return appendParam(chunk, to);
  if (chunk instanceof Name) {
    to.text += dialect.escapeName(chunk.value);
    return true;
  }
  if (is(chunk, Column) || is(chunk, Table)) {
    to.text += nameOf(chunk);
    return true;
  }
  return false;
}

function appendParam({ value, encoder }: Param, to: CompiledStatement): boolean {
  const encoded = value === null ? null : encoder.mapToDriverValue(value);
  return is(encoded, SQL) ? false : appendParameter(encoded, to);
}

function appendParameter(value: unknown, to: CompiledStatement): boolean {
  to.text += `$${to.parameters.push(encodeParameter(value))}`;
  return true;
}

/** Names of tables and columns stay what they are, so each is written once. */
const names = new WeakMap<Column | Table, string>();

function nameOf(owner: Column | Table): string {
  const known = names.get(owner);
  if (known !== undefined) return known;
  const { sql } = dialect.sqlToQuery(new SQL([owner]));
  names.set(owner, sql);
  return sql;
}
