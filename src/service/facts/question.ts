/**
 * What lies beyond the rows that are meant, and can be left unread: the team's other connections, the workspace's other
 * teams, the doubtful sign-ins.
 */
export type Beyond = 'connections' | 'workspaceTeams' | 'doubts';

/** What is read for: who asks, and which rows they name. Every key is optional but the first two. */
export interface Question {
  workspaceId: string;
  slackId: string;
  channelId?: string;
  /** What is asked for needs a role: of the channels' teams only those count in which the person has one. */
  needsRole?: boolean;
  /** Teams without admins count too, for a Slack admin, who may give them new ones. */
  mayRescue?: boolean;
  teamId?: string;
  requestId?: string;
  domainIds?: string[];
  connectionId?: string;
  /** A name typed by the person, already brought into shape by `parseDomainName`. */
  domainName?: string;
  /** A connection's name typed by the person, any case. */
  connectionName?: string;
  /** All that was typed: a connection may be named like a domain that nobody here has. */
  wholeName?: string;
  /** Another team's name typed by the person. */
  otherTeamName?: string;
  otherTeamId?: string;
  /** Parts that whoever asks does not look at, left unread. */
  without?: readonly Beyond[];
  names?: string[];
  email?: string;
  people?: string[];
}
