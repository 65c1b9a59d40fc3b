import { problemsOf } from '../../identity/certificates.ts';
import { presetOf } from '../../identity/presets.ts';
import type { CertificateFact, ConnectionFact, Facts } from '../../service/facts/facts.ts';
import type { TestRow } from '../../service/lists/lists.ts';
import type { Document, Part, Piece, Words } from '../../words/document.ts';
import { counted } from '../common/counted.ts';
import { connectionNextSteps } from '../common/next-steps.ts';
import { step } from '../common/steps.ts';
import { beginningOf, judged } from '../connections/certificates.ts';
import { testWords } from '../connections/impact.ts';
import { removable } from '../remove-certificate.ts';
import { requestParts } from './requests.ts';

/** Domains named before the rest is only counted. */
const NAMED = 10;

/**
 * How a connection stands: whether it was tested, what is linked, its certificates.
 * @param facts the person, the team and what is open
 * @param connection the connection
 * @param test its last test sign-in, if there was one
 */
export function connectionScreen(facts: Facts, connection: ConnectionFact, test: TestRow | null): Document {
  const admin = facts.team?.admin === true;
  const role = admin || facts.team?.approver === true;
  const open = facts.open.filter(({ subjectId }) => subjectId === connection.id);
  const spare = removable(connection, facts.now);
  const parts: Part[] = [
    { type: 'heading', text: connection.name },
    { type: 'fields', rows: figures(connection, test) },
    { type: 'text', words: meaning(connection) },
    ...linked(connection),
    { type: 'heading', text: 'Certificates' },
    ...connection.certificates.flatMap((one) => [
      certificatePart(one, facts.now),
      ...(admin && spare.includes(one) ? [removal(connection, one)] : []),
    ]),
    ...(role ? open.flatMap((request) => requestParts(facts, request)) : []),
  ];
  if (admin)
    parts.push({
      type: 'steps',
      steps: [...connectionNextSteps(connection), step.show('history', { connection: connection.id })],
    });
  const tested = connection.tested ? 'tested' : 'not tested';
  return { text: `${connection.name}: ${tested}, ${counted(connection.domainCount, 'domain')}`, parts };
}

function figures(connection: ConnectionFact, test: TestRow | null): [string, Words][] {
  const { provider, entityId, ssoUrl, ssoBinding, metadataUrl, testedAt } = connection;
  return [
    ['Identity provider', providerName(provider)],
    ['Entity ID', entityId],
    ['Sign-on URL', `${ssoUrl} (${ssoBinding === 'post' ? 'HTTP-POST' : 'HTTP-Redirect'})`],
    ...(metadataUrl ? [['Metadata URL', metadataUrl] as [string, Words]] : []),
    ['Last test', test ? testedWords(connection, test) : 'None yet'],
    ...(testedAt && !test?.passed ? [['Last passed test', { time: testedAt }] as [string, Words]] : []),
  ];
}

/** A pass is evidence for exactly the configuration it was made with. */
function testedWords(
  { configHash }: ConnectionFact,
  { at, slackId, passed, configHash: of }: TestRow,
): Piece[] {
  const standing =
    of === configHash ? 'with the present configuration' : 'stale: the configuration has changed since';
  return [passed ? 'Passed ' : 'Failed ', { time: at }, ', by ', { person: slackId }, ` (${standing})`];
}

/** Told apart by the fingerprint, for a screen reader too. */
function removal(connection: ConnectionFact, certificate: CertificateFact): Part {
  const label = `Remove certificate ${beginningOf(certificate.fingerprint)}`;
  const args = { connection: connection.id, certificate: certificate.id };
  return { type: 'steps', steps: [step.open('certificate.remove', args, { label })] };
}

function meaning(connection: ConnectionFact): string {
  const { tested, ssoOn, domainCount } = connection;
  if (!tested)
    return `${testWords(connection)} Until it does, SSO cannot be turned on for ${domainCount === 0 ? 'a domain linked to it' : 'its domains'}.`;
  if (ssoOn.domains === 0)
    return domainCount === 0
      ? 'It works, and no domain is linked to it yet.'
      : 'It works; SSO is on for none of its domains.';
  return `It works; SSO is on for ${counted(ssoOn.domains, 'domain')}, ${counted(ssoOn.people, 'person', 'people')} in all.`;
}

function linked({ domains, domainCount }: ConnectionFact): Part[] {
  if (domainCount === 0) return [];
  const shown = domains.slice(0, NAMED);
  const more = domainCount - shown.length;
  return [
    { type: 'heading', text: 'Domains' },
    { type: 'list', items: shown.map(({ name, state }) => ({ words: `${name} · ${state}` })) },
    ...(more > 0 ? [{ type: 'note', words: `And ${counted(more, 'further domain')}.` } as const] : []),
  ];
}

function certificatePart(certificate: CertificateFact, now: Date): Part {
  const { subject, issuer, fingerprint, validFrom, validUntil, lastUsedAt } = certificate;
  const problems = problemsOf(judged(certificate), now).map(({ words }) => words);
  return {
    type: 'fields',
    rows: [
      ['Subject', subject || '–'],
      ['Issuer', issuer || '–'],
      ['SHA-256 fingerprint', { code: fingerprint }],
      ['Valid', [{ time: validFrom }, ' to ', { time: validUntil }]],
      ['Last used', lastUsedAt ? { time: lastUsedAt } : 'Not yet'],
      ...(problems.length > 0 ? [['Mind', problems.join(' ')] as [string, Words]] : []),
    ],
  };
}

/** What is the last choice of a list reads oddly where there is none. */
function providerName(provider: string): string {
  const preset = presetOf(provider);
  return preset.id === 'other' ? 'Another one' : preset.name;
}
