import { findElement } from '../block-kit/elements.ts';
import { schemaErrors } from '../block-kit/schema.ts';
import type { Context } from '../context.ts';
import { exchange } from '../delivery/exchange.ts';
import { SlackError } from '../errors.ts';
import { common } from '../payloads.ts';
import type { Json, Option, OptionGroup, Outcome, Target } from '../types.ts';
import { placePayload } from './click.ts';
import { offeredOn } from './sources.ts';
import { actor, NotPossible, placeOf } from './who.ts';

export type Offered = Outcome & { options?: Option[]; option_groups?: OptionGroup[] };

const MOST = 100;

/**
 * Asks the app for the options of an external select, as its field is typed in.
 * @param query what is typed so far
 * @throws NotPossible when there is no such select
 */
export async function options(
  ctx: Context,
  personId: string,
  target: Target,
  actionId: string,
  query: string,
  blockId?: string,
): Promise<Offered> {
  const person = actor(ctx, personId);
  const place = placeOf(ctx, person, target);
  const blocks = place.kind === 'message' ? (place.message.blocks ?? []) : place.open.view.blocks;
  const placed = findElement(blocks, actionId, blockId);
  if (!placed?.element.type.includes('external_select')) {
    throw new NotPossible('action_not_found', `There is no external select ${actionId} here.`, 404);
  }
  if (!ctx.manifest.settings?.interactivity?.message_menu_options_url) {
    throw new NotPossible('no_options_url', 'The manifest has no address for the options of selects.');
  }
  const {
    response_url: _,
    state: __,
    ...where
  } = placePayload(ctx, place, person.id, place.kind === 'view' ? place.open.filled : {});
  let found: Pick<Offered, 'options' | 'option_groups'> = {};
  const outcome = await exchange(
    ctx,
    {
      kind: 'block_suggestion',
      name: actionId,
      person: person.id,
      via: 'interactive',
      payload: {
        type: 'block_suggestion',
        ...common(ctx, person),
        ...where,
        action_id: actionId,
        block_id: placed.block_id,
        value: query,
      },
    },
    (body) => {
      found = offered(body);
      return undefined;
    },
    () => 'The options could not be loaded.',
  );
  const flat = [...(found.options ?? []), ...(found.option_groups ?? []).flatMap((g) => g.options)];
  const known = place.kind === 'view' ? place.open.offered : offeredOn(place.message);
  const before = (known[actionId] ?? []).filter((o) => !flat.some((n) => n.value === o.value));
  known[actionId] = [...before, ...flat];
  return { ...outcome, ...found };
}

function offered(body: unknown): Pick<Offered, 'options' | 'option_groups'> {
  const { options: list, option_groups: groups } = (body ?? {}) as Json;
  const [name, definition, items] = Array.isArray(groups)
    ? (['option_groups', 'option_group_object', groups] as const)
    : (['options', 'option_object_plain_text', list] as const);
  if (!Array.isArray(items))
    throw new SlackError('invalid_options', ['options or option_groups must be a list']);
  if (items.length > MOST)
    throw new SlackError('invalid_options', [`no more than ${MOST} items allowed [json-pointer:/${name}]`]);
  const errors = items.flatMap((item, i) => schemaErrors(definition, item, `/${name}/${i}`));
  if (errors.length > 0) throw new SlackError('invalid_options', errors);
  return { [name]: items };
}
