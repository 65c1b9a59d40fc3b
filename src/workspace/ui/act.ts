import { type ChannelChange, changeChannel } from '../actions/channels.ts';
import { click } from '../actions/click.ts';
import { command } from '../actions/command.ts';
import { close, draft, submit } from '../actions/modal.ts';
import { options } from '../actions/options.ts';
import { shortcut } from '../actions/shortcut.ts';
import { changePerson, markRead, openHome, postMessage } from '../actions/talk.ts';
import { uploadFile } from '../actions/upload.ts';
import { actor, NotPossible, seenChannel } from '../actions/who.ts';
import type { Context } from '../context.ts';
import type { Json, Person, PlainValues, Target } from '../types.ts';

/** What the page posts to each address under `/ui`, and who does it. */
export const ACTIONS: Record<string, (ctx: Context, body: Json) => Promise<object>> = {
  async message(ctx, body) {
    const typed = text(body, 'text', '');
    if (/^\/[a-z]/i.test(typed)) return command(ctx, text(body, 'person'), text(body, 'channel'), typed);
    const message = await postMessage(ctx, text(body, 'person'), text(body, 'channel'), typed, {
      thread_ts: body.thread_ts === undefined ? undefined : text(body, 'thread_ts'),
      files: (body.files ?? []) as string[],
    });
    return { message };
  },
  command: (ctx, body) => command(ctx, text(body, 'person'), text(body, 'channel'), text(body, 'text')),
  click: (ctx, body) =>
    click(ctx, text(body, 'person'), body.target as Target, {
      action_id: text(body, 'action_id'),
      block_id: body.block_id as string | undefined,
      value: body.value,
      values: body.values as PlainValues | undefined,
    }),
  submit: (ctx, body) =>
    submit(ctx, text(body, 'person'), text(body, 'view_id'), (body.values ?? {}) as PlainValues),
  async close(ctx, body) {
    return (await close(ctx, text(body, 'person'), text(body, 'view_id'), body.all === true)) ?? {};
  },
  async home(ctx, body) {
    await openHome(ctx, text(body, 'person'), body.tab === 'messages' ? 'messages' : 'home');
    return { view: ctx.modals.homes.get(text(body, 'person'))?.view ?? null };
  },
  options: (ctx, body) =>
    options(
      ctx,
      text(body, 'person'),
      body.target as Target,
      text(body, 'action_id'),
      text(body, 'query', ''),
      body.block_id as string | undefined,
    ),
  shortcut: (ctx, body) =>
    shortcut(
      ctx,
      text(body, 'person'),
      text(body, 'callback_id'),
      body.ts === undefined ? undefined : { channel: text(body, 'channel'), ts: text(body, 'ts') },
    ),
  async draft(ctx, body) {
    draft(ctx, text(body, 'person'), text(body, 'view_id'), (body.values ?? {}) as PlainValues);
    return {};
  },
  async read(ctx, body) {
    markRead(ctx, text(body, 'person'), text(body, 'channel'), text(body, 'ts'));
    return {};
  },
  async dismiss(ctx, body) {
    const person = actor(ctx, body.person);
    seenChannel(ctx, person, body.channel);
    ctx.messages.removeWhisper(person.id, text(body, 'ts'));
    return {};
  },
  async person(ctx, body) {
    actor(ctx, body.person);
    const id = text(body, 'id');
    if (!ctx.directory.people.has(id))
      throw new NotPossible('user_not_found', 'There is nobody by this id.', 404);
    return { person: await changePerson(ctx, id, personChanges(body.changes)) };
  },
  async channel(ctx, body) {
    return { channel: await changeChannel(ctx, text(body, 'person'), body as unknown as ChannelChange) };
  },
};

const FLAGS = ['is_admin', 'is_owner', 'is_restricted', 'deleted'] as const;

function personChanges(given: unknown): Partial<Person> {
  const wish = (given ?? {}) as Json;
  const changes: Partial<Person> = {};
  for (const flag of FLAGS) if (typeof wish[flag] === 'boolean') changes[flag] = wish[flag];
  if (typeof wish.real_name === 'string' && wish.real_name.trim()) changes.real_name = wish.real_name.trim();
  if (typeof wish.tz === 'string' && Intl.supportedValuesOf('timeZone').includes(wish.tz))
    changes.tz = wish.tz;
  return changes;
}

function text(body: Json, name: string, otherwise?: string): string {
  const value = body[name] ?? otherwise;
  if (typeof value !== 'string') throw new NotPossible('invalid_arguments', `“${name}” is missing.`, 400);
  return value;
}

/** Takes a file from the page. */
export async function upload(ctx: Context, query: URLSearchParams, bytes: Buffer): Promise<Json> {
  const view_id = query.get('view_id');
  const record = await uploadFile(
    ctx,
    query.get('person') ?? '',
    { name: query.get('name') ?? '', bytes },
    view_id ? { view_id, block_id: query.get('block_id') ?? undefined } : undefined,
  );
  return { ok: true, file: ctx.files.slackFile(record, ctx.base()) };
}
