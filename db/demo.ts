import { sql } from 'drizzle-orm';
import type { Clock } from '../src/clock.ts';
import { factsOfDer } from '../src/identity/certificates.ts';
import { configHash } from '../src/identity/config-hash.ts';
import { newToken } from '../src/identity/dns-proof.ts';
import { firstLook } from '../src/operations/common/looking.ts';
import { newCertificate } from '../src/operations/connections/certificates.ts';
import { commit } from '../src/service/effects/commit.ts';
import type { Effect, NewDomain, NewMember } from '../src/service/effects/effect.ts';
import { newId } from '../src/service/ids.ts';
import type { Database } from './client.ts';
import type { DomainState } from './schema.ts';

/** Who and what the demo is about: Slack's ids, and the identity provider that signs. */
export interface DemoOptions {
  workspaceId: string;
  people: { owner: string; admin: string; approver: string; secondAdmin: string };
  channels: { first: string; second: string };
  /** Certificates in base64 DER: the first team's, and one of the same key that ends soon, the second team's. */
  idp: { entityId: string; ssoUrl: string; certificate: string; endingCertificate: string };
}

interface DemoDomain {
  name: string;
  state: Exclude<DomainState, 'Deleting'>;
  /** Accounts, and how many of them have a password. */
  people: number;
  withPassword: number;
}

/** Two teams whose domains stand in every state, so that everything can be tried at once. */
export const DEMO = {
  first: {
    name: 'Harbour',
    connection: 'Harbour IdP',
    domains: [
      { name: 'harbour.test', state: 'SSO on', people: 240, withPassword: 150 },
      { name: 'shop.harbour.test', state: 'SSO off', people: 36, withPassword: 36 },
      { name: 'archive.test', state: 'Verified', people: 6000, withPassword: 0 },
      { name: 'newbrand.test', state: 'Unverified', people: 0, withPassword: 0 },
    ],
  },
  second: {
    name: 'Labs',
    connection: 'Labs IdP',
    domains: [{ name: 'labs.test', state: 'SSO on', people: 48, withPassword: 12 }],
  },
} as const satisfies Record<string, { name: string; connection: string; domains: DemoDomain[] }>;

/**
 * Fills an empty database with the demo, by the same guarded and audited writes as everything else.
 * @param db the database; the workspace is in it already
 * @param clock the present
 * @param options Slack's ids and the identity provider
 * @returns whether it was filled; false when the workspace has teams already
 */
export async function fillDemo(db: Database, clock: Clock, options: DemoOptions): Promise<boolean> {
  const teams = await db.query(
    sql`select 1 from teams where workspace_id = ${options.workspaceId}::text limit 1`,
  );
  if (teams.length > 0) return false;
  const { owner, admin, approver, secondAdmin } = options.people;
  const write = writer(db, clock, options);
  await makeTeam(db, clock, write, options, {
    ...DEMO.first,
    channel: options.channels.first,
    certificate: options.idp.certificate,
    members: [
      { slackId: owner, admin: true, approver: true },
      { slackId: admin, admin: true, approver: false },
      { slackId: approver, admin: false, approver: true },
    ],
  });
  // The owner, who acts first, has one team, so that nothing asks which; the approver has both.
  await makeTeam(db, clock, write, options, {
    ...DEMO.second,
    channel: options.channels.second,
    certificate: options.idp.endingCertificate,
    members: [
      { slackId: secondAdmin, admin: true, approver: true },
      { slackId: approver, admin: false, approver: true },
    ],
  });
  return true;
}

type Writer = (teamId: string, subject: string, act: string, effects: Effect[]) => Promise<void>;

function writer(db: Database, clock: Clock, options: DemoOptions): Writer {
  return async (teamId, subjectName, act, effects) => {
    await commit(db, {
      workspaceId: options.workspaceId,
      now: clock.now(),
      guards: { teams: [], domains: [], connections: [], requests: [] },
      effects,
      audit: [
        { teamId, actor: options.people.owner, kind: 'demo', outcome: 'Done', subjectName, detail: { act } },
      ],
    });
  };
}

interface DemoTeam {
  name: string;
  channel: string;
  connection: string;
  certificate: string;
  members: NewMember[];
  domains: readonly DemoDomain[];
}

async function makeTeam(
  db: Database,
  clock: Clock,
  write: Writer,
  options: DemoOptions,
  team: DemoTeam,
): Promise<void> {
  const teamId = newId();
  await write(teamId, team.name, `Make the team ${team.name}`, [
    {
      type: 'teams.add',
      team: {
        id: teamId,
        workspaceId: options.workspaceId,
        name: team.name,
        channelId: team.channel,
        approvalsNeeded: 1,
        approvals: {},
      },
    },
    { type: 'members.set', teamId, members: team.members },
  ]);
  const connectionId = await makeConnection(db, clock, write, options, teamId, team);
  for (const domain of team.domains) {
    const added: NewDomain = {
      id: newId(),
      teamId,
      name: domain.name,
      token: newToken(),
      addedBy: options.people.owner,
      lookAt: domain.state === 'Unverified' ? firstLook(clock.now()) : null,
    };
    await write(teamId, domain.name, `Add ${domain.name}`, [{ type: 'domains.add', domains: [added] }]);
    await takeTo(write, clock, added, domain.state, connectionId);
    if (domain.people > 0) await addPeople(db, clock, added, domain);
  }
}

async function makeConnection(
  db: Database,
  clock: Clock,
  write: Writer,
  { idp }: DemoOptions,
  teamId: string,
  { connection: name, certificate: der }: DemoTeam,
): Promise<string> {
  const id = newId();
  const certificate = newCertificate(factsOfDer(der), newId());
  const hash = configHash({ ...idp, ssoBinding: 'redirect', fingerprints: [certificate.fingerprint] });
  await write(teamId, name, `Connect ${name}`, [
    {
      type: 'connections.add',
      connection: {
        id,
        teamId,
        name,
        provider: 'other',
        entityId: idp.entityId,
        ssoUrl: idp.ssoUrl,
        ssoBinding: 'redirect',
        metadataUrl: null,
        configHash: hash,
      },
    },
    { type: 'certificates.add', connectionId: id, teamId, certificates: [certificate] },
  ]);
  await db.query(sql`
    update connections set tested_hash = config_hash, tested_at = ${clock.now()}::timestamptz where id = ${id}::text`);
  return id;
}

/** Along the arrows, one write each: the database takes no other way. */
async function takeTo(
  write: Writer,
  clock: Clock,
  domain: NewDomain,
  state: DemoDomain['state'],
  connectionId: string,
) {
  const way = ['Unverified', 'Verified', 'SSO off', 'SSO on'] as const;
  for (const next of way.slice(1, way.indexOf(state) + 1)) {
    await write(domain.teamId, domain.name, `${domain.name} becomes ${next}`, [
      {
        type: 'domains.change',
        changes: [
          {
            id: domain.id,
            state: next,
            ...(next === 'Verified' && { verifiedAt: clock.now() }),
            ...(next === 'SSO off' && { connectionId }),
          },
        ],
      },
    ]);
  }
}

const FIRST = ['Ada', 'Bo', 'Carla', 'Dev', 'Elin', 'Farid', 'Greta', 'Hiro', 'Ines', 'Jonas'];
const LAST = ['Aalto', 'Berg', 'Costa', 'Dahl', 'Evans', 'Fuchs', 'Gomez', 'Haas', 'Ito', 'Jansen'];

async function addPeople(
  db: Database,
  clock: Clock,
  domain: NewDomain,
  { people, withPassword }: DemoDomain,
): Promise<void> {
  const names = (list: string[]) => sql`${JSON.stringify(list)}::jsonb`;
  await db.query(sql`
    with made as (
      insert into users (email, domain, first_name, last_name, password_hash, created_at)
      select lower(first || '.' || last || '.' || n || '@' || ${domain.name}::text), ${domain.name}::text, first, last,
        case when n <= ${withPassword}::int then 'unusable' end, ${clock.now()}::timestamptz
      from generate_series(1, ${people}::int) as n,
        lateral (select ${names(FIRST)}->>(n % 10) as first, ${names(LAST)}->>((n / 10) % 10) as last) names
      returning id)
    insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
    select ${domain.teamId}::text, id, ${domain.name}::text, ${domain.id}::text, ${clock.now()}::timestamptz from made`);
}
