import { parse } from 'tldts';
import { type HostProblem, hostName } from './host-name.ts';
import { sharedKind } from './shared-domains.ts';
import { hasUnseen, plainWords, quotable, unquoted } from './words.ts';

/** Why words are not a domain that a team can own. */
export type DomainProblem = HostProblem | 'public-suffix' | 'free-mail' | 'shared-tenant';

export type ParsedDomain = { ok: true; name: string } | { ok: false; problem: DomainProblem; words: string };

/** Longer than any address of a page that somebody would copy. */
const MAX_WORDS = 4096;

/**
 * Reads an e-mail domain out of what a person wrote: any case, trailing dots, a leading `@`, a whole address, a
 * URL from the browser, curly quotes, a link that the chat made of it.
 * @param text what was written
 * @returns the ASCII name in lower case: a registrable domain or one below (Public Suffix List with its private
 *   section), never a public suffix, free mail or a provider's shared domain; or one sentence that says what is
 *   in the way and what to do
 */
export function parseDomainName(text: string): ParsedDomain {
  if (text.length > MAX_WORDS) return refuse('too-long', text);
  const typed = unquoted(plainWords(text));
  if (hasUnseen(typed)) return refuse('unseen', typed);
  const host = hostName(bareHost(typed));
  if (!host.ok) return refuse(host.problem, typed);
  const { name } = host;
  const parsed = parse(name, { allowPrivateDomains: true, validateHostname: true });
  if (parsed.isIp || parsed.hostname !== name) return refuse('shape', typed);
  const shared = sharedKind(name);
  if (shared) return refuse(shared, name);
  if (parsed.domain === null) return refuse('public-suffix', name);
  return { ok: true, name };
}

/** The part of the words that should be the name: a URL's host, or what follows the last `@`. */
function bareHost(typed: string): string {
  const url = /^https?:\/\/([^/?#\\]*)/i.exec(typed);
  const authority = url ? (url[1] as string).replace(/:\d{0,5}$/, '') : typed.replace(/^mailto:/i, '');
  return authority.slice(authority.lastIndexOf('@') + 1);
}

function refuse(problem: DomainProblem, about: string): ParsedDomain {
  return { ok: false, problem, words: WORDS[problem](quotable(about)) };
}

const WORDS: Record<DomainProblem, (about: string) => string> = {
  empty: () => 'No domain was given. Write it like acme.com.',
  unseen: () => 'The domain holds characters that cannot be seen. Type it by hand, like acme.com.',
  characters: (about) =>
    `“${about}” is not a domain: only letters, digits, hyphens and dots can be in one. Write it like acme.com.`,
  shape: (about) => `“${about}” is not a domain. Write it like acme.com.`,
  'too-long': (about) =>
    `“${about}” is longer than a domain can be (253 characters). Write it like acme.com.`,
  'single-label': (about) => `“${about}” has no dot in it. Write the whole domain, like acme.com.`,
  ip: (about) => `“${about}” is a network address. Write the domain of your e-mail addresses, like acme.com.`,
  'public-suffix': (about) =>
    `${about} is a suffix under which anyone can register names. Add your own domain below it, like acme.${about}.`,
  'free-mail': (about) =>
    `${about} gives mailboxes to anyone, so no team can own it. Add a domain that your organization registered.`,
  'shared-tenant': (about) =>
    `${about} belongs to a provider that shares it among its customers. Add a domain that your organization registered.`,
};
