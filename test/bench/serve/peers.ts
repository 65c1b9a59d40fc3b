import { createHash } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import postgres from 'postgres';
import type { Served } from './child.ts';
import { engineFolder, isServer } from './embedded.ts';
import { SECRET } from './payloads.ts';

/** A Bolt app as its documentation begins it, without what asks Slack. */
function bolt(receiver: Receiver): App {
  return new App({
    receiver,
    authorize: async ({ teamId }) => ({ teamId, botToken: 'xoxb-bench', botId: 'B0BOT', botUserId: 'U0BOT' }),
  });
}

function http(): HTTPReceiver {
  return new HTTPReceiver({ signingSecret: SECRET, endpoints: ['/slack/events'] });
}

function acknowledging(app: App): void {
  app.view({ callback_id: 'domain.jit', type: 'view_closed' }, async ({ ack }) => ack());
}

/** Bolt with one listener that acknowledges. */
export async function bareBolt(): Promise<Served> {
  const receiver = http();
  acknowledging(bolt(receiver));
  return { handle: (req, res) => void receiver.requestListener(req, res) };
}

/** The same by Socket Mode, with its default settings. */
export async function boltBySocket(slackApiUrl: string): Promise<Served> {
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-bench',
    installerOptions: { clientOptions: { slackApiUrl } },
  });
  const app = bolt(receiver);
  acknowledging(app);
  await app.start();
  return { handle: (_, res) => void res.writeHead(404).end() };
}

/**
 * Bolt with one listener that does the same writes as Drawbridge in a plain transaction: right, lock, check, change,
 * audit chain, outbox. Each statement is prepared.
 */
export async function boltWithTransaction(databaseUrl: string): Promise<Served> {
  const receiver = http();
  const app = bolt(receiver);
  const begin = await transactions(databaseUrl);
  app.view('domain.jit', async ({ ack, body, view }) => {
    const { team, domain } = JSON.parse(view.private_metadata) as { team: string; domain: string };
    const jit = (view.state.values.jit?.jit?.selected_options ?? []).length > 0;
    const now = new Date().toISOString();
    const name = await begin(async (tx) => {
      const [role] = await tx`
        select m.admin, p.deactivated, t.channel_id from members m
        join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id join teams t on t.id = m.team_id
        where m.team_id = ${team} and m.slack_id = ${body.user.id}`;
      if (!role?.admin || role.deactivated) throw new Error('not an admin');
      const [row] = await tx`select name, state, jit from domains where id = ${domain} for update`;
      if (!row || row.state === 'Unverified' || row.jit === jit) throw new Error('nothing to do');
      await tx`update domains set jit = ${jit}, version = version + 1 where id = ${domain}`;
      const [head] = await tx`select seq, hash from audit_heads where team_id = ${team} for update`;
      const seq = Number(head?.seq ?? 0) + 1;
      const entry = {
        teamId: team,
        actor: body.user.id,
        kind: 'domain.jit',
        outcome: 'Done',
        subjectName: row.name,
      };
      const text = JSON.stringify({ ...entry, detail: { act: `Allow ${row.name}` }, at: now });
      const hash = createHash('sha256')
        .update(`${head?.hash ?? ''}\n${seq}\n${text}`)
        .digest('hex');
      await tx`insert into audit (team_id, seq, at, actor, kind, outcome, subject_name, body, hash)
        values (${team}, ${seq}, ${now}, ${entry.actor}, ${entry.kind}, 'Done', ${entry.subjectName}, ${text}, ${hash})`;
      await tx`insert into audit_heads (team_id, seq, hash) values (${team}, ${seq}, ${hash})
        on conflict (team_id) do update set seq = excluded.seq, hash = excluded.hash`;
      const payload = { teamId: team, document: { text: `${row.name} changed`, parts: [] } };
      await tx`insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at)
        values (${body.team?.id ?? ''}, ${team}, 'channel', ${`channel:${team}`}, ${JSON.stringify(payload)}::text::jsonb, ${now}, ${now})`;
      return row.name as string;
    });
    await ack({
      response_action: 'update',
      view: {
        type: 'modal',
        title: { type: 'plain_text', text: 'Edit SSO access' },
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `Saved: ${name}` } }],
      },
    });
  });
  return { handle: (req, res) => void receiver.requestListener(req, res) };
}

type Row = Record<string, unknown>;
type Tagged = (text: TemplateStringsArray, ...values: never[] | unknown[]) => Promise<Row[]>;
type Begin = <T>(work: (tx: Tagged) => Promise<T>) => Promise<T>;

/** Transactions by the engine's own client, as its documentation shows them. */
async function transactions(database: string): Promise<Begin> {
  if (isServer(database)) {
    const sql = postgres(database, { max: 8, onnotice: () => {} });
    return async (work) => (await sql.begin((tx) => work(tx as unknown as Tagged))) as never;
  }
  const pglite = await PGlite.create(engineFolder(database));
  return async (work) =>
    (await pglite.transaction((tx) =>
      work(async (text, ...values) => (await tx.sql<Row>(text, ...(values as unknown[]))).rows),
    )) as never;
}
