import { findElement, optionsOf, placedElements } from './block-kit/elements.ts';
import type { Bus } from './bus.ts';
import type { Bot, Team } from './directory.ts';
import { SlackError } from './errors.ts';
import { secret, slackId } from './ids.ts';
import type { Block, Element, Json, OpenView, Option, StateValues, View } from './types.ts';

const DEEPEST = 3;

/** The modals each person has open (a stack of three at most), and each person's Home. */
export class Modals {
  readonly homes = new Map<string, OpenView>();
  readonly #stacks = new Map<string, OpenView[]>();
  readonly #team: Team;
  readonly #bot: Bot;
  readonly #bus: Bus;

  constructor(team: Team, bot: Bot, bus: Bus) {
    this.#team = team;
    this.#bot = bot;
    this.#bus = bus;
  }

  /** @returns the person's open modals, root first */
  stack(person: string): OpenView[] {
    return this.#stacks.get(person) ?? [];
  }

  /** @returns an open modal or a Home by its id */
  find(viewId: string): OpenView | undefined {
    for (const list of [...this.#stacks.values(), [...this.homes.values()]]) {
      const found = list.find((open) => open.view.id === viewId);
      if (found) return found;
    }
    return undefined;
  }

  /** @returns an open modal or a Home by the id that the app gave it */
  findExternal(externalId: string): OpenView | undefined {
    const all = [...[...this.#stacks.values()].flat(), ...this.homes.values()];
    return all.find((open) => open.view.external_id === externalId);
  }

  /** Opens a modal as the root; what was open before is gone. */
  open(person: string, content: Json & { blocks: Block[] }): View {
    this.#refuseTakenExternalId(content);
    const view = this.#view('modal', content, null);
    this.#stacks.set(person, [opened(view, person)]);
    this.#bus.tell({ type: 'modals', person });
    return view;
  }

  /**
   * Puts a modal onto the person's stack.
   * @throws SlackError not_found without a stack, push_limit_reached at three
   */
  push(person: string, content: Json & { blocks: Block[] }): View {
    const stack = this.stack(person);
    const top = stack.at(-1);
    if (!top) throw new SlackError('not_found');
    if (stack.length >= DEEPEST) throw new SlackError('push_limit_reached');
    this.#refuseTakenExternalId(content);
    const view = this.#view('modal', content, top.view);
    this.#stacks.set(person, [...stack, opened(view, person)]);
    this.#bus.tell({ type: 'modals', person });
    return view;
  }

  /**
   * Replaces what an open view shows. Fields with the same ids keep what was filled in.
   * @throws SlackError hash_conflict, duplicate_external_id
   */
  update(open: OpenView, content: Json & { blocks: Block[] }, hash?: string): View {
    if (hash !== undefined && hash !== open.view.hash) throw new SlackError('hash_conflict');
    this.#refuseTakenExternalId(content, open);
    const previous = open.view;
    open.view = {
      ...this.#view(previous.type, content, null),
      id: previous.id,
      root_view_id: previous.root_view_id,
      previous_view_id: previous.previous_view_id,
    };
    open.errors = {};
    open.filled = kept(open.filled, open.view.blocks);
    this.#bus.tell(
      open.view.type === 'home'
        ? { type: 'home', person: open.person, view: open.view }
        : { type: 'modals', person: open.person },
    );
    return open.view;
  }

  /** Publishes a person's Home. */
  publish(person: string, content: Json & { blocks: Block[] }, hash?: string): View {
    const current = this.homes.get(person);
    if (current) return this.update(current, content, hash);
    this.#refuseTakenExternalId(content);
    const view = this.#view('home', content, null);
    this.homes.set(person, opened(view, person));
    this.#bus.tell({ type: 'home', person, view });
    return view;
  }

  /** Closes a view and those above it, or all. @returns what was closed, top first */
  close(person: string, viewId: string, all = false): OpenView[] {
    const stack = this.stack(person);
    const from = all ? 0 : stack.findIndex((open) => open.view.id === viewId);
    if (from < 0) return [];
    this.#stacks.set(person, stack.slice(0, from));
    this.#bus.tell({ type: 'modals', person });
    return stack.slice(from).reverse();
  }

  /** Shows what the app said under fields. */
  showErrors(open: OpenView, errors: Record<string, string>): void {
    open.errors = errors;
    this.#bus.tell({ type: 'modals', person: open.person });
  }

  #view(type: 'modal' | 'home', content: Json & { blocks: Block[] }, below: View | null): View {
    const id = slackId('V');
    return {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      clear_on_close: false,
      notify_on_close: false,
      ...(type === 'modal' && { submit: null, close: null }),
      ...content,
      type,
      id,
      team_id: this.#team.id,
      app_id: this.#bot.app_id,
      bot_id: this.#bot.bot_id,
      hash: `${Math.floor(Date.now() / 1000)}.${secret(4)}`,
      root_view_id: below?.root_view_id ?? id,
      previous_view_id: below?.id ?? null,
    } as View;
  }

  #refuseTakenExternalId(content: Json, self?: OpenView): void {
    if (!content.external_id) return;
    const holder = this.findExternal(String(content.external_id));
    if (holder && holder !== self) throw new SlackError('duplicate_external_id');
  }
}

function opened(view: View, person: string): OpenView {
  return { view, person, filled: {}, offered: {}, errors: {} };
}

function kept(filled: StateValues, blocks: Block[]): StateValues {
  const still: StateValues = {};
  for (const [blockId, actions] of Object.entries(filled)) {
    for (const [actionId, value] of Object.entries(actions)) {
      const placed = findElement(blocks, actionId, blockId);
      if (!placed || placed.element.type !== value.type || !stillOffered(placed.element, value)) continue;
      still[blockId] = { ...still[blockId], [actionId]: value };
    }
  }
  return still;
}

/** What was chosen among options that are gone is not kept. */
function stillOffered(element: Element, value: Json): boolean {
  if (!element.options && !element.option_groups) return true;
  const values = new Set(optionsOf(element).map((o) => o.value));
  const chosen = [value.selected_option ?? [], value.selected_options ?? []].flat() as Option[];
  return chosen.every((o) => values.has(o.value));
}

/** @returns the view's `input` blocks, by block id, with their elements */
export function inputBlocks(view: View): Map<string, ReturnType<typeof placedElements>[number]> {
  return new Map(
    placedElements(view.blocks)
      .filter((p) => p.input)
      .map((p) => [p.block_id, p]),
  );
}
