import type { Page } from './lists.ts';

/**
 * Where a list goes on, as it stands in a button: opaque to everyone but the list that made it.
 * @param key the values that the list is ordered by, of the last row shown
 * @returns the position, safe in any button or address
 */
export function position(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads a position back. One that is missing, of another list or of an older release means the beginning:
 * a list that starts anew harms nobody.
 * @param after what the button held
 * @param types what the values must be, in order
 * @returns the values, or null for the beginning
 */
export function keyOf<const Types extends readonly ('string' | 'number')[]>(
  after: string | undefined,
  types: Types,
): { [At in keyof Types]: Types[At] extends 'number' ? number : string } | null {
  if (after === undefined) return null;
  const key = parsed(Buffer.from(after, 'base64url').toString());
  if (!Array.isArray(key) || key.length !== types.length) return null;
  const right = key.every((value, at) =>
    types[at] === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && !value.includes('\0'),
  );
  return right ? (key as never) : null;
}

/**
 * Makes a page of rows of which one more than the page holds was asked for.
 * @param rows the rows as read, at most `size + 1`
 * @param size how many a page holds
 * @param key the values that the list is ordered by
 */
export function pageOf<Row>(
  rows: Row[],
  size: number,
  key: (row: Row) => readonly (string | number)[],
): Page<Row> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return rows.length > size && last !== undefined
    ? { rows: shown, next: position(key(last)) }
    : { rows: shown };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a position of ours; the list begins anew.
    return null;
  }
}
