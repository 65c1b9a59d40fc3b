import type { ConnectionFact, DomainFact, Facts } from '../service/facts/facts.ts';
import type { Document, Part, Step } from '../words/document.ts';
import { say } from '../words/document.ts';
import { connectionById, connectionName } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { stepByStep } from './common/step-by-step.ts';
import { step } from './common/steps.ts';
import { reading } from './operation.ts';

/** Choices offered at once; a team has at most 25 connections. */
const MOST = 25;

/** Leads a domain to another connection of the team: what is to be done in which order, and the next step. */
export const relink = reading({
  kind: 'domain.relink',
  command: { verb: 'relink', args: '<domain> [connection]', summary: 'Move a domain to another connection' },
  subject: 'domain',
  second: 'connection',
  right: 'admin',
  title: 'Relink domain',
  requires: [state(['Verified', 'SSO off', 'SSO on'])],
  async show(facts, _more, args) {
    const { domain } = facts;
    if (!domain) return say('Write the domain after the command, like /sso relink acme.com.');
    const target = connectionById(facts, args.connection) ?? facts.connection;
    return target ? way(facts, domain, target) : choice(facts, domain);
  },
});

function way(facts: Facts, domain: DomainFact, target: ConnectionFact): Document {
  const there = domain.connectionId === target.id;
  const args = { domain: domain.id, connection: target.id };
  const off = domain.state !== 'SSO on' || there;
  const unlinked = domain.state === 'Verified' || there;
  return stepByStep(
    `Relinking ${domain.name} to ${target.name}`,
    [
      {
        done: off,
        words: `Turn off SSO for ${domain.name}`,
        next: step.open('domain.off', { domain: domain.id }),
      },
      {
        done: unlinked,
        words: unlinked
          ? `Unlink ${domain.name}`
          : `Unlink ${domain.name} from ${connectionName(facts, domain)}`,
        next: step.open('domain.unlink', { domain: domain.id }),
      },
      { done: there, words: `Link ${domain.name} to ${target.name}`, next: step.open('domain.link', args) },
      {
        done: target.tested,
        words: `Test ${target.name} with its present configuration`,
        next: step.do('connection.test', { connection: target.id }),
      },
      {
        done: there && domain.state === 'SSO on',
        words: `Turn on SSO for ${domain.name}`,
        next: step.open('domain.on', { domain: domain.id }),
      },
    ],
    step.show('domain.relink', args, { label: 'Refresh' }),
  );
}

/** Which connection the domain shall go to. */
function choice(facts: Facts, domain: DomainFact): Document {
  const others = facts.connections.filter(({ id }) => id !== domain.connectionId).slice(0, MOST);
  if (others.length === 0)
    return say(`There is no other connection to relink ${domain.name} to yet: create one first.`, [
      step.open('connection.add', { team: facts.team?.id }),
    ]);
  const words = `Which connection shall ${domain.name} be linked to?`;
  const choose = (connection: ConnectionFact): Step =>
    step.show('domain.relink', { domain: domain.id, connection: connection.id }, { label: 'Choose' });
  const list: Part = {
    type: 'list',
    items: others.map((connection) => ({ words: connection.name, step: choose(connection) })),
  };
  return { text: words, parts: [{ type: 'text', words }, list] };
}
