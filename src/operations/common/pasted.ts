import { parseDomainName } from '../../identity/domain-name.ts';
import { parseEmail } from '../../identity/email.ts';

/** What stands around a name in a sentence, or makes it bold in a chat. */
const BEFORE = /^[*_~([/]+/;
const AFTER = /[*_~)\],;:?!]+$/;

/**
 * Takes off what a name of a domain brings along when it is copied: punctuation, a chat's formatting, the `www.` of a
 * page's address, and what follows the name in an address without `https://`.
 * @param word one word as typed, links still wrapped
 * @returns the part that names a domain, never longer; the word as it was where no part does
 */
export function domainPart(word: string): string {
  const bare = word
    .replace(BEFORE, '')
    .replace(AFTER, '')
    .replace(/^(<?https?:\/\/)www\.(?=[^/|>]*\.)/i, '$1')
    .replace(/^([\w-]+(?:\.[\w-]+)+)\/.*$/, '$1');
  return parseDomainName(bare).ok ? bare : word;
}

/**
 * Takes an address out of what a mail program copies: `Anna Berg <anna@acme.com>,`.
 * @param words the words of one address
 * @returns the address; the words as they were where there is none
 */
export function addressPart(words: string): string {
  const bare = words.trim().replace(AFTER, '');
  const address = /<([^<>\s]+@[^<>\s]+)>$/.exec(bare)?.[1] ?? bare;
  return parseEmail(address).ok ? address : words;
}
