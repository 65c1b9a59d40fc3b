import type { Context } from '../context.ts';
import { exchange } from '../delivery/exchange.ts';
import { common, namedChannel, shownMessage } from '../payloads.ts';
import type { Outcome } from '../types.ts';
import { actor, NotPossible, placeOf } from './who.ts';

/**
 * Runs a shortcut of the manifest: a global one, or one on a message.
 * @throws NotPossible when the manifest has none by this name, or the message is not there
 */
export async function shortcut(
  ctx: Context,
  personId: string,
  callbackId: string,
  on?: { channel: string; ts: string },
): Promise<Outcome> {
  const person = actor(ctx, personId);
  const declared = ctx.manifest.features?.shortcuts?.find((s) => s.callback_id === callbackId);
  if (!declared || (declared.type === 'message') !== (on !== undefined)) {
    throw new NotPossible('shortcut_not_found', `The app has no such shortcut: ${callbackId}.`, 404);
  }
  const base = {
    ...common(ctx, person),
    callback_id: callbackId,
    trigger_id: ctx.triggers.give(person.id),
    action_ts: (ctx.clock.now().getTime() / 1000).toFixed(6),
  };
  const place = on && placeOf(ctx, person, { type: 'message', ...on });
  const payload =
    place?.kind === 'message'
      ? {
          type: 'message_action',
          ...base,
          channel: namedChannel(place.channel),
          message: shownMessage(place.message),
          message_ts: place.message.ts,
          response_url: `${ctx.base()}/respond/${ctx.responseUrls.give({ person: person.id, channel: place.channel.id })}`,
        }
      : { type: 'shortcut', ...base };
  return exchange(
    ctx,
    { kind: 'shortcut', name: callbackId, person: person.id, via: 'interactive', payload },
    () => undefined,
  );
}
