import { sql } from 'drizzle-orm';
import { timestamp } from 'drizzle-orm/pg-core';

/** A moment in time. Set by the application's clock, never by the database's. */
export const moment = (name: string) => timestamp(name, { withTimezone: true });

/** A list of words as SQL literals, for CHECK constraints: states are text, so that adding one needs no type change. */
export const words = (list: readonly string[]) => sql.raw(list.map((w) => `'${w}'`).join(', '));
