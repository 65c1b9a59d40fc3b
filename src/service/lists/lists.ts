import type { DomainState } from '../../../db/schema.ts';
import type { RequestFact } from '../facts/facts.ts';

/** What readings may ask for beside the facts. Each is one prepared read, by keyset, at most `PAGE` rows. */
export interface Lists {
  domains(teamId: string, after?: string): Promise<Page<DomainRow>>;
  users(domainId: string, after?: string): Promise<Page<UserRow>>;
  requests(teamId: string, after?: string): Promise<Page<RequestFact>>;
  history(teamId: string, name: string | null, after?: string): Promise<Page<AuditRow>>;
}

export const PAGE = 10;

/** `next` is the keyset position to go on from, absent at the end. */
export interface Page<Row> {
  rows: Row[];
  next?: string;
}

export interface DomainRow {
  id: string;
  name: string;
  state: DomainState;
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
