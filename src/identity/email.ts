import { strings } from '../words/pages.ts';
import { hostName } from './host-name.ts';
import { hasUnseen, plainWords, quotable, unquoted } from './words.ts';

/** Why words are not an e-mail address. */
export type EmailProblem = 'empty' | 'unseen' | 'no-at' | 'local' | 'domain' | 'too-long';

export interface Email {
  /** The address as it is shown and mailed to: local part as written, domain in ASCII. */
  address: string;
  /** The address in lower case: by this one a person is found and compared. */
  key: string;
  /** Exactly what follows the last `@`, in ASCII and lower case. */
  domain: string;
}

export type ParsedEmail = ({ ok: true } & Email) | { ok: false; problem: EmailProblem; words: string };

/** A dot-atom (RFC 5321 4.1.2) without `%`, `/` and `!`, which relays read as routes. */
const LOCAL = /^[A-Za-z0-9#$&'*+=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+=?^_`{|}~-]+)*$/;

/** A link that the chat made of an address holds it twice; nothing real is longer. */
const MAX_WORDS = 1024;

/**
 * Reads one e-mail address out of what a person wrote.
 * @param text what was written: an address, a `mailto:` link, a link that the chat made of it
 * @returns the address, its key and its domain; or one sentence that says what is wrong. Limits by RFC 5321
 *   4.5.3.1: 64 octets before the `@`, 254 in all
 */
export function parseEmail(text: string): ParsedEmail {
  if (text.length > MAX_WORDS) return refuse('too-long', text);
  return readEmail(
    unquoted(plainWords(text))
      .replace(/^mailto:/i, '')
      .replace(/\.+$/, ''),
  );
}

/**
 * Reads an address that a machine wrote, where nothing is forgiven.
 * @param typed the address alone
 * @returns as `parseEmail`
 */
export function readEmail(typed: string): ParsedEmail {
  if (typed === '') return refuse('empty', typed);
  if (hasUnseen(typed)) return refuse('unseen', typed);
  const at = typed.lastIndexOf('@');
  if (at < 0) return refuse('no-at', typed);
  const local = typed.slice(0, at);
  if (local.length > 64 || typed.length > 254) return refuse('too-long', typed);
  if (!LOCAL.test(local)) return refuse('local', typed);
  const written = typed.slice(at + 1);
  const host = hostName(written);
  if (!host.ok || written.endsWith('.')) return refuse('domain', typed);
  const address = `${local}@${host.name}`;
  if (address.length > 254) return refuse('too-long', typed);
  return { ok: true, address, key: address.toLowerCase(), domain: host.name };
}

function refuse(problem: EmailProblem, about: string): ParsedEmail {
  return { ok: false, problem, words: strings.address[problem](quotable(about)) };
}
