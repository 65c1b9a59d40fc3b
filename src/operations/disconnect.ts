import { z } from 'zod';
import { hasUnseen, plainWords, unquoted } from '../identity/words.ts';
import type { Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { counted, listed } from './common/counted.ts';
import { reason, reasonField, typed } from './common/inputs.ts';
import { teamOf } from './common/lookup.ts';
import { contact } from './common/requirements.ts';
import { step } from './common/steps.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { connectionImpact } from './connections/impact.ts';
import { theConnection } from './connections/subject.ts';
import type { Refusal } from './operation.ts';

const disconnectInput = z.object({ reason, confirm: typed });

/** Deletes a connection to which nothing is linked. */
export const disconnect = connectionOperation<z.infer<typeof disconnectInput>, { reason: string }>({
  kind: 'connection.delete',
  command: { verb: 'disconnect', args: '<connection>', summary: 'Delete a connection' },
  title: 'Delete connection',
  submit: 'Delete connection',
  fields: [reasonField, { name: 'confirm', label: 'Type the name to confirm', type: 'text', max: 200 }],
  intro: ({ connection }) =>
    connection && say(['This deletes the connection ', { bold: connection.name }, ' and its certificates.']),
  input: disconnectInput,
  before: [nothingLinked],
  requires: [],
  async prepare(connection, input) {
    if (!confirmsName(input.confirm, connection.name))
      return { ok: false, errors: { confirm: `Type ${connection.name} to confirm.` } };
    return { ok: true, ready: { reason: input.reason } };
  },
  impact: (connection) => connectionImpact(connection, ['Its identity provider is forgotten here.']),
  approval: 1,
  boundTo: (facts) => {
    const { name, entityId } = theConnection(facts);
    return { name, entityId };
  },
  checks: () => ['No domain is linked to it.'],
  act: (facts) => `Delete the connection ${theConnection(facts).name}`,
  reason: (ready) => ready.reason,
  effects: (facts, ready, context) => [
    { type: 'connections.remove', id: theConnection(facts).id },
    ...announce(context, teamOf(facts).id, ['deleted the connection ', theConnection(facts).name], {
      reason: ready.reason,
    }),
  ],
  done: (facts) => say(['The connection ', { bold: theConnection(facts).name }, ' was deleted.']),
});

/** Whether the typed words are the name; case, quotes and spaces around do not matter. */
function confirmsName(words: string, name: string): boolean {
  const key = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').toLowerCase();
  return (
    !hasUnseen(words) && [words, unquoted(plainWords(words))].some((said) => key(said.trim()) === key(name))
  );
}

/** No domain is linked; names those that are, and offers the step that frees the first. */
function nothingLinked(facts: Facts): Refusal | null {
  const { connection } = facts;
  if (!connection || connection.domainCount === 0) return null;
  const { name, domains, domainCount, ssoOn } = connection;
  if (ssoOn.domains > 0) {
    const on = domains.filter(({ state }) => state === 'SSO on');
    const named = on.length > 0 ? listed(on.map((domain) => domain.name)) : counted(ssoOn.domains, 'domain');
    return {
      code: 'sso-on',
      text: `SSO is on for ${named}, linked to ${name}: turn off SSO first, or contact support${contact(facts)}.`,
      steps: on.slice(0, 1).map(({ id }) => step.open('domain.off', { domain: id })),
    };
  }
  const named = domains.slice(0, 5).map((domain) => domain.name);
  const more = domainCount - named.length;
  const all = more > 0 ? `${named.join(', ')} and ${more.toLocaleString('en-US')} more` : listed(named);
  return {
    code: 'linked',
    text: `${all} ${domainCount === 1 ? 'is' : 'are'} linked to ${name}: unlink ${domainCount === 1 ? 'it' : 'them'} first.`,
    steps: domains.slice(0, 1).map(({ id }) => step.open('domain.unlink', { domain: id })),
  };
}
