import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { PGlite, type PGliteInterface, type Transaction as PGliteTransaction } from '@electric-sql/pglite';
import type { Database, Queryable, Transaction } from './database.ts';
import { DatabaseUnavailable, toDatabaseError } from './errors.ts';
import type { Room } from './room.ts';
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
  /** Whether its disk has room for changes; without, it only reads. Left out, there always is. */
  room?: Room;
  /** Called when the engine has ended by itself: it answers nothing any more, and only a new process will. */
  onEnd?: () => void;
}

/** SQLSTATE in_failed_sql_transaction */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Opens PostgreSQL inside this process. It takes no lock on its folder: the caller holds one (see lock.ts).
 * @param options where it lives
 * @returns the database, ready
 */
export async function embeddedDatabase({
  folder,
  dump,
  onClose,
  room,
  onEnd,
}: EmbeddedOptions): Promise<Database> {
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
  let ended = false;
  let writes = true;

  /** Lets the session take changes, or not, before it is asked for something. */
  const minding = async (): Promise<void> => {
    const enough = !room || (await room.enough());
    if (enough === writes) return;
    writes = enough;
    await pglite.exec(`set default_transaction_read_only = ${enough ? 'off' : 'on'}`);
  };

  /** After a PANIC (a write-ahead log that cannot be written) the engine would let everybody wait for ever. */
  const noticing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if ((error as { severity?: string }).severity === 'PANIC' && !ended) {
        ended = true;
        onEnd?.();
      }
      throw error;
    }
  };

  const checkOutside = (): void => {
    if (closed) throw new DatabaseUnavailable('The embedded database is closed', '57P01');
    if (ended) throw new DatabaseUnavailable('The embedded database has ended', '57P02');
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
      await minding();
      return outsideOfTransactions(() => queryable(pglite, noticing).query(statement));
    },
    async transaction(work) {
      checkOutside();
      await minding();
      const scope = { open: true };
      let begun = false;
      const run = (tx: PGliteTransaction): ReturnType<typeof work> => {
        begun = true;
        return work(transaction(tx, noticing, room));
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
        if (!ended) await pglite.close();
        await onClose?.();
      })();
      return closed;
    },
  };
}

type Noticing = <T>(work: Promise<T>) => Promise<T>;

function queryable(
  session: Pick<PGliteInterface | PGliteTransaction, 'query'>,
  noticing: Noticing,
): Queryable {
  return {
    async query<Row>(statement: Parameters<Queryable['query']>[0]): Promise<Row[]> {
      const { text, parameters } = compile(statement);
      try {
        return (await noticing(session.query<Row>(text, parameters))).rows;
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

function transaction(tx: PGliteTransaction, noticing: Noticing, room: Room | undefined): Transaction {
  const { query } = queryable(tx, noticing);
  /** A transaction that began in time may be what fills the disk. */
  const checkRoom = async (): Promise<void> => {
    if (room && !(await room.enough())) {
      throw new DatabaseUnavailable('The disk of the embedded database is full', '53100');
    }
  };
  return {
    async query(statement) {
      await checkRoom();
      return query(statement);
    },
    async script(text) {
      await checkRoom();
      try {
        await noticing(tx.exec(text));
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}
