import type { Operation, Reading, Refusal } from '../operations/operation.ts';
import type { Document } from '../words/document.ts';
import type { Facts, PersonFact, TeamSummary } from './facts/facts.ts';

/** Who acts, from where. Slack ids only. */
export interface Asker {
  workspaceId: string;
  slackId: string;
  /** The channel the command was given in: it may say which team is meant. */
  channelId?: string;
}

/** What a command, button or modal names: ids from buttons, words from people, never both. */
export interface Reference {
  teamId?: string;
  domainId?: string;
  connectionId?: string;
  requestId?: string;
  /** Words typed after the command, to be understood as the operation's subject. */
  words?: string;
}

/** What came of a submit or a decision. Everything the person reads is in the document. */
export type Outcome =
  | { type: 'done'; document: Document }
  /** It waits for approval; `requestId` has a card. */
  | { type: 'asked'; requestId: string; document: Document }
  | { type: 'refused'; refusal: Refusal }
  /** Words under the fields of the modal, by field name. */
  | { type: 'errors'; errors: Record<string, string> }
  /** An immediate operation needs a domain or connection and none was named. */
  | { type: 'chooseSubject'; subject: 'domain' | 'connection' | 'domainOrConnection'; facts: Facts }
  /** Which team is meant cannot be told. */
  | { type: 'chooseTeam'; teams: TeamSummary[] };

/** What can be shown before anything is asked: the modal's facts, or why it cannot open. */
export type Opening =
  | { type: 'open'; facts: Facts }
  /** The operation needs a domain or connection and none was named: ask which, then open again with its id. */
  | { type: 'chooseSubject'; subject: 'domain' | 'connection' | 'domainOrConnection'; facts: Facts }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'chooseTeam'; teams: TeamSummary[] };

export type Shown =
  | { type: 'shown'; document: Document; facts: Facts }
  | { type: 'chooseSubject'; subject: 'domain' | 'connection' | 'domainOrConnection'; facts: Facts }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'chooseTeam'; teams: TeamSummary[] };

/** A file to hand to the person alone, in pieces; or why not. */
export type Exported =
  | { type: 'file'; name: string; title: string; pieces: AsyncIterable<string> }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'chooseTeam'; teams: TeamSummary[] };

/**
 * The domain service as its surfaces see it. It knows no Slack. A method throws only when
 * something is broken (`DatabaseUnavailable`, a bug); everything a person can cause is an outcome.
 */
export interface Service {
  /** Facts for an operation's modal: one read. Checks right and `before`. */
  open(operation: Operation, asker: Asker, reference: Reference): Promise<Opening>;
  /**
   * Carries out a change or asks for its approval: one read and one write.
   * @param input the modal's raw values by field name; checked by the operation's schema here
   */
  submit(operation: Operation, asker: Asker, reference: Reference, input: unknown): Promise<Outcome>;
  /** Looks for the TXT record of a domain because it is due, and does what the command would do. */
  lookForProof(domain: { workspaceId: string; teamId: string; domainId: string }): Promise<Outcome>;
  /** Approves, rejects or withdraws a request: one read and one write. Exactly one decision wins. */
  decide(
    asker: Asker,
    requestId: string,
    verdict: 'approve' | 'reject' | 'withdraw' | 'retry',
    comment: string | null,
  ): Promise<Outcome>;
  /** What may be decided and by whom, for the Approve and Reject modals: one read. */
  openDecision(asker: Asker, requestId: string, verdict: 'approve' | 'reject'): Promise<Opening>;
  /** Shows a reading. */
  show(
    reading: Reading,
    asker: Asker,
    reference: Reference,
    args: Record<string, string | undefined>,
  ): Promise<Shown>;
  /** The audit trail as a CSV file; words of the reference narrow it to what bears that name. */
  exportHistory(asker: Asker, reference: Reference): Promise<Exported>;
  /** Options of a search field while typing: at most 100. */
  search(
    asker: Asker,
    teamId: string,
    among: import('../operations/operation.ts').SearchAmong,
    words: string,
  ): Promise<{ value: string; label: string }[]>;
  /** Everything a card is drawn from. Null when there is no such request or deletion. */
  card(key: string): Promise<CardFacts | null>;
  /** Tells somebody by direct message, after all that was told them before. */
  tell(person: Pick<Asker, 'workspaceId' | 'slackId'>, document: Document): Promise<void>;
  /** Tells the admins of the teams whose notifications channel was archived or deleted. */
  channelLost(workspaceId: string, channelId: string): Promise<void>;
  people: PeopleStore;
}

/** What is known of people in Slack, so that no Slack call is needed to know rights. */
export interface PeopleStore {
  /** @returns the ids among these that are not known yet. */
  unknown(workspaceId: string, slackIds: string[]): Promise<string[]>;
  /** Keeps what Slack says of a person; a deactivated one loses every role by it. */
  keep(workspaceId: string, people: PersonFact[]): Promise<void>;
}

export type CardFacts =
  | {
      type: 'request';
      workspaceId: string;
      teamId: string;
      channelId: string;
      teamName: string;
      request: import('./facts/facts.ts').RequestFact;
      /** Slack ids of those who may still decide. */
      approvers: string[];
      act: string;
      checks: string[];
      /** What came of turning SSO off, while it is off: people who have a password, of how many, and the mail to them. */
      afterTurnOff?: {
        withPassword: number;
        people: number;
        mail: { sent: number; ended: boolean } | null;
      } | null;
    }
  | {
      type: 'deletion';
      workspaceId: string;
      teamId: string;
      channelId: string;
      teamName: string;
      domainName: string;
      domainId: string;
      deletion: import('./facts/facts.ts').DeletionFact;
    };
