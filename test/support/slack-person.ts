import { placedElements } from '../../src/workspace/block-kit/elements.ts';
import { CHANNELS } from '../../src/workspace/seed.ts';
import type { Workspace } from '../../src/workspace/server.ts';
import type { Block, Message, OpenView, Outcome, PlainValues, Target } from '../../src/workspace/types.ts';

/** A place with buttons, and what it says. */
interface Shown {
  target: Target;
  blocks: Block[];
}

/** Somebody who uses the workspace as people do: by what they read on screen. */
export interface SlackPerson {
  id: string;
  /** Types a command, in the notifications channel unless told otherwise. */
  command(line: string, channel?: string): Promise<Outcome>;
  /** Waits for a modal on top, with such a title if given. */
  modal(title?: string | RegExp): Promise<OpenView>;
  /** Submits the modal on top; fields by label. Throws when a field was refused, unless the test wants to look. */
  submit(values?: PlainValues): Promise<Outcome>;
  /** Closes the modal on top, or the whole stack. */
  close(all?: boolean): Promise<Outcome | undefined>;
  /**
   * Presses a button by its words (or their beginning, or a pattern, or its action id), wherever it was shown last: in the modal on
   * top, else in what only this person sees, direct messages, channels, Home. Waits for it to appear.
   */
  click(button: string | RegExp, where?: { channel?: string; ts?: string; home?: boolean }): Promise<Outcome>;
  /** Chooses in a select by its action id (modal on top, or where told). */
  choose(
    actionId: string,
    value: unknown,
    where?: { channel?: string; ts?: string; home?: boolean },
  ): Promise<Outcome>;
  /** Puts a file into the workspace and gives the value for a file field. */
  file(name: string, content: string | Buffer): Promise<string[]>;
  /** Waits for a message (own ephemeral ones among it) whose words fit. */
  sees(words: string | RegExp, where?: { channel?: string }): Promise<Message>;
  /** What is said to this person alone by the app, oldest first: direct messages. */
  direct(): Message[];
  /** What only this person sees in a channel, oldest first. */
  whispers(channel?: string): Message[];
  /** Opens the app's Home and waits until it says such words. */
  home(words?: string | RegExp): Promise<OpenView>;
}

/** @returns all words of a message or view, in reading order, one text a line */
export function wordsOf(shown: { text?: string; blocks?: unknown; title?: unknown }): string {
  const words: string[] = [];
  const walk = (value: unknown, name?: string): void => {
    if (typeof value === 'string') {
      if (name === 'text' || name === 'url') words.push(value);
    } else if (Array.isArray(value)) {
      for (const inner of value) walk(inner);
    } else if (value && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(inner, key);
    }
  };
  walk(shown.title);
  if (shown.text) words.push(shown.text);
  walk(shown.blocks);
  return words.join('\n');
}

/**
 * @param slack the workspace
 * @param id who
 * @param patienceMs how long to wait for what should appear
 */
export function slackPerson(slack: Workspace, id: string, patienceMs = 15_000): SlackPerson {
  const { ctx } = slack;
  const { bus, directory, messages, modals } = ctx;
  const until = <T>(look: () => T | undefined | false, what: string) => bus.until(look, patienceMs, what);
  const dm = () => directory.findDirectMessage(id, directory.bot.user_id)?.id;

  const places = (where: { channel?: string; ts?: string; home?: boolean } = {}): Shown[] => {
    const home = modals.homes.get(id);
    const homes: Shown[] = home ? [{ target: { type: 'home' }, blocks: home.view.blocks }] : [];
    if (where.home) return homes;
    const inChannel = (channel: string): Shown[] =>
      [...messages.in(channel), ...messages.ephemeralFor(id, channel)]
        .sort((a, b) => (a.ts < b.ts ? 1 : -1))
        .filter((m) => where.ts === undefined || m.ts === where.ts)
        .map((m) => ({ target: { type: 'message', channel, ts: m.ts }, blocks: m.blocks ?? [] }));
    if (where.channel) return inChannel(where.channel);
    const top = modals.stack(id).at(-1);
    if (top) return [{ target: { type: 'view', view_id: top.view.id }, blocks: top.view.blocks }];
    const channels = [...directory.channels.values()].filter((c) => directory.maySee(id, c)).map((c) => c.id);
    const newest = channels.flatMap(inChannel).sort((a, b) => (tsOf(a) < tsOf(b) ? 1 : -1));
    return [...newest, ...homes];
  };

  const find = (button: string | RegExp, where?: { channel?: string; ts?: string; home?: boolean }) => {
    for (const { target, blocks } of places(where)) {
      for (const placed of placedElements(blocks)) {
        const words = placed.element.text?.text ?? '';
        const fits =
          button instanceof RegExp
            ? button.test(words)
            : words === button || placed.element.action_id === button || words.startsWith(`${button} `);
        if (fits) return { target, placed };
      }
    }
    return undefined;
  };

  const top = (): OpenView => {
    const open = modals.stack(id).at(-1);
    if (!open) throw new Error(`${id} has no modal open`);
    return open;
  };

  return {
    id,
    command: (line, channel = CHANNELS.notifications) => slack.command(id, channel, line),
    modal: (title) =>
      until(
        () => {
          const open = modals.stack(id).at(-1);
          return open && (title === undefined || fits(open.view.title?.text ?? '', title)) ? open : undefined;
        },
        `a modal ${title ?? ''} for ${id}`,
      ),
    submit: (values = {}) => slack.submit(id, top().view.id, values),
    close: (all = false) => slack.closeModal(id, top().view.id, all),
    async click(button, where) {
      const { target, placed } = await until(() => find(button, where), `a button ${button} for ${id}`);
      return slack.click(id, target, {
        action_id: placed.element.action_id as string,
        block_id: placed.block_id,
      });
    },
    async choose(actionId, value, where) {
      const { target, placed } = await until(() => find(actionId, where), `a choice ${actionId} for ${id}`);
      return slack.click(id, target, { action_id: actionId, block_id: placed.block_id, value });
    },
    async file(name, content) {
      return [(await slack.uploadFile(id, { name, bytes: Buffer.from(content) })).id];
    },
    sees: (words, where = {}) =>
      until(() => {
        const channels = where.channel
          ? [where.channel]
          : [...directory.channels.values()].filter((c) => directory.maySee(id, c)).map((c) => c.id);
        return channels
          .flatMap((c) => [...messages.in(c), ...messages.ephemeralFor(id, c)])
          .sort((a, b) => (a.ts < b.ts ? 1 : -1))
          .find((m) => fits(wordsOf(m), words));
      }, `the words ${words} for ${id}`),
    direct: () => messages.in(dm() ?? ''),
    whispers: (channel = CHANNELS.notifications) => messages.ephemeralFor(id, channel),
    async home(words) {
      await slack.openHome(id);
      return until(
        () => {
          const open = modals.homes.get(id);
          return open && (words === undefined || fits(wordsOf(open.view), words)) ? open : undefined;
        },
        `a Home ${words ?? ''} for ${id}`,
      );
    },
  };
}

function fits(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function tsOf({ target }: Shown): string {
  return target.type === 'message' ? target.ts : '';
}
