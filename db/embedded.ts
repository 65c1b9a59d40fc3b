import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { PGlite, type PGliteInterface, type Transaction as PGliteTransaction } from '@electric-sql/pglite';
import type { Database, Queryable, Transaction } from './database.ts';
import { DatabaseUnavailable, toDatabaseError } from './errors.ts';
import { compile } from './statement.ts';
import { throttle } from './throttle.ts';
import { PARSERS } from './values.ts';

export interface EmbeddedOptions {
  /** The database's own folder; in memory when left out. */
  folder?: string;
  /** A dump to begin with instead of an empty database (tests). */
  dump?: Blob;
  /** Called after the database was closed: gives the lock back. */
  onClose?: () => Promise<void>;
}

/** SQLSTATE in_failed_sql_transaction */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Opens PostgreSQL inside this process. It takes no lock on its folder: the caller holds one (see lock.ts).
 * @param options where it lives
 * @returns the database, ready
 */
export async function embeddedDatabase({ folder, dump, onClose }: EmbeddedOptions): Promise<Database> {
  const pglite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
  });
  // After the start, because the engine puts its own parsers of arrays over those of its options.
  Object.assign(pglite.parsers, PARSERS);
  // The engine has one session. Inside a transaction it is taken, so a statement that comes by another way than
  // `tx` waits for the transaction, and the transaction for it. Better to say so at once.
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  const listeners = new EventEmitter().setMaxListeners(0);
  // There is one process (the lock sees to that), so listeners are woken without asking the database.
  const wake = throttle((channel) => setImmediate(() => listeners.emit(channel)), 5);
  let closed: Promise<void> | undefined;

  const checkOutside = (): void => {
    if (closed) throw new DatabaseUnavailable('The embedded database is closed', '57P01');
    if (inside.getStore()?.open) {
      throw new Error('A transaction of the embedded database is open here: use it, or wait for its end');
    }
  };

  // Who shares the session (the queue) may leave a failed transaction open for a moment. A statement that comes in
  // between is refused without effect, so it is asked again after the transaction is gone.
  const outsideOfTransactions = async <T>(ask: () => Promise<T>, begun = () => false): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: string }).code !== IN_FAILED_TRANSACTION || begun()) throw error;
      await pglite.exec('rollback');
      return ask();
    }
  };

  return {
    engine: 'pglite',
    get source() {
      return { pglite };
    },
    async query(statement) {
      checkOutside();
      return outsideOfTransactions(() => queryable(pglite).query(statement));
    },
    async transaction(work) {
      checkOutside();
      const scope = { open: true };
      let begun = false;
      const run = (tx: PGliteTransaction): ReturnType<typeof work> => {
        begun = true;
        return work(transaction(tx));
      };
      try {
        return await outsideOfTransactions(
          () => inside.run(scope, () => pglite.transaction(run)),
          () => begun,
        );
      } catch (error) {
        throw toDatabaseError(error);
      } finally {
        scope.open = false;
      }
    },
    async listen(channel, onNotify) {
      listeners.on(channel, onNotify);
      return async () => void listeners.off(channel, onNotify);
    },
    notify: wake.call,
    close() {
      closed ??= (async () => {
        wake.stop();
        listeners.removeAllListeners();
        await pglite.close();
        await onClose?.();
      })();
      return closed;
    },
  };
}

function queryable(session: Pick<PGliteInterface | PGliteTransaction, 'query'>): Queryable {
  return {
    async query<Row>(statement: Parameters<Queryable['query']>[0]): Promise<Row[]> {
      const { text, parameters } = compile(statement);
      try {
        return (await session.query<Row>(text, parameters)).rows;
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

function transaction(tx: PGliteTransaction): Transaction {
  return {
    ...queryable(tx),
    async script(text) {
      try {
        await tx.exec(text);
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}
