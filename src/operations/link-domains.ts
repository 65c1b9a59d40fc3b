import { z } from 'zod';
import type { DomainFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { counted, listed, testUsers } from './common/counted.ts';
import { id } from './common/inputs.ts';
import { connectionById, connectionName, teamOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';
import { operation } from './operation.ts';

const MOST = 200;

interface Ready {
  domains: string[];
  connection: string;
}

/** A connection alone was named: it is the domains that are asked for. */
const fromConnection = (facts: Facts) => facts.connection !== null && facts.domain === null;

const linkable = state(['Verified'], {
  'SSO off': (domain, facts) => `${domain.name} is linked to ${connectionName(facts, domain)} already.`,
  'SSO on': (domain, facts) =>
    `${domain.name} is linked to ${connectionName(facts, domain)} already, and SSO is on.`,
});

/** Links verified domains to a connection of the same team; SSO stays off until it is turned on. */
export const linkDomains = operation<Ready>({
  kind: 'domain.link',
  command: {
    verb: 'link',
    args: '<domain or connection> [connection]',
    summary: 'Link a domain to a connection, or several to one',
  },
  subject: 'domainOrConnection',
  second: 'connection',
  right: 'admin',
  title: 'Link domain',
  submit: 'Link domain',
  fields: [
    {
      name: 'domain',
      label: 'Domain',
      type: 'search',
      among: 'verifiedDomains',
      when: (facts) => !fromConnection(facts),
      initial: ({ domain }) => (domain ? { value: domain.id, label: domain.name } : undefined),
    },
    {
      name: 'domains',
      label: 'Domains',
      hint: 'Verified domains that are not linked yet.',
      type: 'search',
      among: 'verifiedDomains',
      many: true,
      when: fromConnection,
    },
    {
      name: 'connection',
      label: 'Connection',
      type: 'choice',
      options: ({ connections }) => connections.map(({ id, name }) => ({ value: id, label: name })),
      initial: ({ connection, connections }) => connection?.id ?? only(connections)?.id,
    },
  ],
  before: [someConnection, linkable],
  looksAt: ['connections'],
  input: z
    .object({
      domain: id.nullish(),
      domains: z.array(id).max(MOST, `Choose at most ${MOST} domains.`).nullish(),
      connection: id.nullish(),
    })
    .transform(({ domain, domains, connection }, context): Ready => {
      const chosen = [...new Set([...(domain ? [domain] : []), ...(domains ?? [])])];
      const issue = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [field], message });
      if (chosen.length === 0) issue(domains ? 'domains' : 'domain', 'Choose a verified domain.');
      if (!connection) issue('connection', 'Choose a connection.');
      return { domains: chosen, connection: connection ?? '' };
    }),
  asks: ({ domains, connection }) => ({ domainIds: domains, connectionId: connection }),
  requires: [known, eachLinkable],
  approval: null,
  act: (facts, ready) =>
    `Link ${listed(chosen(facts, ready).map(({ name }) => name))} to ${nameOf(facts, ready)}`,
  about: (facts, ready) => {
    const [first, ...more] = chosen(facts, ready);
    return first && more.length === 0
      ? { id: first.id, name: first.name }
      : { id: ready.connection, name: nameOf(facts, ready) };
  },
  entries: (facts, ready) =>
    chosen(facts, ready).map(({ name }) => ({ name, act: `Link ${name} to ${nameOf(facts, ready)}` })),
  effects: (facts, ready, context) => {
    const domains = chosen(facts, ready);
    return [
      {
        type: 'domains.change',
        changes: domains.map(({ id }) => ({ id, state: 'SSO off', connectionId: ready.connection })),
      },
      ...announce(context, teamOf(facts).id, [
        'linked ',
        { bold: listed(domains.map(({ name }) => name)) },
        ` to ${nameOf(facts, ready)}`,
      ]),
    ];
  },
  done: (facts, ready) => {
    const [first, ...more] = chosen(facts, ready);
    const testers = first && more.length === 0 ? first.testUsers.length : 0;
    const what =
      first && more.length === 0 ? `${first.name} is` : `${counted(more.length + 1, 'domain')} are`;
    const tested = connectionById(facts, ready.connection)?.tested;
    const args = { domain: first?.id };
    return say(
      `${what} linked to ${nameOf(facts, ready)}. SSO stays off until you turn it on.${testers > 0 ? ` ${testUsers(testers)} can sign in by SSO already.` : ''}`,
      [
        tested
          ? step.open('domain.on', args, { style: 'primary' })
          : step.do('connection.test', { connection: ready.connection }, { style: 'primary' }),
        step.open('domain.testers', args),
      ],
    );
  },
});

/** Domains the input names, as they are now. Others than the team's own are never among the facts. */
function chosen(facts: Facts, { domains }: Ready): DomainFact[] {
  return facts.domains.filter((domain) => domains.includes(domain.id));
}

function nameOf(facts: Facts, { connection }: Ready): string {
  return connectionById(facts, connection)?.name ?? 'a connection';
}

function only<T>(list: T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

function someConnection(facts: Facts): Refusal | null {
  if (facts.connections.length > 0 || facts.connection) return null;
  return {
    code: 'no-connection',
    text: 'This team has no connection to link to yet: create one first.',
    steps: [step.open('connection.add', { team: facts.team?.id })],
  };
}

/** Both sides of the link are still there and belong to one team. */
function known(facts: Facts, ready: Ready): Refusal | null {
  if (!connectionById(facts, ready.connection))
    return { code: 'connection-gone', text: 'This connection is not there any more: choose another one.' };
  if (chosen(facts, ready).length < ready.domains.length)
    return { code: 'domain-gone', text: 'One of these domains is not there any more: choose again.' };
  return null;
}

function eachLinkable(facts: Facts, ready: Ready): Refusal | null {
  for (const domain of chosen(facts, ready)) {
    const refusal = linkable({ ...facts, domain });
    if (refusal) return refusal;
  }
  return null;
}
