import type { DomainState, RequestStatus } from '../../../db/schema.ts';

/**
 * Everything a decision rests on, read by one prepared statement. Operations look at facts and
 * nothing else; each row carries the version that the write guards.
 */
export interface Facts {
  now: Date;
  workspaceId: string;
  person: PersonFact;
  /** The team in question: of the named domain or connection, of the channel, or the person's only one. */
  team: TeamFact | null;
  /** Teams of this workspace in which the person has a role, by name. */
  teams: TeamSummary[];
  /** All teams of the workspace. A change looks at them only when it says so in `looksAt`, or there is no team. */
  workspaceTeams: TeamSummary[];
  /** The named domain, or the first of `domains`. */
  domain: DomainFact | null;
  /** Every domain the input names, by name. */
  domains: DomainFact[];
  connection: ConnectionFact | null;
  /** The connections that `domains` are linked to. */
  linked: ConnectionFact[];
  /** The team's connections by name; at most 25. A change looks at them only when it says so in `looksAt`. */
  connections: ConnectionFact[];
  /** Open requests of the team, on the domain, the connection or the team itself. */
  open: RequestFact[];
  /** What is known of each domain name the input gives (`add`, `invite`), whether a row has it or not. */
  names: NameFact[];
  /** The other team an input names (`move`); `names` then speaks of that team for the domain. */
  otherTeam: TeamFact | null;
  /** The account with the address the input gives. */
  user: { id: number; email: string; inTeam: boolean } | null;
  /** People the input names, as far as they are known. */
  named: PersonFact[];
  /** The request that is being decided, when one is. */
  request: RequestFact | null;
  /** The words after the command that named nothing known, with the nearest names there are. */
  unknown: { words: string; near: { kind: 'domain' | 'connection'; id: string; name: string }[] } | null;
  /** What this installation hands out and whom its refusals name. */
  installation: {
    publicUrl: string;
    supportContact: string | null;
    /** How long a deletion waits before it releases anybody, so that it can be cancelled; ten seconds unless said. */
    deletionGraceMs?: number;
    /** Whether mail can be sent. */
    mail?: boolean;
  };
  /** Figures of the whole team, for lists. */
  figures: { domains: number };
}

export interface PersonFact {
  slackId: string;
  name: string;
  timeZone: string;
  slackAdmin: boolean;
  guest: boolean;
  deactivated: boolean;
}

export interface TeamSummary {
  id: string;
  name: string;
  admin: boolean;
  approver: boolean;
}

export interface TeamFact {
  id: string;
  workspaceId: string;
  name: string;
  channelId: string;
  /** Its channel did not take our messages when last tried. */
  channelTrouble: boolean;
  /** People needed, by kind of change; see `peopleNeeded`. */
  approvals: Record<string, number>;
  approvalsNeeded: number;
  version: number;
  /** The asker's own roles. */
  admin: boolean;
  approver: boolean;
  /** Slack ids, deactivated people left out. */
  admins: string[];
  approvers: string[];
}

export interface DomainFact {
  id: string;
  name: string;
  state: DomainState;
  connectionId: string | null;
  jit: boolean;
  token: string;
  version: number;
  addedAt: Date;
  verifiedAt: Date | null;
  checkedAt: Date | null;
  checkNote: string | null;
  /** When its TXT record is looked for by itself; null: only when somebody asks. */
  lookAt: Date | null;
  /** Looks in a row that got no answer. */
  looks: number;
  testUsers: string[];
  people: PeopleFact;
  /** The team that has the name live (verified or later), when it is another one. */
  liveElsewhere: { teamId: string; teamName: string; workspaceId: string } | null;
  deletion: DeletionFact | null;
  /** Sign-ins that wait for an admin's word, the newest first, at most 10; none when left out. */
  doubts?: DoubtFact[];
}

/** A sign-in that waits for an admin to say whose account is meant. */
export interface DoubtFact {
  /** Stands for connection and subject together. */
  id: string;
  connectionName: string;
  /**
   * `address-of-another`: refused, since the account is bound to another subject; `new-address-taken`: signed in with
   * the old address; `subject-of-another`: refused, since nothing but the objectGUID says that it is who was bound to it.
   */
  reason: 'address-of-another' | 'new-address-taken' | 'subject-of-another';
  /** The address that was sent, and whose account has it. */
  email: string;
  /** The name that was sent, and the name of the account. */
  name: string;
  accountName: string;
  times: number;
  lastAt: Date;
}

/** A domain name that an input gives: who has it. */
export interface NameFact {
  name: string;
  /** The row the team itself has, if any. */
  own: { id: string; state: DomainState; version: number } | null;
  /** The team that has the name live, when it is another one. */
  liveElsewhere: { teamId: string; teamName: string; workspaceId: string } | null;
}

/** Who has an address of the domain, from counters. */
export interface PeopleFact {
  total: number;
  withPassword: number;
  /** Members with an address of this domain, by team; only teams other than the owner, at most 20 named. */
  otherTeams: { teamId: string; name: string; people: number }[];
  inTeam: number;
}

export interface DeletionFact {
  id: string;
  requestId: string | null;
  /** Slack id of who asked for it. */
  askedBy: string;
  status: 'Running' | 'Stuck' | 'Cancelled' | 'Done';
  total: number;
  released: number;
  problem: string | null;
  started: boolean;
  /** Nobody is released before, so that there is time to cancel; null: at once. */
  beginsAt: Date | null;
  movedAt: Date;
}

export interface ConnectionFact {
  id: string;
  name: string;
  provider: string;
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  metadataUrl: string | null;
  configHash: string;
  /** The present configuration passed a test sign-in. */
  tested: boolean;
  testedAt: Date | null;
  version: number;
  certificates: CertificateFact[];
  /** Linked domains by name, at most 20; `domainCount` is all of them. */
  domains: { id: string; name: string; state: DomainState }[];
  domainCount: number;
  /** Its domains with SSO on, from counters: how many, their people, and other teams that have some of these. */
  ssoOn: { domains: number; people: number; otherTeams: string[] };
}

export interface CertificateFact {
  id: string;
  fingerprint: string;
  subject: string;
  issuer: string;
  keyType: string;
  keyBits: number;
  validFrom: Date;
  validUntil: Date;
  lastUsedAt: Date | null;
}

export interface RequestFact {
  id: string;
  teamId: string;
  kind: string;
  subjectId: string;
  subjectName: string;
  /** The act in a few words: "Turn off SSO for acme.com". */
  act: string;
  /** What was checked when it was asked. */
  checks: string[];
  input: unknown;
  bound: unknown;
  impact: Impact;
  reason: string | null;
  requester: string;
  needed: number;
  approvals: number;
  status: RequestStatus;
  note: string | null;
  endedBy: string | null;
  errorRef: string | null;
  version: number;
  createdAt: Date;
  deadline: Date;
  endedAt: Date | null;
  decisions: { slackId: string; verdict: 'approve' | 'reject'; comment: string | null; decidedAt: Date }[];
}

/**
 * Whom a change touches. `people` and `teams` decide whether an approval still holds
 * (contract: grew by more than 10 % and more than 10 people, or reaches a new team); `lines` tell it.
 */
export interface Impact {
  people: number;
  /** Ids of other teams it reaches. */
  teams: string[];
  lines: string[];
}
