import { parseDomainName } from '../identity/domain-name.ts';
import { plainWords } from '../identity/words.ts';
import type { Asks, Operation, Reading, Subject } from '../operations/operation.ts';
import type { Question } from './facts/question.ts';
import type { Asker, Reference } from './service.ts';

/**
 * Turns what a command, button or modal names into a question for the facts.
 * Typed words are tried as what the operation is about; the last argument takes the rest of the line.
 * @param what the operation or reading: what it is about, and the right it needs
 * @param asker who asks, from where
 * @param reference ids from buttons, or words from a person
 * @param asks the rows the input names
 */
export function understand(
  { subject, right, kind }: What,
  asker: Asker,
  reference: Reference,
  asks: Asks = {},
): Question {
  return {
    workspaceId: asker.workspaceId,
    slackId: asker.slackId,
    channelId: asker.channelId,
    needsRole: right === 'admin' || right === 'adminOrApprover',
    mayRescue: kind === 'settings',
    teamId: reference.teamId,
    requestId: reference.requestId,
    domainIds: asks.domainIds ?? (reference.domainId ? [reference.domainId] : undefined),
    connectionId: asks.connectionId ?? reference.connectionId,
    otherTeamId: asks.otherTeamId,
    names: asks.names,
    email: asks.email,
    people: asks.people,
    ...named(subject, reference.words),
  };
}

/** As much of an operation or reading as says what its words may name, and which team is meant without any. */
export type What = Pick<Operation | Reading, 'kind' | 'right' | 'subject'>;

type Named = Pick<Question, 'domainName' | 'connectionName' | 'wholeName' | 'otherTeamName'>;

/** What a chat makes of a name that looks like an address: for a connection its words count, not where it leads. */
const LABELLED = /<https?:\/\/[^<>|]*\|([^<>]*)>/gi;

/** @returns the names among the words, as far as the subject has them */
export function named(subject: Subject, words: string | undefined): Named {
  const text = plainWords(words ?? '').trim();
  if (text === '' || subject === 'none' || subject === 'team' || subject === 'text') return {};
  const asName = plainWords((words ?? '').replace(LABELLED, '$1')).trim();
  if (subject === 'connection') return { connectionName: asName };
  const [first = '', ...others] = text.split(/\s+/);
  const domain = parseDomainName(first);
  const rest = others.join(' ');
  if (domain.ok) {
    return {
      domainName: domain.name,
      ...(rest !== '' && { connectionName: rest, otherTeamName: rest }),
      ...(subject === 'domainOrConnection' && { wholeName: asName }),
    };
  }
  return subject === 'domainOrConnection' ? { connectionName: asName } : {};
}
