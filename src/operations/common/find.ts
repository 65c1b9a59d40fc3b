const byKind = new WeakMap<readonly { kind: string }[], Map<string, { kind: string }>>();

/**
 * Finds an operation or reading in a list that does not change any more. However long the list is, the others are not
 * looked at: a request costs the same with fifty operations as with five.
 * @param list all that there is
 * @param kind the kind that is wanted
 * @returns the first of that kind
 */
export function findKind<T extends { kind: string }>(
  list: readonly T[],
  kind: string | undefined,
): T | undefined {
  let kinds = byKind.get(list);
  if (!kinds) {
    kinds = new Map([...list].reverse().map((listed) => [listed.kind, listed]));
    byKind.set(list, kinds);
  }
  return kind === undefined ? undefined : (kinds.get(kind) as T | undefined);
}
