import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { LogEntry } from '../request-log.ts';
import type { Json, Outcome } from '../types.ts';
import type { PayloadKind, Reply } from './delivery.ts';

/** Something to tell the app. */
export interface Outgoing {
  kind: LogEntry['kind'];
  /** For the log: the command, the action id, the callback id. */
  name: string;
  person?: string;
  via: PayloadKind;
  payload: Json;
}

const TROUBLE = 'We had some trouble connecting. Try again?';

/**
 * Tells the app something that a person did and obeys its answer. All of it is logged; an answer that
 * Slack would not obey, or none in time, counts as a refusal.
 * @param take obeys the answer; throws SlackError when Slack would refuse it
 * @param trouble what Slack shows the person when it went wrong
 */
export async function exchange(
  ctx: Context,
  outgoing: Outgoing,
  take: (body: unknown) => Partial<Outcome> | undefined,
  trouble: (error: string) => string = () => TROUBLE,
): Promise<Outcome> {
  ctx.typed.hear(outgoing.kind, outgoing.payload);
  const reply = await ctx.delivery.send(outgoing.via, outgoing.payload);
  const outcome = judge(reply, take, trouble);
  const refused = outcome.refused;
  if (refused) ctx.log.refuse(`ack:${outgoing.kind}`, refused.error, refused.detail, reply.body);
  note(ctx, outgoing, reply, refused);
  const { refused: _, ...rest } = outcome;
  return rest;
}

type Judged = Outcome & { refused: LogEntry['refused'] };

function judge(
  reply: Reply,
  take: (body: unknown) => Partial<Outcome> | undefined,
  trouble: (error: string) => string,
): Judged {
  const came = { sent: true, ms: reply.ms, status: reply.status, ack: reply.body };
  const failed = (error: string, detail: string): Judged => ({
    ok: false,
    ...came,
    error,
    message: trouble(error),
    refused: { error, detail },
  });
  if (!reply.ok)
    return failed(reply.error ?? 'http_error', `HTTP status ${reply.status}, after ${reply.ms} ms`);
  try {
    return { ok: true, ...came, refused: null, ...take(reply.body) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return failed(error.error, error.message);
  }
}

/** Writes an exchange into the log. */
export function note(ctx: Context, outgoing: Outgoing, reply: Reply, refused: LogEntry['refused']): void {
  ctx.log.add({
    direction: 'to_app',
    kind: outgoing.kind,
    name: outgoing.name,
    person: outgoing.person,
    request: outgoing.payload,
    answer: reply.body ?? null,
    status: reply.status,
    ms: reply.ms,
    refused,
  });
}
