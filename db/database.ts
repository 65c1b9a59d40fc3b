import type { PGlite } from '@electric-sql/pglite';
import type { SQLWrapper } from 'drizzle-orm';
import type { Logger } from 'pino';

/** Anything that answers a statement. */
export interface Queryable {
  /**
   * Runs one prepared statement in one round trip.
   * @param statement a statement written with Drizzle's `sql`; parameters whose type the server cannot infer
   *   are cast in it (`${x}::text`), JSON is written `${JSON.stringify(x)}::jsonb`
   * @returns the rows, with the columns named as the statement names them: timestamptz as Date, jsonb parsed,
   *   bigint and numeric as numbers where a number holds them exactly
   * @throws ConstraintError, DatabaseUnavailable or another DatabaseError; TypeError for an undefined parameter
   */
  query<Row = Record<string, unknown>>(statement: SQLWrapper): Promise<Row[]>;
}

/** An open transaction. It is over when the work it was given to is over. */
export interface Transaction extends Queryable {
  /**
   * Runs a text of one or more statements without parameters: migrations, demo data.
   * @param text SQL of our own; never built from what people write
   * @throws as `query` does
   */
  script(text: string): Promise<void>;
}

/** One database on either engine. All of it behaves the same on both, which tests hold it to. */
export interface Database extends Queryable {
  readonly engine: 'postgres' | 'pglite';

  /**
   * Runs work in a transaction: committed when it resolves, rolled back when it throws. For set-up, imports and
   * batches only: everything else is one statement. On the embedded database everybody else waits meanwhile, so
   * the work must use `tx` alone; a statement by any other way is refused, because it would wait for ever.
   * @param options.unhurried its statements may take longer than others: migrations
   * @throws what the work throws, or what `query` throws; OutcomeUnknown when the connection broke at the commit
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: { unhurried?: boolean }): Promise<T>;

  /**
   * Calls back after somebody notified the channel, and once more after a lost connection is back, since
   * something may have been missed meanwhile. Notices can be lost or come together: look for work, do not count.
   * @returns a function that stops listening
   */
  listen(channel: string, onNotify: () => void): Promise<() => Promise<void>>;

  /**
   * Wakes the listeners of a channel in every process; at most once in 5 ms. To be called after the commit: inside
   * a transaction it would cost more than half of the throughput. A failure is logged, not thrown, since listeners
   * look for work by themselves too.
   */
  notify(channel: string): void;

  /** Waits for what is under way (on a server at most 5 s) and lets go of everything. */
  close(): Promise<void>;

  /** What the queue needs to open a connection of its own, or, embedded, to share the only one. */
  readonly source: { readonly url: string } | { readonly pglite: PGlite };
}

/** The part of the log that the database writes to. */
export type DatabaseLog = Pick<Logger, 'info' | 'warn' | 'error'>;
