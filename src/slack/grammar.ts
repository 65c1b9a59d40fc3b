import { distance } from 'fastest-levenshtein';
import { plainWords } from '../identity/words.ts';
import type { Operation, Reading } from '../operations/operation.ts';

// biome-ignore lint/suspicious/noExplicitAny: a list of operations with different inputs; each checks its own by its schema
export type Listed = Operation<any, any> | Reading;

/** What the words after `/sso` ask for. `words` is what follows the verb, as Slack sent it: unwrapped once, later. */
export type Command =
  | { type: 'known'; listed: Listed; words: string }
  | { type: 'export'; words: string }
  | { type: 'unknown'; verb: string; near: string | null };

/**
 * Reads a command forgivingly: any case, further spaces, quotation marks of any kind, a repeated `/sso`.
 * @param text what was typed after `/sso`, as Slack sent it
 * @param list all operations and readings
 * @returns what it asks for; nothing at all asks for the overview
 */
export function readCommand(text: string, list: readonly Listed[]): Command {
  const [first = '', rest] = splitVerb(text);
  const verb = plainWords(first)
    .toLowerCase()
    .replace(/^[/"'`]+|[."'`,:;!?]+$/g, '');
  if (verb === '') return known(list, (l) => l.kind === 'overview', '') ?? unknown('', list);
  if (verb === 'history' && /(^|\s)export$/i.test(rest)) {
    return { type: 'export', words: rest.replace(/\s*export$/i, '') };
  }
  return known(list, (l) => l.command?.verb === verb, rest) ?? unknown(verb, list);
}

/** @returns the first word and what follows it, quotation marks around whole arguments taken off */
function splitVerb(text: string): [string, string] {
  const words = text
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .replace(/^(\/?sso )+(?=.)/i, '');
  const space = words.indexOf(' ');
  return space < 0 ? [words, ''] : [words.slice(0, space), bare(words.slice(space + 1).trim())];
}

function bare(words: string): string {
  return words
    .replace(/[\u201c\u201d\u201e\u201f]/g, '"')
    .replace(/(^|\s)"([^"]+)"(?=\s|$)/g, '$1$2')
    .replace(/(^|\s)`([^`]+)`(?=\s|$)/g, '$1$2')
    .replace(/^['\u2018]([^'\u2018\u2019]+)['\u2019]$/, '$1');
}

function known(list: readonly Listed[], is: (l: Listed) => boolean, words: string): Command | null {
  const listed = list.find(is);
  return listed ? { type: 'known', listed, words } : null;
}

/** How different a verb may be from one there is to be offered it. */
const NEAR = 2;

function unknown(verb: string, list: readonly Listed[]): Command {
  const verbs = list.flatMap((l) => (l.command?.verb ? [l.command.verb] : []));
  const scored = verbs
    .map((v) => ({ v, score: verb.length > 1 && v.startsWith(verb) ? 0 : distance(verb.slice(0, 40), v) }))
    .sort((a, b) => a.score - b.score)
    .filter(({ v, score }) => score <= Math.min(NEAR, v.length - 1));
  return { type: 'unknown', verb, near: scored[0]?.v ?? null };
}
