/**
 * @param n how many
 * @param one the word for one of them
 * @param many the word for several; by default with an s
 * @returns "1 domain", "2,000 domains"
 */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** @returns "1 person", "12 people" */
export const people = (n: number): string => counted(n, 'person', 'people');

/** @returns "1 test user", "3 test users" */
export const testUsers = (n: number): string => counted(n, 'test user');

/**
 * @param names any words
 * @param most how many are named before the rest is only counted
 * @returns "a", "a and b", "a, b and 3 more"
 */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most);
  const last = names.length > most ? `${(names.length - most).toLocaleString('en-US')} more` : shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${last ?? ''}` : (last ?? '');
}
