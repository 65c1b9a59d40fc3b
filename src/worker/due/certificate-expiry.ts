import { addDays } from 'date-fns';
import { millisecondsInDay } from 'date-fns/constants';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { counted, people } from '../../operations/common/counted.ts';
import { step } from '../../operations/common/steps.ts';
import { beginningOf, stillUsable } from '../../operations/connections/certificates.ts';
import type { Document, Words } from '../../words/document.ts';
import { say } from '../../words/document.ts';
import { doOnce } from './once.ts';

/** Days before its end at which a certificate is announced; 0: it has expired. */
const STAGES = [30, 14, 7, 1, 0];

interface Ending {
  id: string;
  stage: number;
  /** What was noted at the stage before: `calm` once it was said that another certificate takes over. */
  noted: string | null;
  fingerprint: string;
  subject: string;
  keyType: string;
  keyBits: number;
  validFrom: Date;
  validUntil: Date;
  connectionId: string;
  connection: string;
  teamId: string;
  workspaceId: string;
  /** Domains with SSO on, and their people. */
  domains: number;
  people: number;
  others: Other[];
}

/** A further certificate of the same connection, as JSON: moments in ISO 8601. */
interface Other {
  keyType: string;
  keyBits: number;
  validFrom: string;
  validUntil: string;
  lastUsedAt: string | null;
}

/** Where it is kept at which stage a certificate was looked at, and what was said. */
export const EXPIRY_KEY = 'certificate-expiry:';

/**
 * Announces certificates that end: 30, 14, 7 and 1 days before, and when they have expired. A stage that was missed is
 * left out. Where another usable certificate of the connection lives longer, this is said once and calmly. What cannot
 * be used anyway, or had expired when it was given, is nobody's concern.
 */
export async function announceExpiry(db: Database, now: Date, most: number): Promise<number> {
  const ending = await db.query<Ending>(sql`
    select k.id, s.stage, split_part(i.value, ' ', 2) as noted, k.fingerprint, k.subject, k.key_type as "keyType",
      k.key_bits as "keyBits", k.valid_from as "validFrom", k.valid_until as "validUntil", c.id as "connectionId",
      c.name as connection, c.team_id as "teamId", t.workspace_id as "workspaceId", o.domains, o.people,
      (select coalesce(jsonb_agg(jsonb_build_object('keyType', x.key_type, 'keyBits', x.key_bits,
          'validFrom', x.valid_from, 'validUntil', x.valid_until, 'lastUsedAt', x.last_used_at)), '[]')
        from certificates x where x.connection_id = c.id and x.id <> k.id) as others
    from certificates k join connections c on c.id = k.connection_id join teams t on t.id = c.team_id
    left join installation i on i.key = ${EXPIRY_KEY}::text || k.id
    cross join lateral (
      select min(days) as stage from unnest(${sql.param(STAGES)}::int[]) as days
      where k.valid_until <= ${now}::timestamptz + make_interval(days => days)) s
    cross join lateral (
      select count(*) as domains, coalesce(sum(u.people), 0) as people
      from domains d left join user_counts u on u.domain = d.name
      where d.connection_id = c.id and d.state = 'SSO on') o
    -- The earliest stage once more, by itself: an index finds it among the certificates of all teams.
    where k.valid_until <= ${addDays(now, Math.max(...STAGES))}::timestamptz
      and s.stage is not null and k.added_at < k.valid_until
      and (i.value is null or split_part(i.value, ' ', 1)::int > s.stage)
    order by k.valid_until, k.id limit ${most}`);
  for (const certificate of ending) {
    const { id, stage, teamId, workspaceId } = certificate;
    const { noted, document } = notice(certificate, now);
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`
        insert into installation (key, value) values (${EXPIRY_KEY + id}::text, ${`${stage} ${noted}`}::text)
        on conflict (key) do update set value = excluded.value
        where split_part(installation.value, ' ', 1)::int > ${stage}::int returning key`,
      tell: document ? [{ type: 'tell.channel', teamId, document }] : [],
    });
  }
  return ending.length;
}

/** What is noted of a certificate at its stage, and what its team is told. */
function notice(certificate: Ending, now: Date): { noted: string; document: Document | null } {
  const { noted, validUntil } = certificate;
  const before = noted === 'calm' ? 'calm' : 'told';
  // A key that is too weak is refused already: its end changes nothing.
  if (!stillUsable(certificate, new Date(validUntil.getTime() - 1))) return { noted: before, document: null };
  const successor = outlivingOf(certificate, now);
  if (!successor) return { noted: before, document: urgent(certificate, now) };
  return { noted: 'calm', document: noted === 'calm' ? null : calm(certificate, successor, now) };
}

/** The certificate that is usable when this one ends (or now, when it has ended) and lives the longest. */
function outlivingOf({ validUntil, others }: Ending, now: Date): Other | undefined {
  const at = validUntil > now ? validUntil : now;
  return others
    .filter((other) => stillUsable(other, at))
    .sort((a, b) => Date.parse(b.validUntil) - Date.parse(a.validUntil))[0];
}

function urgent(certificate: Ending, now: Date): Document {
  const { connection, connectionId, validUntil, domains } = certificate;
  const who = `${people(certificate.people)} on ${counted(domains, 'domain')}`;
  const affected =
    domains === 0
      ? ' Nobody signs in through it now.'
      : validUntil <= now
        ? ` What it signs is refused, so ${who} cannot sign in by SSO.`
        : ` Once it has expired, ${who} can no longer sign in by SSO.`;
  return withButtons(
    certificate,
    [{ bold: connection }, ': its certificate ', ...when(validUntil, now), '.', affected],
    now,
    [
      step.open('connection.renew', { connection: connectionId }, { style: 'primary' }),
      step.show('status', { connection: connectionId }),
    ],
  );
}

function calm(certificate: Ending, successor: Other, now: Date): Document {
  const { connection, connectionId, validUntil, id } = certificate;
  const seen =
    successor.lastUsedAt === null
      ? ' No sign-in with that one was seen yet: make sure that your identity provider signs with it by then.'
      : ' Nothing has to be done.';
  return withButtons(
    certificate,
    [
      { bold: connection },
      ': one of its certificates ',
      ...when(validUntil, now),
      '. Another one is accepted until ',
      { time: new Date(successor.validUntil) },
      '.',
      seen,
    ],
    now,
    [
      step.show('status', { connection: connectionId }),
      step.open('certificate.remove', { connection: connectionId, certificate: id }),
    ],
  );
}

function when(until: Date, now: Date): Extract<Words, unknown[]> {
  if (until <= now) return ['expired ', { time: until }];
  const days = Math.ceil((until.getTime() - now.getTime()) / millisecondsInDay);
  const left = days === 1 ? 'within a day' : `in ${days} days`;
  return [`expires ${left}, `, { time: until }];
}

function withButtons(
  certificate: Ending,
  words: Extract<Words, unknown[]>,
  now: Date,
  steps: Parameters<typeof say>[1],
): Document {
  const { subject, fingerprint, validUntil } = certificate;
  const { text, parts } = say(words, steps);
  const [sentence, ...buttons] = parts;
  return {
    text,
    parts: [
      ...(sentence ? [sentence] : []),
      {
        type: 'fields',
        rows: [
          ['Subject', subject || '–'],
          ['SHA-256 fingerprint', [{ code: beginningOf(fingerprint) }, ' …']],
          [validUntil <= now ? 'Expired' : 'Expires', { time: validUntil }],
          ['Sign in by it', people(certificate.people)],
        ],
      },
      ...buttons,
    ],
  };
}
