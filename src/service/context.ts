import type { Logger } from 'pino';
import type { Database } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import type { Operation, Reading, Tools } from '../operations/operation.ts';
import type { Installation } from './facts/read.ts';

// biome-ignore lint/suspicious/noExplicitAny: operations with different inputs in one list; each checks its own by its schema
export type AnyOperation = Operation<any, any>;

/** What the service works with. */
export interface Context {
  db: Database;
  clock: Clock;
  log: Logger;
  installation: Installation;
  tools: Tools;
  operations: readonly (AnyOperation | Reading)[];
  /** Told of everything that people asked for and decided: the kind of operation, and what came of it. */
  counted?: (kind: string, outcome: string) => void;
}
