import { z } from 'zod';
import { changeChannel } from '../actions/channels.ts';
import { click } from '../actions/click.ts';
import { command } from '../actions/command.ts';
import { close, draft, submit } from '../actions/modal.ts';
import { options } from '../actions/options.ts';
import { shortcut } from '../actions/shortcut.ts';
import { changePerson, markRead, openHome, postMessage } from '../actions/talk.ts';
import { uploadFile } from '../actions/upload.ts';
import { actor, NotPossible, seenChannel } from '../actions/who.ts';
import type { Context } from '../context.ts';
import type { Json } from '../types.ts';

type Action = (ctx: Context, body: Json) => Promise<object>;

/** @returns an action whose body is checked first */
function action<S extends z.ZodType>(
  shape: S,
  work: (ctx: Context, body: z.infer<S>) => Promise<object>,
): Action {
  return async (ctx, body) => {
    // What is null was left out, a chosen value aside: there it says that nothing is chosen.
    const given = Object.entries(body).filter(([name, value]) => value !== null || name === 'value');
    const checked = shape.safeParse(Object.fromEntries(given));
    if (checked.success) return work(ctx, checked.data);
    const where = checked.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new NotPossible('invalid_arguments', `These are missing or not right: ${where}.`, 400);
  };
}

const person = z.string();
const channel = z.string();
const values = z.record(z.string(), z.unknown());
const target = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), channel: z.string(), ts: z.string() }),
  z.object({ type: z.literal('view'), view_id: z.string() }),
  z.object({ type: z.literal('home') }),
]);
const CHANNEL_ACTIONS = [
  'create',
  'archive',
  'unarchive',
  'invite',
  'remove',
  'join',
  'leave',
  'delete',
] as const;

/** What the page posts to each address under `/ui`, and who does it. */
export const ACTIONS: Record<string, Action> = {
  message: action(
    z.object({
      person,
      channel,
      text: z.string().default(''),
      thread_ts: z.string().optional(),
      files: z.array(z.string()).default([]),
    }),
    async (ctx, { person, channel, text, ...more }) => {
      if (/^\/[a-z]/i.test(text)) return command(ctx, person, channel, text);
      return { message: await postMessage(ctx, person, channel, text, more) };
    },
  ),
  command: action(z.object({ person, channel, text: z.string() }), (ctx, { person, channel, text }) =>
    command(ctx, person, channel, text),
  ),
  click: action(
    z.object({
      person,
      target,
      action_id: z.string(),
      block_id: z.string().optional(),
      value: z.unknown().optional(),
      values: values.optional(),
    }),
    (ctx, { person, target, ...what }) => click(ctx, person, target, what),
  ),
  submit: action(z.object({ person, view_id: z.string(), values: values.default({}) }), (ctx, body) =>
    submit(ctx, body.person, body.view_id, body.values),
  ),
  close: action(
    z.object({ person, view_id: z.string(), all: z.boolean().default(false) }),
    async (ctx, { person, view_id, all }) => (await close(ctx, person, view_id, all)) ?? {},
  ),
  home: action(
    z.object({ person, tab: z.enum(['home', 'messages']).default('home') }),
    async (ctx, { person, tab }) => {
      await openHome(ctx, person, tab);
      return { view: ctx.modals.homes.get(person)?.view ?? null };
    },
  ),
  options: action(
    z.object({
      person,
      target,
      action_id: z.string(),
      block_id: z.string().optional(),
      query: z.string().default(''),
    }),
    (ctx, body) => options(ctx, body.person, body.target, body.action_id, body.query, body.block_id),
  ),
  shortcut: action(
    z.object({ person, callback_id: z.string(), channel: channel.optional(), ts: z.string().optional() }),
    (ctx, { person, callback_id, channel, ts }) =>
      shortcut(ctx, person, callback_id, channel && ts ? { channel, ts } : undefined),
  ),
  draft: action(z.object({ person, view_id: z.string(), values }), async (ctx, body) => {
    draft(ctx, body.person, body.view_id, body.values);
    return {};
  }),
  read: action(z.object({ person, channel, ts: z.string() }), async (ctx, { person, channel, ts }) => {
    markRead(ctx, person, channel, ts);
    return {};
  }),
  dismiss: action(z.object({ person, channel, ts: z.string() }), async (ctx, { person, channel, ts }) => {
    const who = actor(ctx, person);
    seenChannel(ctx, who, channel);
    ctx.messages.removeWhisper(who.id, ts);
    return {};
  }),
  person: action(
    z.object({
      person,
      id: z.string(),
      changes: z.object({
        is_admin: z.boolean().optional(),
        is_owner: z.boolean().optional(),
        is_restricted: z.boolean().optional(),
        deleted: z.boolean().optional(),
        real_name: z.string().trim().min(1).max(80).optional(),
        tz: z.enum(Intl.supportedValuesOf('timeZone') as [string, ...string[]]).optional(),
      }),
    }),
    async (ctx, { person, id, changes }) => {
      actor(ctx, person);
      if (!ctx.directory.people.has(id)) {
        throw new NotPossible('user_not_found', 'There is nobody by this id.', 404);
      }
      return { person: await changePerson(ctx, id, changes) };
    },
  ),
  channel: action(
    z.object({
      person,
      action: z.enum(CHANNEL_ACTIONS),
      channel: channel.optional(),
      name: z.string().optional(),
      is_private: z.boolean().optional(),
      user: z.string().optional(),
    }),
    async (ctx, { person, ...wish }) => ({ channel: await changeChannel(ctx, person, wish) }),
  ),
};

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
