import type { DomainState } from '../../db/schema.ts';
import type { Facts } from '../service/facts/facts.ts';
import type { UserRow } from '../service/lists/lists.ts';
import type { ListItem, Part } from '../words/document.ts';
import { counted, people } from './common/counted.ts';
import { domainOf } from './common/lookup.ts';
import { pageParts } from './common/pages.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import { reading } from './operation.ts';
import { doubtParts } from './screens/doubts.ts';

/** Who has an address of a domain, and how each signs in. Only for who proved the domain is theirs. */
export const users = reading({
  kind: 'users',
  command: { verb: 'users', args: '<domain>', summary: 'Who signs in how' },
  subject: 'domain',
  right: 'adminOrApprover',
  title: 'Users',
  requires: [state(['Verified', 'SSO off', 'SSO on', 'Deleting'])],
  async show(facts, lists, { after }) {
    const domain = domainOf(facts);
    const { rows, next } = await lists.users(domain.id, after);
    const { total } = domain.people;
    const parts: Part[] = [
      { type: 'heading', text: `Users of ${domain.name}` },
      { type: 'fields', rows: figures(facts) },
      { type: 'list', items: rows.map((user) => userItem(user, domain.state)) },
      ...doubtParts(domain),
    ];
    parts.push(...pageParts('users', { domain: domain.id }, { after, next }, { on: 'More users' }));
    const steps = [
      ...(facts.team?.admin && domain.state !== 'Deleting'
        ? [step.open('user.invite', { domain: domain.id }), step.open('user.import', { domain: domain.id })]
        : []),
    ];
    if (steps.length > 0) parts.push({ type: 'steps', steps });
    return { text: `${domain.name}: ${people(total)}`, parts };
  },
});

function figures(facts: Facts): [string, string][] {
  const { people: count, testUsers, state: now } = domainOf(facts);
  return [
    ['State', now],
    ['People', count.total.toLocaleString('en-US')],
    ['With a password', count.withPassword.toLocaleString('en-US')],
    ['In this team', count.inTeam.toLocaleString('en-US')],
    ...(testUsers.length > 0 ? [['Test users', String(testUsers.length)] as [string, string]] : []),
    ...(count.otherTeams.length > 0
      ? [
          [
            'In other teams',
            count.otherTeams.map((team) => `${team.name} (${counted(team.people, 'member')})`).join(', '),
          ] as [string, string],
        ]
      : []),
  ];
}

/** How a person signs in as things stand: while SSO is on it is the only way, whoever has a password. */
function howOf({ hasIdentity, hasPassword }: UserRow, state: DomainState): string {
  if (state === 'SSO on') return hasIdentity ? 'signs in by SSO' : 'has not signed in by SSO yet';
  const ways = [...(hasIdentity ? ['SSO'] : []), ...(hasPassword ? ['password'] : [])];
  return ways.length > 0
    ? `signs in by ${ways.join(' or ')}`
    : 'has not signed in by SSO and has no password';
}

function userItem(user: UserRow, state: DomainState): ListItem {
  const name = `${user.firstName} ${user.lastName}`.trim();
  return {
    words: [
      { bold: name || user.email },
      ...(name ? [` · ${user.email}`] : []),
      ` · ${howOf(user, state)}`,
      ...(user.viaDomain ? [' · in the team through this domain'] : []),
      ...(user.signedInAt ? [' · last seen ', { time: user.signedInAt }] : []),
    ],
  };
}
