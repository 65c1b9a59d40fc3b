import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../db/client.ts';
import type { UserRow } from '../users-file/check.ts';
import { say } from '../words/document.ts';
import type { Attempt } from './attempt.ts';
import { appendAudit } from './audit.ts';
import { OUTBOX_CHANNEL } from './effects/commit.ts';
import type { DomainFact, Facts, TeamFact } from './facts/facts.ts';
import { appendOutbox, outboxRow } from './outbox.ts';
import type { Outcome } from './service.ts';

/** What is to be imported, on which facts. */
export interface Import {
  facts: Facts;
  users: UserRow[];
  now: Date;
}

/** Users written by one statement. */
const BATCH = 5000;

/** Thrown to roll back: what was read is no longer so. */
class Stale extends Error {}

interface Figures {
  /** Accounts that did not exist before. */
  made: number;
  /** People who were not in the team before. */
  joined: number;
}

/**
 * Takes users into a team through one of its domains, in one transaction: accounts for those who have none,
 * membership for those who are not in the team. Accounts that exist keep their names and passwords.
 * @returns what the person reads, or `stale` when the domain, the team or a role has changed since the facts were read
 */
export async function importUsers(db: Database, { facts, users, now }: Import): Promise<Attempt<Outcome>> {
  const { team, domain } = facts;
  if (!team || !domain) throw new Error('an import needs a team and a domain');
  // In one order everywhere, so that two imports never wait for each other in a circle.
  const sorted = [...users].sort((a, b) => (a.email < b.email ? -1 : 1));
  const figures: Figures = { made: 0, joined: 0 };
  try {
    await db.transaction(async (tx) => {
      await holdDomain(tx, domain);
      for (let at = 0; at < sorted.length; at += BATCH) {
        const batch = await writeBatch(tx, sorted.slice(at, at + BATCH), team, domain, now);
        figures.made += batch.made;
        figures.joined += batch.joined;
      }
      await checkTeam(tx, team);
      await tell(tx, facts, team, domain, users.length, figures, now);
    });
  } catch (error) {
    if (error instanceof Stale) return 'stale';
    throw error;
  }
  db.notify(OUTBOX_CHANNEL);
  return { type: 'done', document: doneWords(domain, users.length, figures) };
}

/**
 * Held from the beginning: taken at the end, after the counters of people, it would meet an invitation that has
 * taken them in the other order.
 */
async function holdDomain(tx: Transaction, { id, version }: DomainFact): Promise<void> {
  const held = await tx.query(sql`
    select id from domains
    where id = ${id}::text and version = ${version}::int and state in ('Verified', 'SSO off', 'SSO on')
    for no key update`);
  if (held.length === 0) throw new Stale();
}

/** Looked at last and not held: the team's other changes must not wait for an import. */
async function checkTeam(tx: Transaction, { id, version }: TeamFact): Promise<void> {
  const same = await tx.query(sql`select 1 from teams where id = ${id}::text and version = ${version}::int`);
  if (same.length === 0) throw new Stale();
}

async function writeBatch(
  tx: Transaction,
  users: UserRow[],
  team: TeamFact,
  domain: DomainFact,
  now: Date,
): Promise<Figures> {
  const rows = JSON.stringify(
    users.map(({ email, firstName, lastName }) => ({ email, first_name: firstName, last_name: lastName })),
  );
  const made = await tx.query<{ n: number }>(sql`
    with made as (
      insert into users (email, domain, first_name, last_name, created_at)
      select email, ${domain.name}::text, first_name, last_name, ${now}::timestamptz
      from jsonb_to_recordset(${rows}::jsonb) as given(email text, first_name text, last_name text)
      on conflict (email) do nothing returning 1)
    select count(*) as n from made`);
  const joined = await tx.query<{ n: number }>(sql`
    with joined as (
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      select ${team.id}::text, u.id, ${domain.name}::text, ${domain.id}::text, ${now}::timestamptz
      from jsonb_to_recordset(${rows}::jsonb) as given(email text) join users u on u.email = given.email
      order by u.id
      on conflict (user_id, team_id) do nothing returning 1)
    select count(*) as n from joined`);
  return { made: made[0]?.n ?? 0, joined: joined[0]?.n ?? 0 };
}

async function tell(
  tx: Transaction,
  { person, workspaceId }: Facts,
  team: TeamFact,
  domain: DomainFact,
  total: number,
  { made, joined }: Figures,
  now: Date,
): Promise<void> {
  const entry = {
    teamId: team.id,
    actor: person.slackId,
    kind: 'user.import',
    outcome: 'Done',
    subjectName: domain.name,
    detail: { act: `Import ${count(total)} users into ${domain.name}`, made, joined },
  };
  await tx.query(appendAudit([entry], now));
  const document = say([
    { person: person.slackId },
    ` imported ${count(total)} ${total === 1 ? 'user' : 'users'} into `,
    { bold: domain.name },
    '.',
  ]);
  await tx.query(
    appendOutbox([outboxRow({ type: 'tell.channel', teamId: team.id, document }, workspaceId)], now),
  );
}

function doneWords({ id, name }: DomainFact, total: number, { made, joined }: Figures) {
  const known = total - joined;
  const parts = [
    `${count(made)} new ${made === 1 ? 'account' : 'accounts'}`,
    `${count(joined)} ${joined === 1 ? 'person' : 'people'} new in the team`,
    ...(known > 0 ? [`${count(known)} in the team already`] : []),
  ];
  return say(`Imported ${count(total)} ${total === 1 ? 'user' : 'users'} of ${name}: ${parts.join(', ')}.`, [
    { label: 'Users', go: 'show', kind: 'users', args: { domain: id } },
  ]);
}

function count(n: number): string {
  return n.toLocaleString('en');
}
