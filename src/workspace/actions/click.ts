import { findElement, placedElements, STATEFUL } from '../block-kit/elements.ts';
import { stateOf } from '../block-kit/state.ts';
import { stateEntry, type ValueSources } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { exchange } from '../delivery/exchange.ts';
import { SlackError } from '../errors.ts';
import { common, messageContainer, namedChannel, shownMessage, shownView } from '../payloads.ts';
import type { Element, Json, Message, Outcome, PlainValues, StateValues, Target } from '../types.ts';
import { sourcesOf } from './sources.ts';
import { actor, NotPossible, type Place, placeOf } from './who.ts';

/** What is pressed or chosen. */
export interface Click {
  action_id: string;
  /** Needed only where an action id occurs in several blocks. */
  block_id?: string;
  /** What was chosen, in elements that hold a value. */
  value?: unknown;
  /** What else is filled in around it. */
  values?: PlainValues;
}

/** What people have filled in on messages, as their Slack clients keep it. */
const onMessages = new WeakMap<Message, Map<string, StateValues>>();

/**
 * Presses a button, or chooses in an element that tells the app at once.
 * @throws NotPossible when it is not there; RangeError when the option is not
 */
export async function click(ctx: Context, personId: string, target: Target, what: Click): Promise<Outcome> {
  const person = actor(ctx, personId);
  const place = placeOf(ctx, person, target);
  const blocks = place.kind === 'message' ? (place.message.blocks ?? []) : place.open.view.blocks;
  const placed = findElement(blocks, what.action_id, what.block_id);
  if (!placed) {
    const there = placedElements(blocks).map((p) => p.element.action_id);
    throw new NotPossible(
      'action_not_found',
      `There is no ${what.action_id} here, only: ${there.join(', ') || 'nothing'}.`,
      404,
    );
  }
  if (placed.input && !placed.block.dispatch_action) {
    throw new NotPossible('no_dispatch', 'This field is sent with the dialog, not by itself.', 400);
  }
  const sources = sourcesOf(ctx, person, place);
  const values =
    placed.element.type && STATEFUL.has(placed.element.type) && what.value !== undefined
      ? {
          ...what.values,
          [placed.block_id]: { ...inBlock(what.values, placed.block_id), [what.action_id]: what.value },
        }
      : (what.values ?? {});
  const state = stateOf(blocks, filledIn(place, person.id), values, sources);
  keep(place, person.id, state);
  const action = {
    action_id: placed.element.action_id,
    block_id: placed.block_id,
    ...actionValue(placed.element, what.value, state[placed.block_id]?.[what.action_id], sources),
    action_ts: (ctx.clock.now().getTime() / 1000).toFixed(6),
  };
  return exchange(
    ctx,
    {
      kind: 'block_actions',
      name: what.action_id,
      person: person.id,
      via: 'interactive',
      payload: {
        type: 'block_actions',
        ...common(ctx, person),
        ...placePayload(ctx, place, person.id, state),
        trigger_id: ctx.triggers.give(person.id),
        actions: [action],
      },
    },
    (body) => {
      if (body === undefined || body === '') return undefined;
      throw new SlackError('ack_body_ignored', [
        'Slack ignores what acknowledges block_actions: answer by response_url or a view',
      ]);
    },
  );
}

function inBlock(values: PlainValues | undefined, blockId: string): Json {
  const inner = values?.[blockId];
  return inner && typeof inner === 'object' && !Array.isArray(inner) ? (inner as Json) : {};
}

function filledIn(place: Place, person: string): StateValues {
  if (place.kind === 'view') return place.open.filled;
  return onMessages.get(place.message)?.get(person) ?? {};
}

function keep(place: Place, person: string, state: StateValues): void {
  if (place.kind === 'view') {
    place.open.filled = state;
    return;
  }
  const all = onMessages.get(place.message) ?? new Map<string, StateValues>();
  onMessages.set(place.message, all.set(person, state));
}

function actionValue(element: Element, value: unknown, entry: Json | undefined, sources: ValueSources): Json {
  if (STATEFUL.has(element.type) && entry) return entry;
  if (element.type === 'overflow') return stateEntry(element, value, sources);
  if (element.type === 'feedback_buttons') {
    const { positive_button, negative_button } = element as unknown as Record<string, Element>;
    const chosen = [positive_button, negative_button].find((b) => b?.value === value) ?? positive_button;
    return { type: element.type, text: chosen?.text, value: chosen?.value };
  }
  return {
    type: element.type,
    text: element.text,
    ...(element.value !== undefined && { value: element.value }),
    ...(element.style !== undefined && { style: element.style }),
  };
}

/** @returns the members that say where an interaction happened */
export function placePayload(ctx: Context, place: Place, person: string, state: StateValues): Json {
  if (place.kind === 'view') {
    return {
      container: { type: 'view', view_id: place.open.view.id },
      view: shownView(place.open, state),
    };
  }
  const { channel, message } = place;
  const ephemeral = message.is_ephemeral ?? false;
  const key = ctx.responseUrls.give({ person, channel: channel.id, message: { ts: message.ts, ephemeral } });
  return {
    container: messageContainer(channel.id, message),
    channel: namedChannel(channel),
    ...(!ephemeral && { message: shownMessage(message) }),
    state: { values: state },
    response_url: `${ctx.base()}/respond/${key}`,
  };
}
