import { domainToASCII } from 'node:url';
import { hasUnseen } from './words.ts';

/** What is wrong with words that should be a host name. */
export type HostProblem = 'empty' | 'unseen' | 'characters' | 'shape' | 'too-long' | 'single-label' | 'ip';

/** Letters of any script, digits, marks, hyphen, underscore and the dots that IDNA maps (UTS #46). */
const HOST_CHARACTERS = /^[\p{L}\p{N}\p{M}_\-.\u3002\uff0e\uff61]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Turns words into an ASCII host name (RFC 1123, IDNA by UTS #46). The raw words are checked first, because
 * `domainToASCII` reads them as the host of a URL and would silently drop what follows a slash.
 * @param words the bare name, without scheme, path or address
 * @returns the name in lower case, without trailing dots, or what is wrong
 */
export function hostName(words: string): { ok: true; name: string } | { ok: false; problem: HostProblem } {
  const bare = words.replace(/[.\u3002\uff0e\uff61]+$/u, '');
  if (bare === '') return { ok: false, problem: 'empty' };
  if (hasUnseen(bare)) return { ok: false, problem: 'unseen' };
  if (!HOST_CHARACTERS.test(bare)) return { ok: false, problem: 'characters' };
  if (bare.length > 253) return { ok: false, problem: 'too-long' };
  const name = domainToASCII(bare).toLowerCase();
  if (name === '') return { ok: false, problem: 'shape' };
  if (name.length > 253) return { ok: false, problem: 'too-long' };
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) as string)) return { ok: false, problem: 'ip' };
  if (!labels.every((label) => LABEL.test(label))) return { ok: false, problem: 'shape' };
  if (labels.length < 2) return { ok: false, problem: 'single-label' };
  return { ok: true, name };
}
