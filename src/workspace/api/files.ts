import { messageContent } from '../block-kit/content.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { FileRecord, Json } from '../types.ts';
import { writableChannel } from './channels.ts';
import type { Method } from './methods.ts';

export const getUploadURLExternal: Method = ({ ctx, args }) => {
  const { key, file_id } = ctx.files.announce(String(args.filename), Number(args.length));
  return { upload_url: `${ctx.base()}/files/upload/${key}`, file_id };
};

export const completeUploadExternal: Method = async ({ ctx, args }) => {
  const { bot, team } = ctx.directory;
  const wanted = args.files as { id: string; title?: string }[];
  const pending = [...ctx.files.pending.entries()];
  const uploads = wanted.map(({ id, title }) => {
    const found = pending.find(([, p]) => p.file_id === id);
    if (!found?.[1].bytes) throw new SlackError('file_not_found');
    return { key: found[0], title, name: found[1].name, id, bytes: found[1].bytes };
  });
  const targets = args.channel_id ? [args.channel_id] : args.channels ? String(args.channels).split(',') : [];
  const channels = targets.map((id) => {
    if (!/^[CDG]/.test(String(id))) throw new SlackError('channel_not_found');
    return writableChannel(ctx, id);
  });
  const comment = args.blocks
    ? messageContent({ blocks: args.blocks })
    : { text: String(args.initial_comment ?? '') };
  const records: FileRecord[] = [];
  for (const { key, bytes, ...upload } of uploads) {
    records.push(await ctx.files.add({ ...upload, user: bot.user_id }, bytes));
    ctx.files.pending.delete(key);
  }
  for (const channel of channels) {
    for (const { id } of records) ctx.files.share(id, { channel: channel.id });
    ctx.messages.post(channel.id, {
      user: bot.user_id,
      bot_id: bot.bot_id,
      app_id: bot.app_id,
      team: team.id,
      ...comment,
      files: records.map((r) => ctx.files.slackFile(r, ctx.base())),
      ...(typeof args.thread_ts === 'string' && { thread_ts: args.thread_ts }),
    });
  }
  return { files: records.map((r) => ctx.files.slackFile(r, ctx.base())) };
};

/**
 * A file the app may see: its own, one given to it by a modal, one shared where it is a member.
 * @throws SlackError file_not_found, file_deleted
 */
export function visibleFile(ctx: Context, id: unknown): FileRecord {
  if (ctx.files.removed.has(String(id))) throw new SlackError('file_deleted');
  const record = ctx.files.records.get(String(id));
  const bot = ctx.directory.bot.user_id;
  const seen =
    record &&
    (record.user === bot ||
      record.shown_to_app ||
      record.channels.some((c) => ctx.directory.channels.get(c)?.members.includes(bot)));
  if (!record || !seen) throw new SlackError('file_not_found');
  return record;
}

export const info: Method = ({ ctx, args }) => {
  const file: Json = ctx.files.slackFile(visibleFile(ctx, args.file), ctx.base());
  return { file, comments: [], response_metadata: { next_cursor: '' } };
};

export const remove: Method = async ({ ctx, args }) => {
  const record = visibleFile(ctx, args.file);
  if (record.user !== ctx.directory.bot.user_id) throw new SlackError('cant_delete_file');
  await ctx.files.remove(record.id);
  return {};
};
