import type { DomainState } from '../../../db/schema.ts';
import type { Document } from '../../words/document.ts';

/**
 * What shall be so. Operations return these, `effects/*.ts` turns each into a part of one statement.
 * Every change of a row raises its version; every insert selects from the guard, so that nothing
 * happens when what was read is no longer so.
 */
export type Effect =
  | { type: 'domains.add'; domains: NewDomain[] }
  | { type: 'domains.change'; changes: DomainChange[] }
  | { type: 'domains.remove'; ids: string[] }
  | { type: 'testUsers.set'; domainId: string; emails: string[] }
  | { type: 'connections.add'; connection: NewConnection }
  | { type: 'connections.change'; change: ConnectionChange }
  | { type: 'connections.remove'; id: string }
  | { type: 'certificates.add'; connectionId: string; teamId: string; certificates: NewCertificate[] }
  | { type: 'certificates.remove'; connectionId: string; ids: string[] }
  | { type: 'teams.add'; team: NewTeam }
  | { type: 'teams.change'; change: TeamChange }
  | { type: 'members.set'; teamId: string; members: NewMember[] }
  | { type: 'users.invite'; user: NewUser }
  /** Takes a doubtful sign-in off the list; `same`: its subject is bound to the account from now on. */
  | { type: 'doubts.settle'; domainId: string; doubtId: string; same: boolean }
  /** Mail to the people of a domain whose SSO was turned off, and the count of those who have a password again. */
  | { type: 'turnOffs.add'; turnOff: NewTurnOff }
  | { type: 'deletions.start'; deletion: NewDeletion }
  /** `by`: who cancels (Slack id); the request that started it is withdrawn. */
  | { type: 'deletions.cancel'; id: string; domainId: string; by: string }
  | { type: 'testLinks.add'; tokenHash: string; connectionId: string; slackId: string; expiresAt: Date }
  /** Tells every other team that holds the name Unverified that it is taken. */
  | { type: 'domains.tellLosers'; name: string; exceptDomainId: string }
  | Telling;

/** What goes out after the commit, by way of the outbox. */
export type Telling =
  /** Posts or edits the one card `request:<id>` or `deletion:<id>`; it is drawn from the state at that time. */
  | { type: 'tell.card'; key: CardKey }
  /** A reply in the card's thread; after `tell.card` of the same key. */
  | { type: 'tell.thread'; key: CardKey; document: Document }
  /** A message in the team's notifications channel. */
  | { type: 'tell.channel'; teamId: string; document: Document }
  /** A direct message; `about` a card adds the link to it. */
  | { type: 'tell.person'; teamId: string | null; slackId: string; document: Document; about?: CardKey }
  /** A queue job, enqueued by the relay once this is committed. */
  | { type: 'start.job'; name: JobName; data: Record<string, string> };

export type CardKey = `request:${string}` | `deletion:${string}`;
export type JobName = 'deletion' | 'turn-off-mail';

export interface NewDomain {
  id: string;
  teamId: string;
  name: string;
  token: string;
  /** Slack id. */
  addedBy: string;
  /** When its TXT record is looked for by itself; null: only when somebody asks. */
  lookAt: Date | null;
}

export interface DomainChange {
  id: string;
  state?: DomainState;
  connectionId?: string | null;
  jit?: boolean;
  verifiedAt?: Date;
  checkedAt?: Date;
  checkNote?: string | null;
  lookAt?: Date | null;
  looks?: number;
}

export interface NewConnection {
  id: string;
  teamId: string;
  name: string;
  provider: string;
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  metadataUrl: string | null;
  configHash: string;
}

export interface ConnectionChange {
  id: string;
  name?: string;
  provider?: string;
  entityId?: string;
  ssoUrl?: string;
  ssoBinding?: 'redirect' | 'post';
  metadataUrl?: string | null;
  configHash?: string;
}

/** A signing certificate as plain JSON: it waits in a request's input. Times in ISO 8601. */
export interface NewCertificate {
  id: string;
  fingerprint: string;
  der: string;
  subject: string;
  issuer: string;
  keyType: string;
  keyBits: number;
  validFrom: string;
  validUntil: string;
}

export interface NewTeam {
  id: string;
  workspaceId: string;
  name: string;
  channelId: string;
  approvalsNeeded: number;
  approvals: Record<string, number>;
}

export interface TeamChange {
  id: string;
  name?: string;
  channelId?: string;
  approvalsNeeded?: number;
  approvals?: Record<string, number>;
}

export interface NewMember {
  slackId: string;
  admin: boolean;
  approver: boolean;
}

export interface NewUser {
  email: string;
  domain: string;
  firstName: string;
  lastName: string;
  teamId: string;
  viaDomainId: string | null;
}

export interface NewTurnOff {
  id: string;
  teamId: string;
  domainId: string;
  requestId: string | null;
  /** Whether its people are written to; by the job `turn-off-mail`. */
  mail: boolean;
}

export interface NewDeletion {
  id: string;
  teamId: string;
  domainId: string;
  domainName: string;
  requestId: string | null;
  askedBy: string;
  total: number;
  /** Nobody is released before. */
  beginsAt: Date;
}
