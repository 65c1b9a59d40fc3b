import type { DomainState } from '../../../db/schema.ts';
import type { ConnectionFact, DeletionFact } from '../../service/facts/facts.ts';
import type { Step } from '../../words/document.ts';
import { step } from './steps.ts';

/** What of a domain decides on its next steps. */
export interface Standing {
  id: string;
  state: DomainState;
  connectionId: string | null;
  deletion?: Pick<DeletionFact, 'status' | 'started'> | null;
  liveElsewhere?: object | null;
}

/**
 * What an admin can do next with a domain: first the step that leads on, then the others, the last resort at the end.
 * @param domain where it stands
 * @param connections the team's connections
 * @returns buttons; the first is the one to offer where there is room for one
 */
export function nextSteps(domain: Standing, connections: readonly ConnectionFact[]): Step[] {
  const args = { domain: domain.id };
  switch (domain.state) {
    case 'Unverified':
      return [
        // Another team proved the name first: looking for our record would change nothing.
        ...(domain.liveElsewhere ? [] : [step.do('domain.verify', args, { style: 'primary' })]),
        step.open('domain.delete', args),
      ];
    case 'Verified':
      return [
        connections.length > 0
          ? step.open('domain.link', args, { style: 'primary' })
          : step.open('connection.add', args, { style: 'primary' }),
        step.open('domain.jit', args),
        step.open('user.import', args),
        step.show('users', args),
        step.open('domain.move', args),
        step.open('domain.delete', args),
      ];
    case 'SSO off':
      return [
        ...leadOn(domain, connections),
        step.open('domain.testers', args),
        step.open('domain.jit', args),
        step.show('users', args),
        step.open('domain.relink', args),
        step.open('domain.unlink', args),
      ];
    case 'SSO on':
      return [
        step.open('domain.off', args),
        step.open('domain.jit', args),
        step.show('users', args),
        step.open('domain.relink', args),
      ];
    case 'Deleting':
      return [
        step.show('status', args, { label: 'Refresh' }),
        ...(domain.deletion?.status === 'Stuck'
          ? [step.do('deletion.retry', args, { style: 'primary' })]
          : []),
        ...(domain.deletion && !domain.deletion.started ? [step.do('deletion.cancel', args)] : []),
      ];
  }
}

/** Turning on needs a connection that passed a test with its present configuration; until then the test leads on. */
function leadOn({ id, connectionId }: Standing, connections: readonly ConnectionFact[]): Step[] {
  const connection = connections.find((one) => one.id === connectionId);
  if (!connection || connection.tested) return [step.open('domain.on', { domain: id }, { style: 'primary' })];
  return [step.do('connection.test', { connection: connection.id }, { style: 'primary' })];
}

/**
 * What an admin can do next with a connection.
 * @param connection the connection
 * @returns buttons; the first is the one to offer where there is room for one
 */
export function connectionNextSteps(
  connection: Pick<ConnectionFact, 'id' | 'tested' | 'domainCount'>,
): Step[] {
  const args = { connection: connection.id };
  const test = (style?: 'primary') => step.do('connection.test', args, { style });
  const link = (style?: 'primary') => step.open('domain.link', args, { label: 'Link domains', style });
  const leading = connection.tested ? [link('primary'), test()] : [test('primary'), link()];
  return [
    ...leading,
    step.show('connection.metadata', args),
    step.open('connection.edit', args),
    step.open('connection.renew', args),
    step.open('connection.delete', args),
  ];
}
