import type { Effect } from '../../service/effects/effect.ts';
import type { Piece, Step } from '../../words/document.ts';
import { say } from '../../words/document.ts';
import type { EffectContext } from '../operation.ts';

/**
 * Tells the notifications channel of a change that nobody had to approve. An approved one is told by its card.
 * @param context what the change runs in
 * @param teamId whose channel
 * @param words what the asker did: "turned off SSO for ", "acme.com"
 * @param more the reason, and buttons below the sentence
 */
export function announce(
  context: EffectContext,
  teamId: string,
  words: Piece[],
  more: { reason?: string; steps?: Step[] } = {},
): Effect[] {
  if (context.requestId !== null) return [];
  const sentence: Piece[] = [{ person: context.askedBy }, ' ', ...words, '.'];
  if (more.reason) sentence.push(` Reason: ${more.reason}`);
  return [{ type: 'tell.channel', teamId, document: say(sentence, more.steps ?? []) }];
}
