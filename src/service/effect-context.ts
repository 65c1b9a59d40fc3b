import { newToken } from '../identity/dns-proof.ts';
import type { EffectContext } from '../operations/operation.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';

/** @returns what an operation's effects may use beside facts and input */
export function effectContext(context: Context, askedBy: string, requestId: string | null): EffectContext {
  return { now: context.clock.now(), newId, newToken, requestId, askedBy };
}
