import { announce } from './announce.ts';
import { ApiError, read, send } from './api.ts';
import { h, keepFocus, refill } from './dom.ts';
import { renderMessage } from './message.ts';
import { setSide } from './navigation.ts';
import { channel, nameOf, on, person } from './state.ts';
import { arrange, reconcile } from './timeline.ts';
import type { Message, MessageEvent } from './types.ts';

/** The messages of a channel or of a thread, kept right while they are shown. */
export class Conversation {
  readonly node: HTMLElement;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly #list = h('ol', { class: 'messages' });
  readonly #older = h('div', { class: 'older' });
  readonly #messages = new Map<string, { message: Message; node: HTMLElement }>();
  readonly #stop: (() => void)[];
  /** Before which message the mark of what is new stands: what came while the person was away. */
  #firstNew = '';
  #pinned = true;
  /** The oldest message that was read, when there are older ones. */
  #oldest: string | undefined;

  constructor(channelId: string, thread?: string) {
    this.channel = channelId;
    this.thread = thread;
    this.node = h(
      'div',
      {
        class: 'conversation',
        tabindex: 0,
        role: 'region',
        'aria-label': thread ? 'Replies' : 'Messages',
        onscroll: () => {
          this.#pinned = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80;
          if (this.#pinned) this.#markRead();
        },
      },
      this.#older,
      this.#list,
    );
    const follow = new ResizeObserver(() => this.#pinned && this.#toEnd());
    follow.observe(this.#list);
    follow.observe(this.node);
    this.#stop = [
      on('message', (event) => this.#apply(event)),
      on('resync', () => void this.load()),
      on('people', () => this.#redraw()),
      on('jump', (to) => to.channel === channelId && void this.show(to.ts)),
      () => follow.disconnect(),
    ];
    document.addEventListener('visibilitychange', this.#markRead);
  }

  /** Reads the newest messages, or those before `before`. */
  async load(before?: string): Promise<void> {
    // What comes while the answer is on its way is not in it.
    const meanwhile: MessageEvent[] = [];
    const stop = on('message', (event) => meanwhile.push(event));
    try {
      const { messages, has_more: more } = await read<{ messages: Message[]; has_more: boolean }>(
        'messages',
        {
          channel: this.channel,
          thread_ts: this.thread,
          before,
          limit: 100,
        },
      );
      if (!before) {
        this.#messages.clear();
        this.#firstNew = this.#unreadFrom(messages);
      }
      for (const message of messages) this.#put(message);
      for (const event of meanwhile) this.#take(event);
      const first = messages[0]?.ts;
      this.#oldest = more ? first : undefined;
      const fromEnd = this.node.scrollHeight - this.node.scrollTop;
      refill(
        this.#older,
        more &&
          first &&
          h(
            'button',
            { type: 'button', class: 'link', onclick: () => void this.load(first) },
            'Older messages',
          ),
      );
      this.#draw();
      if (!before) this.#toEnd();
      // What was in view stays there; the older ones are above it.
      else this.node.scrollTop = this.node.scrollHeight - fromEnd;
      this.#markRead();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refill(this.#older, h('p', { class: 'error' }, error.message));
    } finally {
      stop();
    }
  }

  /** Stops listening; the node may be thrown away. */
  close(): void {
    for (const stop of this.#stop) stop();
    document.removeEventListener('visibilitychange', this.#markRead);
  }

  /** Scrolls to a message, read first where it is an older one, and marks it for a moment. */
  async show(ts: string): Promise<void> {
    for (let from = this.#oldest; !this.has(ts) && from && ts < from; from = this.#oldest) {
      await this.load(from);
      if (this.#oldest === from) return;
    }
    const node = this.#messages.get(ts)?.node;
    if (!node) return;
    this.#pinned = false;
    node.scrollIntoView({ block: 'center' });
    node.focus({ preventScroll: true });
    node.classList.add('marked');
    setTimeout(() => node.classList.remove('marked'), 2500);
  }

  has(ts: string): boolean {
    return this.#messages.has(ts);
  }

  #unreadFrom(messages: readonly Message[]): string {
    const lastRead = channel(this.channel)?.last_read ?? '';
    if (this.thread || !lastRead) return '';
    const isNew = (one: Message) => Number(one.ts) > Number(lastRead) && one.user !== person()?.id;
    return messages.find(isNew)?.ts ?? '';
  }

  #belongs(message: Message): boolean {
    const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
    if (this.thread) return message.ts === this.thread || message.thread_ts === this.thread;
    return !isReply || message.subtype === 'thread_broadcast';
  }

  #put(message: Message): void {
    const node = renderMessage(message, this.channel, this.thread !== undefined);
    this.#messages.set(message.ts, { message, node });
  }

  /** @returns whether it changes what is shown here */
  #take(event: MessageEvent): boolean {
    if (event.channel !== this.channel) return false;
    if (event.change === 'deleted') return this.#messages.delete(event.ts);
    if (!this.#belongs(event.message)) return false;
    this.#replace(event.message);
    return true;
  }

  #apply(event: MessageEvent): void {
    if (event.channel !== this.channel) return;
    if (event.change !== 'deleted' && this.#belongs(event.message)) {
      const isNew = !this.#messages.has(event.message.ts);
      if (isNew && !this.#firstNew && !this.thread && (document.hidden || !this.#pinned))
        this.#firstNew = event.message.ts;
      if (isNew && event.message.user !== person()?.id)
        announce(`${nameOf(event.message.user)}: ${event.message.text.slice(0, 300)}`);
    }
    if (!this.#take(event)) return;
    if (event.change === 'deleted' && event.ts === this.thread) setSide(null);
    this.#draw();
    if (this.#pinned) this.#toEnd();
    this.#markRead();
  }

  /** The new node takes the place of the old one, with the focus if that was inside. */
  #replace(message: Message): void {
    const old = this.#messages.get(message.ts)?.node;
    keepFocus(this.#list, () => {
      this.#put(message);
      const fresh = this.#messages.get(message.ts)?.node;
      if (old && fresh) old.replaceWith(fresh);
    });
  }

  #redraw(): void {
    for (const { message } of [...this.#messages.values()]) this.#replace(message);
    this.#draw();
  }

  #draw(): void {
    const all = [...this.#messages.values()].sort((a, b) => Number(a.message.ts) - Number(b.message.ts));
    reconcile(this.#list, arrange(all, this.#firstNew));
  }

  #toEnd(): void {
    this.node.scrollTop = this.node.scrollHeight;
  }

  readonly #markRead = (): void => {
    const view = channel(this.channel);
    const last = [...this.#messages.values()]
      .map((one) => one.message)
      .filter((message) => !message.is_ephemeral)
      .reduce((latest, message) => (Number(message.ts) > Number(latest) ? message.ts : latest), '0');
    if (this.thread || document.hidden || !this.#pinned || !view?.is_member) return;
    if (Number(last) <= Number(view.last_read || 0)) return;
    view.last_read = last;
    view.unread = 0;
    // A failed mark shows as unread and is tried again with the next message; nothing to tell the person.
    send('read', { channel: this.channel, ts: last }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      view.last_read = '0';
    });
  };
}
