import { z } from 'zod';
import { newToken } from '../identity/dns-proof.ts';
import { parseDomainName } from '../identity/domain-name.ts';
import type { Facts, NameFact } from '../service/facts/facts.ts';
import type { Document, Part } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { counted, listed } from './common/counted.ts';
import { problemsTold } from './common/inputs.ts';
import { BY_ITSELF, firstLook } from './common/looking.ts';
import { teamOf } from './common/lookup.ts';
import { domainPart } from './common/pasted.ts';
import { recordsToCopy, recordToCopy } from './common/proof.ts';
import { contact, owner } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';
import { operation } from './operation.ts';

const MOST = 200;
/** Up to so many domains each have their own record and button; more would not fit a modal. */
const EACH = 8;

interface Input {
  names: string[];
}
interface Ready extends Input {
  domains: { id: string; name: string; token: string }[];
}

/** Adds domains, Unverified, each with a TXT record to publish. */
export const addDomains = operation<Input, Ready>({
  kind: 'domain.add',
  command: { verb: 'add', args: '[domain]', summary: 'Add one or several domains' },
  subject: 'text',
  right: 'admin',
  title: 'Add domains',
  submit: 'Add',
  fields: [
    {
      name: 'domains',
      label: 'Domains',
      hint: `One a line, like acme.com. Up to ${MOST} at once, and 3,000 characters in all.`,
      type: 'text',
      lines: 'many',
      initial: (facts) => facts.unknown?.words,
    },
  ],
  input: z
    .object({ domains: z.string({ error: 'Write at least one domain, like acme.com.' }) })
    .transform(readNames),
  asks: ({ names }) => ({ names }),
  async prepare(facts, { names }, tools) {
    const problems = facts.names.flatMap((name) => problemOf(facts, name) ?? []);
    const [only] = facts.names;
    if (names.length === 1 && only?.own) return { ok: false, refusal: hasIt(only) };
    if (problems.length > 0) return { ok: false, errors: { domains: problemsTold(problems) } };
    const domains = names.map((name) => ({ id: tools.newId(), name, token: newToken() }));
    return { ok: true, ready: { names, domains } };
  },
  requires: [
    (facts) => {
      const [text] = facts.names.flatMap((name) => problemOf(facts, name) ?? []);
      return text === undefined ? null : { code: 'taken', text };
    },
  ],
  approval: null,
  act: (_facts, { names }) => `Add ${listed(names)}`,
  about: (facts, { domains: [first, ...more] }) =>
    first && more.length === 0
      ? { id: first.id, name: first.name }
      : { id: teamOf(facts).id, name: teamOf(facts).name },
  entries: (_facts, { names }) => names.map((name) => ({ name, act: `Add ${name}` })),
  effects: (facts, { domains }, context) => {
    const teamId = teamOf(facts).id;
    const added = domains.map((domain) => ({
      ...domain,
      teamId,
      addedBy: context.askedBy,
      lookAt: firstLook(context.now),
    }));
    return [
      { type: 'domains.add', domains: added },
      ...announce(context, teamId, ['added ', listed(domains.map(({ name }) => name))]),
    ];
  },
  done: (_facts, { domains }) => added(domains),
});

/** Reads the lines of the field; everything wrong is told under it at once. */
function readNames({ domains }: { domains: string }, context: z.RefinementCtx): Input {
  // White space parts names too, but not the zero-width kind, which `parseDomainName` has to see.
  const words = domains.split(/[ \t\r\n\u00a0,;]+/).filter((word) => word !== '');
  const parsed = words.map((word) => parseDomainName(domainPart(word)));
  const problems = parsed.flatMap((one) => (one.ok ? [] : [one.words]));
  const names = [...new Set(parsed.flatMap((one) => (one.ok ? [one.name] : [])))];
  if (words.length === 0) problems.push('Write at least one domain, like acme.com.');
  if (names.length > MOST) problems.push(`These are ${names.length} domains: add at most ${MOST} at once.`);
  if (problems.length > 0)
    context.addIssue({ code: 'custom', path: ['domains'], message: problemsTold(problems) });
  return { names };
}

/** Why a name cannot be added, naming no more of another team than the asker may know. */
function problemOf(facts: Facts, { name, own, liveElsewhere }: NameFact): string | null {
  if (own) return `${name} is in this team already (${own.state}).`;
  if (liveElsewhere)
    return `${owner(facts, liveElsewhere)} has ${name} already: ask its admins to move or delete it, or contact support${contact(facts)}.`;
  return null;
}

function hasIt({ name, own }: NameFact): Refusal {
  const args = { domain: own?.id };
  const status = step.show('status', args);
  return own?.state === 'Unverified'
    ? {
        code: 'added-already',
        text: `${name} is in this team already and waits for its TXT record.`,
        steps: [step.do('domain.verify', args), status],
      }
    : { code: 'added-already', text: `${name} is in this team already (${own?.state}).`, steps: [status] };
}

/** The TXT records to publish, and what to press when they are. */
function added(domains: Ready['domains']): Document {
  const names = domains.map(({ name }) => name);
  const text =
    domains.length === 1
      ? `${names[0]} was added. Publish this TXT record in its DNS, then verify it.`
      : `${counted(domains.length, 'domain')} were added: ${listed(names)}. Publish their TXT records, then verify each.`;
  const parts: Part[] = [{ type: 'text', words: text }];
  if (domains.length > EACH) {
    parts.push(...recordsToCopy(domains));
    parts.push({
      type: 'note',
      words: `Verify each with /sso verify and its name, or from the list of domains. ${BY_ITSELF}`,
    });
    parts.push({ type: 'steps', steps: [step.show('overview')] });
    return { text, parts };
  }
  for (const domain of domains) {
    if (domains.length > 1) parts.push({ type: 'heading', text: domain.name });
    parts.push(...recordToCopy(domain));
    parts.push({
      type: 'steps',
      steps: [step.do('domain.verify', { domain: domain.id }, { style: 'primary' })],
    });
  }
  parts.push({ type: 'note', words: BY_ITSELF });
  return { text, parts };
}
