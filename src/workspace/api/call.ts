import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { botScopes } from '../manifest.ts';
import type { Json } from '../types.ts';
import { checkedArguments } from './arguments.ts';
import { needScope } from './channels.ts';
import { METHODS } from './index.ts';
import { methodFacts } from './methods.ts';

/** A Web API request as it came in. */
export interface ApiRequest {
  method: string;
  token: string | undefined;
  /** Arguments as they came: strings from a form, anything from JSON. */
  raw: Json;
}

/**
 * Serves one Web API call: method, token, rate, scope, arguments, then the work.
 * @returns what is answered beside `ok: true`
 * @throws SlackError as Slack refuses it
 */
export async function callMethod(ctx: Context, { method, token, raw }: ApiRequest): Promise<Json> {
  const facts = methodFacts(method);
  const work = METHODS[method];
  if (!facts || !work) throw new SlackError('unknown_method', [], { extra: { req_method: method } });
  if (facts.token) {
    const problem = ctx.tokens.problem(token, method === 'apps.connections.open' ? 'app' : 'bot');
    if (problem) throw new SlackError(problem);
  }
  if (method !== 'chat.postMessage') ctx.rateLimits.count(method, facts.tier);
  needScope(ctx, ...facts.scopes);
  return work({ ctx, method, args: checkedArguments(facts, raw) });
}

/** @returns the headers Slack sends along: what the token may do, and what the method wants */
export function scopeHeaders(ctx: Context, method: string): Record<string, string> {
  return {
    'x-oauth-scopes': botScopes(ctx.manifest).join(','),
    'x-accepted-oauth-scopes': (methodFacts(method)?.scopes ?? []).join(','),
  };
}
