import type { RequestStatus } from '../../../db/schema.ts';
import type { Impact } from '../facts/facts.ts';
import type { Effect } from './effect.ts';

/** Versions that were read. The statement does nothing when one of them is no longer so. */
export interface Guards {
  teams: Versioned[];
  domains: Versioned[];
  connections: Versioned[];
  requests: Versioned[];
}

export interface Versioned {
  id: string;
  version: number;
}

/** What one statement does, all or nothing. */
export interface Write {
  workspaceId: string;
  now: Date;
  guards: Guards;
  effects: Effect[];
  addRequest?: NewRequest;
  changeRequest?: RequestChange;
  decision?: NewDecision;
  audit: AuditEntry[];
}

export interface NewRequest {
  id: string;
  teamId: string;
  kind: string;
  subjectId: string;
  subjectName: string;
  act: string;
  checks: string[];
  input: unknown;
  asks: unknown;
  bound: unknown;
  impact: Impact;
  reason: string | null;
  requester: string;
  needed: number;
  deadline: Date;
}

export interface RequestChange {
  id: string;
  status: RequestStatus;
  /** How many approvals it has from now on: those given by people who still may. */
  approvals: number;
  note?: string | null;
  endedBy?: string | null;
  errorRef?: string | null;
}

export interface NewDecision {
  requestId: string;
  requester: string;
  slackId: string;
  verdict: 'approve' | 'reject';
  comment: string | null;
}

/** One entry of a team's audit chain. `detail` is told in its own words and holds no secrets. */
export interface AuditEntry {
  teamId: string;
  actor: string;
  kind: string;
  outcome: string;
  subjectName: string;
  /** Given where the subject may change its name (see `lastingSubject`), so that the trail stays together. */
  subjectId?: string;
  detail: Record<string, unknown>;
}
