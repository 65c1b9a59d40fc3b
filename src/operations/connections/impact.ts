import type { ConnectionFact, Impact } from '../../service/facts/facts.ts';
import { counted, people } from '../common/counted.ts';

/**
 * Whom a change of a connection touches: the people of its domains with SSO on.
 * @param connection the connection
 * @param lines what the change does, before the numbers
 */
export function connectionImpact(connection: ConnectionFact, lines: string[] = []): Impact {
  const { ssoOn } = connection;
  const touched =
    ssoOn.domains === 0
      ? 'SSO is on for none of its domains: nobody signs in through it now.'
      : `${people(ssoOn.people)} ${ssoOn.people === 1 ? 'signs' : 'sign'} in through it now, on ${counted(ssoOn.domains, 'domain')} with SSO on.`;
  const elsewhere =
    ssoOn.otherTeams.length > 0
      ? [`Some of them belong to ${counted(ssoOn.otherTeams.length, 'other team')} too.`]
      : [];
  return { people: ssoOn.people, teams: ssoOn.otherTeams, lines: [...lines, touched, ...elsewhere] };
}

/**
 * @param connection the connection
 * @returns how it stands with its test sign-in, for checks on a card
 */
export function testWords({ tested, testedAt }: ConnectionFact): string {
  const day = testedAt?.toISOString().slice(0, 10);
  if (tested) return `The present configuration passed a test sign-in${day ? ` on ${day}` : ''}.`;
  return testedAt
    ? 'The present configuration has changed since its last test sign-in.'
    : 'The present configuration has not passed a test sign-in.';
}
