import type { IncomingMessage, ServerResponse } from 'node:http';
import { BUILT_IN } from '../actions/built-in.ts';
import { actor, NotPossible, seenChannel } from '../actions/who.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { bodyOf, fieldsOf, sendFile, sendJson, TooLarge, urlOf } from '../http.ts';
import type { Json } from '../types.ts';
import { ACTIONS, upload } from './act.ts';
import type { EventStreams } from './events.ts';
import { refusalOf } from './guard.ts';
import { type Panels, panelAction, panelStates } from './panels.ts';
import { shownChannels, shownMessages, shownModal, shownPerson, withLeaks } from './shown.ts';

const MOST_JSON = 4 * 1024 * 1024;
const MOST_FILE = 11 * 1024 * 1024;

/** What the page's interface needs besides the workspace itself. */
export interface UiParts {
  streams: EventStreams;
  panels: Panels;
}

/**
 * Serves the page's interface, as INTERFACE.md describes it.
 * @param path below `/ui`
 */
export async function serveUi(
  ctx: Context,
  parts: UiParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal) return sendJson(response, 403, { ok: false, error: 'forbidden', message: refusal });
  try {
    const query = urlOf(request).searchParams;
    if (request.method === 'GET') await read(ctx, parts, path, query, request, response);
    else if (request.method === 'POST') sendJson(response, 200, await act(ctx, parts, path, query, request));
    else throw new NotPossible('method_not_allowed', 'Only GET and POST work here.', 405);
  } catch (error) {
    const { status, body } = asRefusal(error);
    if (response.headersSent) response.end();
    else sendJson(response, status, body, status === 413 ? { connection: 'close' } : {});
  }
}

function asRefusal(error: unknown): { status: number; body: Json } {
  const refuse = (status: number, code: string, message: string) => ({
    status,
    body: { ok: false, error: code, message },
  });
  if (error instanceof NotPossible) return refuse(error.status, error.code, error.message);
  if (error instanceof SlackError) return refuse(400, error.error, error.message);
  if (error instanceof RangeError) return refuse(400, 'invalid_value', error.message);
  if (error instanceof SyntaxError) return refuse(400, 'invalid_json', 'The body is not a JSON object.');
  if (error instanceof TooLarge) return refuse(413, 'too_large', 'This is too large.');
  throw error;
}

async function read(
  ctx: Context,
  parts: UiParts,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const person = () => actor(ctx, query.get('person'));
  const send = (body: Json) => sendJson(response, 200, { ok: true, ...body });
  const [, first, id] = path.split('/');
  switch (first) {
    case 'start':
      return send(start(ctx));
    case 'channels':
      return send({ channels: shownChannels(ctx, person()) });
    case 'messages': {
      const channel = seenChannel(ctx, person(), query.get('channel'));
      const wish = {
        thread_ts: query.get('thread_ts') ?? undefined,
        before: query.get('before') ?? undefined,
        limit: Math.min(500, Math.max(1, Number(query.get('limit') ?? 100) || 100)),
      };
      return send(shownMessages(ctx, person(), channel, wish));
    }
    case 'home': {
      const view = ctx.modals.homes.get(person().id)?.view;
      return send({ view: view ? withLeaks(ctx, view) : null });
    }
    case 'modals':
      return send({ stack: ctx.modals.stack(person().id).map((open) => shownModal(ctx, open)) });
    case 'requests': {
      const after = Number(query.get('after') ?? 0) || 0;
      return send({ requests: ctx.log.entries.filter((entry) => entry.id > after) });
    }
    case 'panels':
      return send({ panels: await panelStates(parts.panels) });
    case 'files':
      return sendUpload(ctx, person().id, id ?? '', response);
    case 'events':
      return parts.streams.serve(ctx, person(), request, response);
    default:
      throw new NotPossible('not_found', 'There is nothing here.', 404);
  }
}

function start(ctx: Context): Json {
  const { directory, manifest } = ctx;
  return {
    team: directory.team,
    bot: directory.bot,
    people: [...directory.people.values()].map((p) => shownPerson(ctx, p)),
    commands: [
      ...(manifest.features?.slash_commands ?? []).map(({ command, description, usage_hint }) => ({
        command,
        description: description ?? '',
        usage_hint: usage_hint ?? '',
      })),
      ...BUILT_IN.map((c) => ({ ...c, builtin: true })),
    ],
    shortcuts: manifest.features?.shortcuts ?? [],
    home: manifest.features?.app_home?.home_tab_enabled === true,
    messages_tab: messagesTab(manifest),
    now: ctx.clock.now().toISOString(),
    version: 1,
  };
}

function messagesTab({ features }: Context['manifest']): 'open' | 'read_only' | 'off' {
  const { messages_tab_enabled: on, messages_tab_read_only_enabled: readOnly } = features?.app_home ?? {};
  if (on === false) return 'off';
  return readOnly === true ? 'read_only' : 'open';
}

async function sendUpload(ctx: Context, person: string, id: string, response: ServerResponse): Promise<void> {
  const record = ctx.files.records.get(id);
  const seen =
    record &&
    (record.user === person ||
      record.channels.some((c) => {
        const channel = ctx.directory.channels.get(c);
        return channel && ctx.directory.maySee(person, channel);
      }));
  const bytes = seen ? await ctx.files.bytes.get(id) : undefined;
  if (!record || !bytes) throw new NotPossible('file_not_found', 'There is no such file.', 404);
  sendFile(response, record.name, 'application/octet-stream', bytes);
}

async function act(
  ctx: Context,
  parts: UiParts,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
): Promise<Json> {
  const [, first = '', panel = '', action = ''] = path.split('/');
  if (first === 'upload') return upload(ctx, query, await bodyOf(request, MOST_FILE));
  const bytes = await bodyOf(request, MOST_JSON);
  const body = await fieldsOf('application/json', bytes);
  if (first === 'panels') {
    const answer = await panelAction(parts.panels, panel, action, body);
    ctx.bus.tell({ type: 'panels' });
    return answer;
  }
  const work = Object.hasOwn(ACTIONS, first) ? ACTIONS[first] : undefined;
  if (!work) throw new NotPossible('not_found', 'There is nothing here.', 404);
  return { ok: true, ...(await work(ctx, body)) };
}
