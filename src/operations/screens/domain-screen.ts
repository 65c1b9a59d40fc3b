import type { DeletionFact, DomainFact, Facts } from '../../service/facts/facts.ts';
import type { Document, Part, Words } from '../../words/document.ts';
import { counted, listed, people } from '../common/counted.ts';
import { lookedAgain } from '../common/looking.ts';
import { connectionName } from '../common/lookup.ts';
import { nextSteps } from '../common/next-steps.ts';
import { recordToCopy } from '../common/proof.ts';
import { step } from '../common/steps.ts';
import { requestParts } from './requests.ts';

/**
 * How a domain stands.
 * @param facts the person, the team and what is open
 * @param domain the domain
 */
export function domainScreen(facts: Facts, domain: DomainFact): Document {
  const admin = facts.team?.admin === true;
  const role = admin || facts.team?.approver === true;
  const open = facts.open.filter(({ subjectId }) => subjectId === domain.id);
  const parts: Part[] = [
    { type: 'heading', text: domain.name },
    { type: 'fields', rows: figures(facts, domain) },
    { type: 'text', words: meaning(facts, domain) },
    ...proof(domain),
    ...(domain.deletion ? deletionParts(domain.deletion) : []),
    // What waits is told to those who ask and decide.
    ...(role ? open.flatMap((request) => requestParts(facts, request)) : []),
  ];
  const steps = admin
    ? [...nextSteps(domain, facts.connections), step.show('history', { domain: domain.id })]
    : domain.state === 'Deleting'
      ? [step.show('status', { domain: domain.id }, { label: 'Refresh' })]
      : [];
  if (steps.length > 0) parts.push({ type: 'steps', steps });
  return { text: `${domain.name}: ${domain.state}`, parts };
}

function figures(facts: Facts, domain: DomainFact): [string, Words][] {
  const { state, jit, testUsers, people: count, verifiedAt } = domain;
  const rows: [string, Words][] = [['State', { bold: state }]];
  if (facts.team) rows.push(['Team', facts.team.name]);
  if (domain.connectionId) rows.push(['Connection', connectionName(facts, domain)]);
  if (state === 'Unverified') return rows;
  rows.push([
    'People',
    `${count.total.toLocaleString('en-US')}, ${count.withPassword.toLocaleString('en-US')} with a password`,
  ]);
  if (verifiedAt) rows.push(['Verified', { time: verifiedAt }]);
  if (state === 'Deleting') return rows;
  rows.push([
    'Just-in-time provisioning',
    jit ? 'On: a first SSO sign-in makes the account' : 'Off: new people are invited',
  ]);
  if (testUsers.length > 0) rows.push(['Test users', String(testUsers.length)]);
  // Told like everything about people to those who have a role in the team.
  if (domain.doubts && domain.doubts.length > 0 && (facts.team?.admin || facts.team?.approver))
    rows.push(['Doubtful sign-ins', `${domain.doubts.length}, to be looked at in Users`]);
  if (count.otherTeams.length > 0)
    rows.push([
      'Other teams with its people',
      listed(
        count.otherTeams.map(({ name }) => name),
        20,
      ),
    ]);
  return rows;
}

function meaning(facts: Facts, domain: DomainFact): Words {
  const { name, state, people: count, deletion, liveElsewhere } = domain;
  const connection = facts.connections.find(({ id }) => id === domain.connectionId);
  switch (state) {
    case 'Unverified':
      return liveElsewhere
        ? `Another team has verified ${name}, so it cannot be verified here. Delete it, or contact the other team.`
        : `Nobody has proved yet that ${name} is yours. Publish this TXT record in its DNS, then verify it.`;
    case 'Verified':
      return `${name} is yours, and linked to no connection: its people sign in with passwords. Link it to a connection next.`;
    case 'SSO off':
      return connection && !connection.tested
        ? `It is linked to ${connection.name}, and its people sign in with passwords. Test ${connection.name} before you turn SSO on.`
        : `It is linked to ${connectionName(facts, domain)}, and its people sign in with passwords until SSO is turned on.`;
    case 'SSO on':
      return `${people(count.total)} with an address of ${name} ${count.total === 1 ? 'signs' : 'sign'} in through ${connectionName(facts, domain)}; passwords do not work.`;
    case 'Deleting':
      return deletion?.started === false
        ? 'It is about to be deleted. Until the first people are released the deletion can be cancelled.'
        : 'It is being deleted: its people lose their SSO identities and the memberships they hold through it. Accounts and passwords stay.';
  }
}

function proof(domain: DomainFact): Part[] {
  if (domain.state !== 'Unverified' || domain.liveElsewhere) return [];
  const last: Words = domain.checkedAt
    ? ['Last looked for ', { time: domain.checkedAt }, domain.checkNote ? `: ${domain.checkNote}` : '.']
    : 'Not looked for yet.';
  return [
    ...recordToCopy(domain),
    { type: 'note', words: last },
    ...(domain.lookAt ? [lookedAgain(domain.lookAt)] : []),
  ];
}

/**
 * The figures of a deletion, the same as on its card.
 * @param deletion a deletion that runs or is stuck
 */
export function deletionParts(deletion: DeletionFact): Part[] {
  const { released, total, status, problem, movedAt } = deletion;
  const words = `${released.toLocaleString('en-US')} of ${counted(total, 'person', 'people')} released`;
  return [
    { type: 'progress', done: released, total, words },
    status === 'Stuck'
      ? { type: 'text', words: `It is stuck${problem ? `: ${problem}` : '.'}` }
      : { type: 'note', words: ['Last moved ', { time: movedAt }, '.'] },
  ];
}
