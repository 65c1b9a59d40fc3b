import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './service/ids.ts';

/** The field of the log, and of the outbox, that holds the id of the request something belongs to. */
export const TRACE = 'trace';

const current = new AsyncLocalStorage<string>();

/** @returns the id of the request that is being worked on here, if there is one */
export function traceId(): string | undefined {
  return current.getStore();
}

/**
 * Does a piece of work as part of a request, so that every line of the log names it and what is written to the
 * outbox carries it on.
 * @param work what to do
 * @param id the request it belongs to; left out: the one under way here, or a new one
 * @returns what the work gives
 */
export function traced<T>(work: () => T, id: string | undefined = traceId()): T {
  return current.run(id ?? newId(), work);
}
