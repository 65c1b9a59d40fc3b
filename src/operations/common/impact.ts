import type { DomainFact, Facts, Impact } from '../../service/facts/facts.ts';
import { listed, people, testUsers } from './counted.ts';
import { teamOf } from './lookup.ts';

/**
 * Whom turning SSO on or off touches, in numbers: everyone with an address of the domain, in other teams too.
 * @param facts what was read
 * @param domain the domain
 * @param to the state it will have
 */
export function signInChange(facts: Facts, domain: DomainFact, to: 'SSO on' | 'SSO off'): Impact {
  const { total, otherTeams } = domain.people;
  const lines = total === 0 ? [`Nobody has an account with an address of ${domain.name} yet.`] : [];
  if (total > 0) lines.push(...(to === 'SSO off' ? backToPasswords(domain) : overToSso(facts, domain)));
  if (otherTeams.length > 0) {
    const named = otherTeams.map((team) => `${team.name} (${people(team.people)})`);
    lines.push(`Other teams have people of this domain too: ${listed(named, 20)}.`);
  }
  return { people: total, teams: otherTeams.map((team) => team.teamId), lines };
}

function backToPasswords({ people: { total, withPassword } }: DomainFact): string[] {
  const without = total - withPassword;
  return [
    `${people(total)} ${total === 1 ? 'signs' : 'sign'} in by SSO today.`,
    `${people(withPassword)} ${withPassword === 1 ? 'has a password and goes' : 'have a password and go'} back to it.`,
    `${people(without)} ${without === 1 ? 'has' : 'have'} no password and must create one, by “FORGOT?” on the sign-in page.`,
  ];
}

function overToSso(facts: Facts, { people: { total, withPassword, inTeam }, jit }: DomainFact): string[] {
  const lines = [
    `${people(total)} will sign in by SSO only.`,
    `${people(withPassword)} ${withPassword === 1 ? 'has' : 'have'} a password, which stops working at once.`,
  ];
  const outside = Math.max(0, total - inTeam);
  if (outside > 0) {
    const then = jit
      ? 'SSO lets them in with their first sign-in'
      : 'they cannot sign in until they are invited';
    lines.push(
      `${people(outside)} ${outside === 1 ? 'is' : 'are'} not in the team ${teamOf(facts).name}: ${then}.`,
    );
  }
  return lines;
}

/**
 * Whom unlinking touches: with SSO off that is the test users alone.
 * @param domain a linked domain
 */
export function unlinking(domain: DomainFact): Impact {
  const testers = domain.testUsers.length;
  return {
    people: testers,
    teams: [],
    lines: [
      'Nobody signs in by SSO with this domain while it is off; passwords stay as they are.',
      ...(testers > 0
        ? [`${testUsers(testers)} can no longer sign in by SSO until it is linked again.`]
        : []),
      `${domain.name} stays verified and stays in the team; no other team can verify it.`,
    ],
  };
}

/**
 * Whom deleting touches: the team's people with an address of the domain.
 * @param facts what was read
 * @param domain the domain
 */
export function releasing(facts: Facts, domain: DomainFact): Impact {
  if (domain.state === 'Unverified')
    return { people: 0, teams: [], lines: ['It was never verified: nobody is touched.'] };
  const { inTeam } = domain.people;
  return {
    people: inTeam,
    teams: [],
    lines: [
      inTeam === 0
        ? `Nobody in ${teamOf(facts).name} has an address of ${domain.name}.`
        : `${people(inTeam)} in ${teamOf(facts).name} with an address of ${domain.name} ${inTeam === 1 ? 'loses the SSO identity and the membership' : 'lose the SSO identities and the memberships'} held through it.`,
      'Accounts and passwords stay.',
      `Then any team may add ${domain.name}.`,
    ],
  };
}
