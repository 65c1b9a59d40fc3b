import type { DomainState } from '../../../db/schema.ts';
import type { RequestFact } from '../facts/facts.ts';

/** What readings may ask for beside the facts. Each is one prepared read, by keyset, at most `PAGE` rows. */
export interface Lists {
  domains(teamId: string, after?: string): Promise<Page<DomainRow>>;
  /** The accounts with an address of the domain; none while it is Unverified, for then they are not the team's. */
  users(domainId: string, after?: string): Promise<Page<UserRow>>;
  /** Open requests, the oldest first. */
  requests(teamId: string, after?: string): Promise<Page<RequestFact>>;
  /** The audit trail, the newest first; with a name only what was done to what bears exactly this name. */
  history(teamId: string, name: string | null, after?: string): Promise<HistoryPage>;
  /** A page of the domains and the first of the open requests in one read, for the screens that show both. */
  overview(teamId: string, after?: string): Promise<Overview>;
  /** The last test sign-in at a connection, passed or not; null when there was none. */
  lastTest(connectionId: string): Promise<TestRow | null>;
  /** The audit trail as the text of a CSV file, the oldest entry first, a piece at a time. */
  historyCsv(teamId: string, name: string | null): AsyncIterable<string>;
}

export const PAGE = 10;

/** `next` is the keyset position to go on from, absent at the end. */
export interface Page<Row> {
  rows: Row[];
  next?: string;
}

/** Entries of the audit trail; `name` is what they are about, null for everything. */
export interface HistoryPage extends Page<AuditRow> {
  name: string | null;
}

export interface Overview {
  domains: Page<DomainRow>;
  requests: Page<RequestFact>;
}

export interface DomainRow {
  id: string;
  name: string;
  state: DomainState;
  connectionId: string | null;
  connectionName: string | null;
  people: number;
}

export interface UserRow {
  email: string;
  firstName: string;
  lastName: string;
  hasPassword: boolean;
  hasIdentity: boolean;
  viaDomain: boolean;
  signedInAt: Date | null;
}

export interface TestRow {
  at: Date;
  /** Who tested: a Slack id. */
  slackId: string;
  passed: boolean;
  /** The configuration that was tested; equal to the connection's own: the result is about the present one. */
  configHash: string;
}

export interface AuditRow {
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  outcome: string;
  subjectName: string;
  /** The entry's own words: `act`, `reason`, `note`, as far as it has them. */
  detail: { act?: string; reason?: string | null; note?: string | null };
}
