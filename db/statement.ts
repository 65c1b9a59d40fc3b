import { is, SQL, type SQLWrapper } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { encodeParameter, type WireValue } from './values.ts';

/** A statement ready to send. The text is the same each time the same code builds it, so it is prepared once. */
export interface CompiledStatement {
  text: string;
  parameters: WireValue[];
}

const dialect = new PgDialect();

/**
 * Compiles a statement written with Drizzle's `sql`.
 * @param statement the statement
 * @returns its text with $1, $2 … and the parameters in their wire form
 * @throws TypeError when an interpolated value is undefined, which Drizzle would leave out without a word
 */
export function compile(statement: SQLWrapper): CompiledStatement {
  const source = statement.getSQL();
  refuseUndefined(source);
  const { sql, params } = dialect.sqlToQuery(source);
  return { text: sql, parameters: params.map(encodeParameter) };
}

function refuseUndefined(source: SQL): void {
  for (const chunk of source.queryChunks) {
    if (chunk === undefined)
      throw new TypeError('A value in a statement is undefined; write null or sql.empty()');
    if (is(chunk, SQL)) refuseUndefined(chunk);
  }
}
