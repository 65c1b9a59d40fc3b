/** Changes that may wait for approval, by kind, with what a team reads of them in its settings. */
const approvable = new Map<string, string>();

/**
 * Notes that a change may wait for approval; `operation` calls it, so that nobody has to list it.
 * @param kind the change
 * @param label what the settings of a team call it
 */
export function noteApprovable(kind: string, label: string): void {
  approvable.set(kind, label);
}

/** @returns the changes declared so far that may wait for approval, by the names that the settings have for them */
export function approvableChanges(): { kind: string; label: string }[] {
  return [...approvable]
    .map(([kind, label]) => ({ kind, label }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en'));
}
