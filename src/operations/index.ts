import type { Operation, Reading } from './operation.ts';

/** Everything the bot can do to a team, in the order of the help. One line for each file. */
// biome-ignore lint/suspicious/noExplicitAny: a list of operations with different inputs; each checks its own by its schema
export const operations: (Operation<any, any> | Reading)[] = [];
