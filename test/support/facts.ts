import type {
  ConnectionFact,
  DomainFact,
  Facts,
  PersonFact,
  RequestFact,
  TeamFact,
} from '../../src/service/facts/facts.ts';

/** The moment at which facts are read, unless a test says otherwise. */
export const NOW = new Date('2026-03-02T10:00:00Z');

/** Ids in facts begin with this, so that a test can see that none is shown to people. */
export const ID = 'id_';

/** A person of the workspace; Anna by default, who is an admin. */
export function personFact(over: Partial<PersonFact> = {}): PersonFact {
  return {
    slackId: `${ID}anna`,
    name: 'Anna',
    timeZone: 'Europe/Berlin',
    slackAdmin: false,
    guest: false,
    deactivated: false,
    ...over,
  };
}

/** The team Acme: Anna and Bert are admins, Bert and Cleo approvers. */
export function teamFact(over: Partial<TeamFact> = {}): TeamFact {
  return {
    id: `${ID}team`,
    workspaceId: `${ID}workspace`,
    name: 'Acme',
    channelId: `${ID}channel`,
    channelTrouble: false,
    approvals: {},
    approvalsNeeded: 1,
    version: 1,
    admin: true,
    approver: false,
    admins: [`${ID}anna`, `${ID}bert`],
    approvers: [`${ID}bert`, `${ID}cleo`],
    ...over,
  };
}

/** The domain acme.com, Unverified unless said otherwise; linked to Okta where its state says that it is linked. */
export function domainFact(over: Partial<DomainFact> = {}): DomainFact {
  const state = over.state ?? 'Unverified';
  const linked = state === 'SSO off' || state === 'SSO on';
  return {
    id: `${ID}domain`,
    name: 'acme.com',
    state,
    connectionId: linked ? `${ID}okta` : null,
    jit: false,
    token: '0123456789abcdef0123456789abcdef01234567',
    version: 1,
    addedAt: NOW,
    verifiedAt: state === 'Unverified' ? null : NOW,
    checkedAt: null,
    checkNote: null,
    lookAt: null,
    looks: 0,
    testUsers: [],
    people: { total: 0, withPassword: 0, otherTeams: [], inTeam: 0 },
    liveElsewhere: null,
    deletion:
      state === 'Deleting'
        ? {
            id: `${ID}deletion`,
            requestId: null,
            askedBy: `${ID}anna`,
            status: 'Running',
            total: 400,
            released: 0,
            problem: null,
            started: false,
            beginsAt: NOW,
            movedAt: NOW,
          }
        : null,
    ...over,
  };
}

/** The connection Okta, tested with its present configuration, with one certificate. */
export function connectionFact(over: Partial<ConnectionFact> = {}): ConnectionFact {
  return {
    id: `${ID}okta`,
    name: 'Okta',
    provider: 'okta',
    entityId: 'https://idp.example/entity',
    ssoUrl: 'https://idp.example/sso',
    ssoBinding: 'redirect',
    metadataUrl: null,
    configHash: 'hash-1',
    tested: true,
    testedAt: NOW,
    version: 1,
    certificates: [
      {
        id: `${ID}certificate`,
        fingerprint: 'ab'.repeat(32),
        subject: 'CN=idp.example',
        issuer: 'CN=idp.example',
        keyType: 'rsa',
        keyBits: 2048,
        validFrom: new Date('2025-01-01T00:00:00Z'),
        validUntil: new Date('2030-01-01T00:00:00Z'),
        lastUsedAt: null,
      },
    ],
    domains: [],
    domainCount: 0,
    ssoOn: { domains: 0, people: 0, otherTeams: [] },
    ...over,
  };
}

/** A request that waits: Anna asked to turn off SSO for acme.com. */
export function requestFact(over: Partial<RequestFact> = {}): RequestFact {
  return {
    id: `${ID}request`,
    teamId: `${ID}team`,
    kind: 'domain.off',
    subjectId: `${ID}domain`,
    subjectName: 'acme.com',
    act: 'Turn off SSO for acme.com',
    checks: [],
    input: {},
    bound: {},
    impact: { people: 0, teams: [], lines: [] },
    reason: 'Changing the provider',
    requester: `${ID}anna`,
    needed: 1,
    approvals: 0,
    status: 'Pending',
    note: null,
    endedBy: null,
    errorRef: null,
    version: 1,
    createdAt: NOW,
    deadline: new Date('2026-03-03T10:00:00Z'),
    endedAt: null,
    decisions: [],
    ...over,
  };
}

/**
 * Facts as the one read gives them: Anna, admin of Acme, which has the connection Okta.
 * @param over what is otherwise; `domain` is the only one of `domains` unless these are given
 */
export function facts(over: Partial<Facts> = {}): Facts {
  const team = over.team === undefined ? teamFact() : over.team;
  const summary = team && { id: team.id, name: team.name, admin: team.admin, approver: team.approver };
  const domains = over.domains ?? (over.domain ? [over.domain] : []);
  const connections = over.connections ?? [connectionFact()];
  return {
    now: NOW,
    workspaceId: `${ID}workspace`,
    person: personFact(),
    team,
    teams: summary ? [summary] : [],
    workspaceTeams: summary ? [summary] : [],
    domain: over.domains?.[0] ?? null,
    domains,
    connection: null,
    linked: connections.filter(({ id }) => domains.some((domain) => domain.connectionId === id)),
    connections,
    open: [],
    names: [],
    otherTeam: null,
    user: null,
    named: [],
    request: null,
    unknown: null,
    installation: { publicUrl: 'https://sso.example', supportContact: null },
    figures: { domains: over.domain ? 1 : 0 },
    ...over,
  };
}
