import { clientErrors } from '../block-kit/checks.ts';
import { viewContent } from '../block-kit/content.ts';
import { placedElements } from '../block-kit/elements.ts';
import { stateOf } from '../block-kit/state.ts';
import type { Context } from '../context.ts';
import { exchange } from '../delivery/exchange.ts';
import { SlackError } from '../errors.ts';
import { inputBlocks } from '../modals.ts';
import { common, shownView } from '../payloads.ts';
import type { Json, OpenView, Outcome, Person, PlainValues, StateValues } from '../types.ts';
import { sourcesOf } from './sources.ts';
import { actor, NotPossible, placeOf } from './who.ts';

/** Keeps what a person has filled in so far. @throws NotPossible, RangeError */
export function draft(ctx: Context, personId: string, viewId: string, values: PlainValues): void {
  const { person, open } = openModal(ctx, personId, viewId);
  open.filled = filled(ctx, person, open, values);
}

/**
 * Submits a modal: first the checks of Slack's own client, then the app's.
 * @param values what is filled in, by block id and action id, or by label
 * @throws NotPossible when it is not the person's topmost modal; RangeError for a field that is not there
 */
export async function submit(
  ctx: Context,
  personId: string,
  viewId: string,
  values: PlainValues = {},
): Promise<Outcome> {
  const { person, open } = openModal(ctx, personId, viewId);
  if (ctx.modals.stack(person.id).at(-1) !== open) {
    throw new NotPossible('view_not_on_top', 'Another dialog lies above this one.');
  }
  if (!open.view.submit) throw new NotPossible('no_submit', 'This dialog has nothing to submit.');
  const state = filled(ctx, person, open, values);
  open.filled = state;
  const errors = clientErrors(open.view, state);
  if (Object.keys(errors).length > 0)
    return { ok: false, sent: false, ms: 0, error: 'invalid_fields', errors };
  for (const id of fileIds(state)) ctx.files.share(id, { toApp: true });
  return exchange(
    ctx,
    {
      kind: 'view_submission',
      name: open.view.callback_id,
      person: person.id,
      via: 'interactive',
      payload: {
        type: 'view_submission',
        ...common(ctx, person),
        trigger_id: ctx.triggers.give(person.id),
        view: shownView(open, state),
        response_urls: responseUrls(ctx, person, open, state),
      },
    },
    (body) => take(ctx, person, open, body),
  );
}

/**
 * Closes a modal by its close button, or the whole stack by ×.
 * @returns undefined when the app need not hear of it
 */
export async function close(
  ctx: Context,
  personId: string,
  viewId: string,
  all = false,
): Promise<Outcome | undefined> {
  const { person, open } = openModal(ctx, personId, viewId);
  const whole = all || open.view.clear_on_close;
  const closed = ctx.modals.close(person.id, viewId, whole).filter((o) => o.view.notify_on_close);
  let outcome: Outcome | undefined;
  for (const one of closed) {
    outcome = await exchange(
      ctx,
      {
        kind: 'view_closed',
        name: one.view.callback_id,
        person: person.id,
        via: 'interactive',
        payload: { type: 'view_closed', ...common(ctx, person), view: shownView(one), is_cleared: whole },
      },
      () => undefined,
    );
  }
  return outcome;
}

function openModal(ctx: Context, personId: string, viewId: string): { person: Person; open: OpenView } {
  const person = actor(ctx, personId);
  const place = placeOf(ctx, person, { type: 'view', view_id: viewId });
  if (place.kind !== 'view' || place.open.view.type !== 'modal') {
    throw new NotPossible('not_a_modal', 'This is not a dialog.', 400);
  }
  return { person, open: place.open };
}

function filled(ctx: Context, person: Person, open: OpenView, values: PlainValues): StateValues {
  return stateOf(open.view.blocks, open.filled, values, sourcesOf(ctx, person, { kind: 'view', open }));
}

function fileIds(state: StateValues): string[] {
  return Object.values(state)
    .flatMap((actions) => Object.values(actions))
    .filter((entry) => entry.type === 'file_input')
    .flatMap((entry) => (entry.files as Json[]).map((file) => String(file.id)));
}

/** Conversation selects with `response_url_enabled` give the app an address for what was chosen. */
function responseUrls(ctx: Context, person: Person, open: OpenView, state: StateValues): Json[] {
  return placedElements(open.view.blocks)
    .filter((p) => p.element.response_url_enabled === true)
    .flatMap(({ block_id, element }) => {
      const action_id = element.action_id as string;
      const entry = state[block_id]?.[action_id] ?? {};
      const channel_id = (entry.selected_conversation ?? entry.selected_channel) as string | null | undefined;
      if (!channel_id) return [];
      const key = ctx.responseUrls.give({ person: person.id, channel: channel_id });
      return [{ block_id, action_id, channel_id, response_url: `${ctx.base()}/respond/${key}` }];
    });
}

/** Obeys the answer to a submission (Slack: "Modals", response actions). */
function take(ctx: Context, person: Person, open: OpenView, body: unknown): Partial<Outcome> | undefined {
  if (body === undefined || body === '' || (isObject(body) && Object.keys(body).length === 0)) {
    ctx.modals.close(person.id, open.view.id);
    return undefined;
  }
  if (!isObject(body)) throw new SlackError('invalid_response_action', ['the body must be empty or JSON']);
  switch (body.response_action) {
    case 'clear':
      ctx.modals.close(person.id, open.view.id, true);
      return undefined;
    case 'errors': {
      const errors = checkedErrors(open, body.errors);
      ctx.modals.showErrors(open, errors);
      return { ok: true, errors };
    }
    case 'update':
      ctx.modals.update(open, viewContent(body.view, 'modal'));
      return undefined;
    case 'push':
      ctx.modals.push(person.id, viewContent(body.view, 'modal'));
      return undefined;
    default:
      throw new SlackError('invalid_response_action', [
        `unknown response_action ${String(body.response_action)}`,
      ]);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkedErrors(open: OpenView, errors: unknown): Record<string, string> {
  if (!isObject(errors) || Object.keys(errors).length === 0) {
    throw new SlackError('invalid_response_action', ['errors must name at least one block']);
  }
  const inputs = inputBlocks(open.view);
  for (const [blockId, said] of Object.entries(errors)) {
    if (!inputs.has(blockId)) {
      throw new SlackError('invalid_response_action', [`there is no input block ${blockId} in the view`]);
    }
    if (typeof said !== 'string' || said === '') {
      throw new SlackError('invalid_response_action', [`the error of ${blockId} must be a text`]);
    }
  }
  return errors as Record<string, string>;
}
