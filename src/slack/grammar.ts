import { distance } from 'fastest-levenshtein';
import { parseDomainName } from '../identity/domain-name.ts';
import { plainWords } from '../identity/words.ts';
import { domainPart } from '../operations/common/pasted.ts';
import type { Operation, Reading } from '../operations/operation.ts';

// biome-ignore lint/suspicious/noExplicitAny: a list of operations with different inputs; each checks its own by its schema
export type Listed = Operation<any, any> | Reading;

/** What the words after `/sso` ask for. `words` is what follows the verb, as Slack sent it: unwrapped once, later. */
export type Command =
  | { type: 'known'; listed: Listed; words: string }
  | { type: 'export'; words: string }
  | { type: 'unknown'; verb: string; near: string | null };

/** What people say for a command of another name. */
const SAID: Record<string, string> = {
  enable: 'on',
  disable: 'off',
  remove: 'delete',
  create: 'add',
  certificate: 'renew',
  audit: 'history',
  export: 'history',
  log: 'history',
};

/**
 * Reads a command forgivingly: any case, further spaces, quotation marks of any kind, a repeated `/sso`, punctuation and
 * formatting around the name of a domain, `to` before a second name.
 * @param text what was typed after `/sso`, as Slack sent it
 * @param list all operations and readings
 * @returns what it asks for; nothing at all asks for the overview
 */
export function readCommand(text: string, list: readonly Listed[]): Command {
  const [first, rest] = splitVerb(text);
  const verb = plainWords(first)
    .toLowerCase()
    .replace(/^[-/"'`]+|[."'`,:;!?]+$/g, '');
  if (first === '') return known(list, (l) => l.kind === 'overview', '') ?? unknown('', list);
  if (/^\?+$/.test(first)) return known(list, (l) => l.kind === 'help', '') ?? unknown('', list);
  if (verb === 'history') {
    const name = exported(rest);
    if (name !== null) return { type: 'export', words: bare(name.trim()) };
  }
  return known(list, (l) => verb !== '' && l.command?.verb === verb, rest) ?? unknown(verb || first, list);
}

/** @returns the first word and what follows it, quotation marks around the whole taken off */
function splitVerb(text: string): [string, string] {
  const words = text
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .replace(/^["\u201c\u201d\u201e`]((?:\/?sso )?\w+ [^"\u201c\u201d`]*)["\u201c\u201d`]$/i, '$1')
    .replace(/^(\/?sso )+(?=.)/i, '');
  const space = words.indexOf(' ');
  return space < 0 ? [words, ''] : [words.slice(0, space), words.slice(space + 1).trim()];
}

/** @returns what the history is exported of, or null where it is not; `export` stands at the end, or before a domain */
function exported(rest: string): string | null {
  const last = /^(.*?)(?:^|\s)export[.!]?$/i.exec(rest);
  if (last) return last[1] ?? '';
  const [, name] = /^export\s+(\S+)$/i.exec(rest) ?? [];
  return name?.includes('.') ? name : null;
}

/** The words as what they are about takes them; the first of several is the name of a domain, if it is one. */
function named(listed: Listed, rest: string): string {
  const { subject } = listed;
  if (subject !== 'domain' && subject !== 'domainOrConnection') return bare(rest);
  const [first = '', ...others] = rest.split(' ');
  const name = domainPart(first);
  // Quotation marks around a second name keep a `to` that belongs to it.
  const further =
    'second' in listed && listed.second && parseDomainName(name).ok
      ? others.join(' ').replace(/^(?:to|->|=>|\u2192) (?=.)/i, '')
      : others.join(' ');
  return bare(`${name} ${further}`.trim());
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
  return listed ? { type: 'known', listed, words: named(listed, words) } : null;
}

/** How different a verb may be from one there is to be offered it. */
const NEAR = 2;

function unknown(verb: string, list: readonly Listed[]): Command {
  const verbs = list.flatMap((l) => (l.command?.verb ? [l.command.verb] : []));
  const scored = verbs
    .map((v) => ({ v, score: verb.length > 1 && v.startsWith(verb) ? 0 : distance(verb.slice(0, 40), v) }))
    .sort((a, b) => a.score - b.score)
    .filter(({ v, score }) => score <= Math.min(NEAR, v.length - 1));
  const near = SAID[verb] ?? scored[0]?.v;
  return { type: 'unknown', verb, near: near ?? null };
}
