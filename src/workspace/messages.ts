import type { Bus } from './bus.ts';
import type { Message } from './types.ts';

const WHISPERS_KEPT = 200;

/** Messages by channel, and those that only one person sees. */
export class Messages {
  readonly byChannel = new Map<string, Message[]>();
  /** Ephemeral messages by person; gone with the process, as they go when Slack is reloaded. */
  readonly ephemeral = new Map<string, { channel: string; message: Message }[]>();
  readonly #bus: Bus;
  readonly #nextTs: () => string;

  constructor(bus: Bus, nextTs: () => string) {
    this.#bus = bus;
    this.#nextTs = nextTs;
  }

  /** @returns the channel's messages and replies, oldest first; the list itself, which goes on growing */
  in(channel: string): Message[] {
    return this.byChannel.get(channel) ?? [];
  }

  /** @returns one message */
  find(channel: string, ts: string): Message | undefined {
    return this.in(channel).find((m) => m.ts === ts);
  }

  /** @returns a thread: the parent, then its replies */
  thread(channel: string, ts: string): Message[] {
    return this.in(channel).filter((m) => m.ts === ts || m.thread_ts === ts);
  }

  /** @returns what this person sees there and nobody else */
  ephemeralFor(person: string, channel?: string): Message[] {
    return (this.ephemeral.get(person) ?? [])
      .filter((e) => channel === undefined || e.channel === channel)
      .map((e) => e.message);
  }

  /** Adds a message; a reply also counts at its parent. */
  post(channel: string, message: Omit<Message, 'type' | 'ts'>): Message {
    const full: Message = { type: 'message', ts: this.#nextTs(), ...message };
    const list = this.byChannel.get(channel);
    if (list) list.push(full);
    else this.byChannel.set(channel, [full]);
    this.#bus.tell({ type: 'message', change: 'new', channel, message: full });
    if (full.thread_ts) this.#countReplies(channel, full.thread_ts);
    return full;
  }

  /** Changes a message in place. */
  change(channel: string, ts: string, changes: Partial<Message>): Message {
    const message = this.find(channel, ts);
    if (!message) throw new RangeError(`There is no message ${ts} in ${channel}`);
    Object.assign(message, changes);
    this.#bus.tell({ type: 'message', change: 'changed', channel, message });
    return message;
  }

  /** Takes a message away. */
  remove(channel: string, ts: string): void {
    const message = this.find(channel, ts);
    this.byChannel.set(
      channel,
      this.in(channel).filter((m) => m.ts !== ts),
    );
    const thread = message?.thread_ts;
    this.#bus.tell({
      type: 'message',
      change: 'deleted',
      channel,
      ts,
      ...(thread && thread !== ts && { thread_ts: thread }),
    });
    if (thread && thread !== ts) this.#countReplies(channel, thread);
  }

  /** Shows something to one person only. */
  whisper(person: string, channel: string, message: Omit<Message, 'type' | 'ts'>): Message {
    const full: Message = { type: 'message', ts: this.#nextTs(), ...message, is_ephemeral: true };
    const list = [...(this.ephemeral.get(person) ?? []), { channel, message: full }];
    this.ephemeral.set(person, list.slice(-WHISPERS_KEPT));
    this.#bus.tell({ type: 'message', change: 'new', channel, message: full, only: person });
    return full;
  }

  /** Changes what only one person sees. */
  changeWhisper(person: string, ts: string, changes: Partial<Message>): Message | undefined {
    const found = (this.ephemeral.get(person) ?? []).find((e) => e.message.ts === ts);
    if (!found) return undefined;
    Object.assign(found.message, changes);
    const { channel, message } = found;
    this.#bus.tell({ type: 'message', change: 'changed', channel, message, only: person });
    return message;
  }

  /** Takes away what only one person sees. */
  removeWhisper(person: string, ts: string): void {
    const list = this.ephemeral.get(person) ?? [];
    const found = list.find((e) => e.message.ts === ts);
    if (!found) return;
    this.ephemeral.set(
      person,
      list.filter((e) => e !== found),
    );
    this.#bus.tell({ type: 'message', change: 'deleted', channel: found.channel, ts, only: person });
  }

  #countReplies(channel: string, threadTs: string): void {
    const parent = this.find(channel, threadTs);
    if (!parent) return;
    const replies = this.in(channel).filter((m) => m.thread_ts === threadTs && m.ts !== threadTs);
    this.change(channel, threadTs, {
      thread_ts: threadTs,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((m) => m.user))],
      latest_reply: replies.at(-1)?.ts,
    });
  }
}
