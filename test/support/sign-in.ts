import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { factsOfDer } from '../../src/identity/certificates.ts';
import { configHash } from '../../src/identity/config-hash.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { newCertificate } from '../../src/operations/connections/certificates.ts';
import { commit } from '../../src/service/effects/commit.ts';
import { newId } from '../../src/service/ids.ts';
import type { Idp, IdpUser } from '../../src/workspace/idp/idp.ts';

const NOW = new Date('2026-03-01T09:00:00Z');

/** Puts a tested connection to an identity provider into a team, as if it had been made by hand. @returns its id */
export async function seedConnectionTo(
  db: Database,
  teamId: string,
  idp: Idp,
  name: string,
): Promise<string> {
  const id = newId();
  const certificate = newCertificate(
    factsOfDer(idp.certificatePem.replace(/-----[^-]+-----|\s/g, '')),
    newId(),
  );
  const { entityId, ssoUrl } = idp;
  await commit(db, {
    workspaceId: '',
    now: NOW,
    guards: { teams: [], domains: [], connections: [], requests: [] },
    effects: [
      {
        type: 'connections.add',
        connection: {
          id,
          teamId,
          name,
          provider: 'other',
          entityId,
          ssoUrl,
          ssoBinding: 'redirect',
          metadataUrl: null,
          configHash: configHash({
            entityId,
            ssoUrl,
            ssoBinding: 'redirect',
            fingerprints: [certificate.fingerprint],
          }),
        },
      },
      { type: 'certificates.add', connectionId: id, teamId, certificates: [certificate] },
    ],
    audit: [],
  });
  await db.query(sql`
    update connections set tested_hash = config_hash, tested_at = ${NOW}::timestamptz where id = ${id}::text`);
  return id;
}

/** Makes one account, with a password or without. @returns its id */
export async function seedUser(
  db: Database,
  email: string,
  { password, teamId }: { password?: string; teamId?: string } = {},
): Promise<number> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const hash = password === undefined ? null : await hashPassword(password);
  const [row] = await db.query<{ id: number }>(sql`
    insert into users (email, domain, first_name, last_name, password_hash, created_at)
    values (${email}::text, ${domain}::text, 'Old', 'Name', ${hash}::text, ${NOW}::timestamptz) returning id`);
  const id = row?.id ?? 0;
  if (teamId !== undefined) {
    await db.query(sql`
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      values (${teamId}::text, ${id}::bigint, ${domain}::text,
        (select d.id from domains d where d.name = ${domain}::text and d.team_id = ${teamId}::text), ${NOW}::timestamptz)`);
  }
  return id;
}

/** Takes a domain from one state to another, whatever lies between, without anybody's approval. */
export async function moveDomain(
  db: Database,
  name: string,
  to: 'SSO on' | 'SSO off' | 'Verified',
  connectionId?: string,
): Promise<void> {
  await db.query(sql`
    update domains set state = ${to}::text, version = version + 1,
      connection_id = ${to === 'Verified' ? sql`null` : sql`coalesce(${connectionId ?? null}::text, connection_id)`}
    where name = ${name}::text`);
}

/** Somebody at the identity provider. The same first part of the address gives the same objectGUID. */
export function idpUser(email: string, over: Partial<IdpUser> = {}): IdpUser {
  const [local = ''] = email.split('@');
  return { email, firstName: 'Nora', lastName: 'Ade', objectGUID: `guid-${local}`, ...over };
}
