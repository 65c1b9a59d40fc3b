import type { Clock } from '../clock.ts';
import { messageContent } from './block-kit/content.ts';
import type { Context } from './context.ts';
import { SlackError } from './errors.ts';
import { secret } from './ids.ts';
import type { Json } from './types.ts';

const USES = 5;
const LIFE_MS = 30 * 60_000;
const REMEMBERED = 5000;

/** What a response address answers to. */
export interface Answerable {
  person: string;
  channel: string;
  /** The message whose element was used; none for a command. */
  message?: { ts: string; ephemeral: boolean };
}

/** Response addresses: five uses in thirty minutes. */
export class ResponseUrls {
  readonly #clock: Clock;
  readonly #given = new Map<string, Answerable & { left: number; expires: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the secret of a new response address */
  give(to: Answerable): string {
    const key = secret(20);
    this.#given.set(key, { ...to, left: USES, expires: this.#clock.now().getTime() + LIFE_MS });
    if (this.#given.size > REMEMBERED) this.#given.delete(this.#given.keys().next().value as string);
    return key;
  }

  /**
   * @returns what the address answers to; one use is gone with `spend`
   * @throws SlackError invalid_token, expired_url, used_url
   */
  find(key: string): Answerable & { spend(): void } {
    const found = this.#given.get(key);
    if (!found) throw new SlackError('invalid_token', [], { status: 404 });
    if (found.expires < this.#clock.now().getTime()) throw new SlackError('expired_url', [], { status: 404 });
    if (found.left < 1) throw new SlackError('used_url', [], { status: 404 });
    return {
      ...found,
      spend: () => {
        found.left -= 1;
      },
    };
  }
}

/**
 * Does what the app asks by a response address: a new message, or a change of the one that was used.
 * @param key the address's secret
 * @param body the JSON that the app posted
 * @throws SlackError as Slack refuses it
 */
export function respond(ctx: Context, key: string, body: Json): void {
  const to = ctx.responseUrls.find(key);
  const type = body.response_type;
  if (type !== undefined && type !== 'ephemeral' && type !== 'in_channel') {
    throw new SlackError('invalid_arguments', ['invalid response_type'], { status: 400 });
  }
  if (body.delete_original === true && to.message) {
    remove(ctx, to);
  } else {
    const content = messageContent(decodedContent(body));
    if (body.replace_original === true && to.message) replace(ctx, to, content);
    else answer(ctx, to, content, body);
  }
  to.spend();
}

/** Slack takes blocks here as JSON or as a string of JSON. */
function decodedContent(body: Json): Json {
  if (typeof body.blocks !== 'string') return body;
  try {
    return { ...body, blocks: JSON.parse(body.blocks) };
  } catch {
    throw new SlackError('invalid_blocks_format', [], { status: 400 });
  }
}

type Content = ReturnType<typeof messageContent>;

function remove(ctx: Context, { person, channel, message }: Answerable): void {
  if (!message) return;
  if (message.ephemeral) ctx.messages.removeWhisper(person, message.ts);
  else if (ctx.messages.find(channel, message.ts)) ctx.messages.remove(channel, message.ts);
}

function replace(ctx: Context, { person, channel, message }: Answerable, content: Content): void {
  if (!message) return;
  const changes = { blocks: undefined, attachments: undefined, ...content };
  if (message.ephemeral) {
    ctx.messages.changeWhisper(person, message.ts, changes);
    return;
  }
  if (!ctx.messages.find(channel, message.ts)) throw new SlackError('message_not_found', [], { status: 404 });
  const edited = { user: ctx.directory.bot.user_id, ts: message.ts };
  ctx.messages.change(channel, message.ts, { ...changes, edited });
}

function answer(ctx: Context, to: Answerable, content: Content, body: Json): void {
  const { bot, team } = ctx.directory;
  const thread = typeof body.thread_ts === 'string' ? { thread_ts: body.thread_ts } : {};
  const message = {
    user: bot.user_id,
    bot_id: bot.bot_id,
    app_id: bot.app_id,
    team: team.id,
    ...content,
    ...thread,
  };
  if (body.response_type === 'in_channel') ctx.messages.post(to.channel, message);
  else ctx.messages.whisper(to.person, to.channel, message);
}
