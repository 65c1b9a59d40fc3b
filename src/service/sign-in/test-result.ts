import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import type { Check, SignedIdentity } from '../../identity/saml.ts';
import { type Document, say } from '../../words/document.ts';
import { auditCtes } from '../audit.ts';
import { OUTBOX_CHANNEL } from '../effects/commit.ts';
import { newId } from '../ids.ts';
import { outboxCtes, outboxRow } from '../outbox.ts';
import type { OpenRequest } from './authn-requests.ts';
import type { SignInConnection } from './connection.ts';

/** Who took part in a test: whose link it was, and the network address that the answer came from. */
export type TestBy = OpenRequest & { slackId: string; from: string };

/** What came of a test sign-in, for page, evidence and direct message. */
export interface TestReport {
  passed: boolean;
  checks: Check[];
  attributes: { name: string; values: string[] }[];
  idpMessage?: string;
}

/**
 * Records a test that passed, in one statement: the request is used up and the assertion noted, both for the first
 * time or nothing happens; then it is evidence for exactly the configuration that was asked with.
 * @returns false when the response was used before
 */
export async function recordPassed(
  db: Database,
  connection: SignInConnection,
  request: TestBy,
  identity: SignedIdentity,
  report: TestReport,
  now: Date,
): Promise<boolean> {
  const only = sql`exists (select from first)`;
  const [row] = await db.query<{ done: boolean }>(sql`
    with recursive used as (
      update authn_requests set used_at = ${now}::timestamptz
      where id = ${request.id}::text and used_at is null and expires_at > ${now}::timestamptz returning id),
    noted as (
      insert into used_assertions (connection_id, assertion_id, expires_at)
      select ${connection.id}::text, ${identity.assertionId}::text, ${identity.notOnOrAfter}::timestamptz from used
      on conflict do nothing returning assertion_id),
    first as materialized (select 1 from used, noted),
    proof as (
      insert into evidence (id, connection_id, config_hash, slack_id, passed, report, at)
      select ${newId()}::text, ${connection.id}::text, ${request.configHash}::text, ${request.slackId}::text, true,
        ${JSON.stringify(report)}::jsonb, ${now}::timestamptz from first),
    tested as (
      update connections set tested_hash = ${request.configHash}::text, tested_at = ${now}::timestamptz
      from first where connections.id = ${connection.id}::text and config_hash = ${request.configHash}::text),
    link_used as (
      delete from test_links l using first, authn_requests r
      where r.id = ${request.id}::text and l.connection_id = ${connection.id}::text
        and l.slack_id = ${request.slackId}::text and l.browser_hash = r.browser_hash),
    seen as (
      update certificates set last_used_at = ${now}::timestamptz from first
      where connection_id = ${connection.id}::text and fingerprint = ${identity.certificateFingerprint}::text),
    ${sql.join(
      [
        ...auditCtes([entry(connection, request, 'Passed', null)], now, only),
        ...outboxCtes([told(connection, request, report)], now, only),
      ],
      sql`, `,
    )}
    select ${only} as done`);
  const done = row?.done === true;
  if (done) db.notify(OUTBOX_CHANNEL);
  return done;
}

/** Records a test that failed. It uses up nothing: whoever can forge a bad response must not be able to burn a good one. */
export async function recordFailed(
  db: Database,
  connection: SignInConnection,
  request: TestBy,
  report: TestReport,
  now: Date,
): Promise<void> {
  const failed = report.checks.find(({ ok }) => !ok);
  await db.query(sql`
    with recursive proof as (
      insert into evidence (id, connection_id, config_hash, slack_id, passed, report, at)
      values (${newId()}::text, ${connection.id}::text, ${request.configHash}::text, ${request.slackId}::text, false,
        ${JSON.stringify(report)}::jsonb, ${now}::timestamptz)),
    ${sql.join(
      [
        ...auditCtes([entry(connection, request, 'Failed', failed?.code ?? null)], now, sql`true`),
        ...outboxCtes([told(connection, request, report)], now, sql`true`),
      ],
      sql`, `,
    )}
    select 1`);
  db.notify(OUTBOX_CHANNEL);
}

function entry(connection: SignInConnection, request: TestBy, outcome: string, note: string | null) {
  return {
    teamId: connection.teamId,
    actor: request.slackId,
    kind: 'connection.test',
    outcome,
    subjectName: connection.name,
    subjectId: connection.id,
    detail: { act: `Test sign-in at ${connection.name}`, note },
  };
}

function told(connection: SignInConnection, request: TestBy, report: TestReport) {
  const document = reportDocument(connection, report, request.from);
  return outboxRow(
    { type: 'tell.person', teamId: connection.teamId, slackId: request.slackId, document },
    connection.workspaceId,
  );
}

/**
 * @returns the report as the person reads it in a direct message. It says who came and from where, for a link can be
 *   opened by whoever gets hold of it first
 */
export function reportDocument(
  connection: { id: string; name: string },
  report: TestReport,
  from: string,
): Document {
  const headline = report.passed
    ? `The test sign-in at ${connection.name} passed.`
    : `The test sign-in at ${connection.name} did not pass.`;
  const next = report.passed
    ? 'SSO can be turned on for its domains with the present configuration.'
    : 'Change what is said below, then test again.';
  const { parts } = say([{ bold: headline }, ` ${next}`]);
  return {
    text: headline,
    parts: [
      ...parts,
      {
        type: 'ticks',
        items: report.checks.map((check) => ({
          done: check.ok,
          words: check.fix ? `${check.detail} ${check.fix}` : check.detail,
        })),
      },
      ...(report.attributes.length > 0
        ? [
            { type: 'text' as const, words: 'What the identity provider sent:' },
            {
              type: 'fields' as const,
              rows: report.attributes
                .slice(0, 20)
                .map(({ name, values }): [string, string] => [
                  name.slice(0, 100),
                  values.join(', ').slice(0, 300) || '(empty)',
                ]),
            },
          ]
        : []),
      {
        type: 'note',
        words: [
          `The answer came from the network address ${from}. If that was not you, somebody else has opened your link: tell your security team.`,
        ],
      },
      ...(report.idpMessage
        ? [{ type: 'text' as const, words: `It said: ${report.idpMessage.slice(0, 500)}` }]
        : []),
      {
        type: 'steps',
        steps: [
          { label: 'Test sign-in', go: 'do', kind: 'connection.test', args: { connection: connection.id } },
          { label: 'Status', go: 'show', kind: 'status', args: { connection: connection.id } },
        ],
      },
    ],
  };
}
