import { distance } from 'fastest-levenshtein';
import { strings } from '../../words/pages.ts';
import { REQUIRED_ATTRIBUTES, type RequiredAttribute } from '../attributes.ts';
import { type Email, readEmail } from '../email.ts';
import { hasUnseen, quotable } from '../words.ts';
import type { ReceivedAttribute } from './assertion.ts';
import { type Check, fail, pass } from './checks.ts';

const words = strings.checks.attributes;

/** The people's data that every sign-in brings. */
export interface Person {
  firstName: string;
  lastName: string;
  email: Email;
  objectGuid: string;
}

const MAX_LENGTH = 256;

/** Names under which identity providers commonly send the same thing: claim URIs, LDAP names and OIDs. */
const ALIASES: Record<RequiredAttribute, string[]> = {
  firstName: ['givenname', 'first', 'fname', 'urn:oid:2.5.4.42', 'user.firstname'],
  lastName: ['surname', 'sn', 'familyname', 'last', 'lname', 'urn:oid:2.5.4.4', 'user.lastname'],
  email: ['mail', 'emailaddress', 'useremail', 'urn:oid:0.9.2342.19200300.100.1.3', 'user.email', 'upn'],
  objectGUID: ['objectid', 'objectidentifier', 'guid', 'uid', 'userid', 'id', 'urn:oid:1.2.840.113556.1.4.2'],
};

/**
 * Checks that the four attributes are there: spelled exactly, one value each, not empty.
 * @param received the attributes of the signed assertion
 * @returns the person, or the failed check, which names the near miss if there is one
 */
export function checkAttributes(received: readonly ReceivedAttribute[]): { check: Check; person?: Person } {
  const values = new Map<RequiredAttribute, string>();
  const problems: { code: string; detail: string; fix: string }[] = [];
  for (const name of REQUIRED_ATTRIBUTES) {
    const found = received.filter((one) => one.name === name).flatMap((one) => one.values);
    const [value = ''] = found;
    if (found.length === 0) problems.push(missing(name, received));
    else if (found.length > 1) {
      problems.push({
        code: 'several-values',
        detail: words.severalValues(name, found.length),
        fix: words.oneValue(name),
      });
    } else if (value === '') {
      problems.push({
        code: 'empty-attribute',
        detail: words.empty(name),
        fix: words.fill(name),
      });
    } else if (value.length > MAX_LENGTH || hasUnseen(value)) {
      problems.push({
        code: 'unusable-value',
        detail: words.unusable(name),
        fix: words.correct(name),
      });
    } else values.set(name, value);
  }
  const email = readEmail(values.get('email') ?? '');
  if (values.has('email') && !email.ok) {
    problems.push({ code: 'bad-email', detail: email.words, fix: words.fullAddress });
  }
  const [first] = problems;
  if (first || !email.ok) {
    const detail = problems.map((problem) => problem.detail).join(' ');
    const fix = problems.map((problem) => problem.fix).join(' ');
    return { check: fail('attributes', first?.code ?? 'bad-email', detail, fix) };
  }
  return {
    check: pass('attributes', words.right(REQUIRED_ATTRIBUTES.join(', '))),
    person: {
      firstName: values.get('firstName') ?? '',
      lastName: values.get('lastName') ?? '',
      email: { address: email.address, key: email.key, domain: email.domain },
      objectGuid: values.get('objectGUID') ?? '',
    },
  };
}

function missing(name: RequiredAttribute, received: readonly ReceivedAttribute[]) {
  const near = received.find((one) => looksLike(one.name, name));
  if (near) {
    const sent = quotable(near.name, 120);
    return {
      code: 'misspelt-attribute',
      detail: words.misspelt(name, sent),
      fix: words.rename(name, sent),
    };
  }
  return {
    code: 'missing-attribute',
    detail: words.missing(name),
    fix: words.add(name),
  };
}

/** The same but for case and signs, a common alias (also as the end of a claim URI), or two slips away. */
function looksLike(sent: string, wanted: RequiredAttribute): boolean {
  if ((REQUIRED_ATTRIBUTES as readonly string[]).includes(sent)) return false;
  const lower = sent.toLowerCase().slice(0, 200);
  const last = (lower.split(/[/]/).at(-1) ?? lower).replace(/[\s_-]/g, '');
  if (ALIASES[wanted].includes(lower) || ALIASES[wanted].includes(last)) return true;
  return last.length > 3 && distance(last, wanted.toLowerCase()) <= 2;
}
