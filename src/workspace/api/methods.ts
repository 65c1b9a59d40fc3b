import { readFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { Json } from '../types.ts';

/** The shape of an argument, a small part of JSON Schema. */
export interface Argument {
  type?: string | string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: Argument & { required?: string[]; properties?: Record<string, Argument> };
}

/** What Slack says of a method. */
export interface MethodFacts {
  tier: string;
  scopes: string[];
  json: boolean;
  token: boolean;
  required: string[];
  args: Record<string, Argument>;
  errors: string[];
}

/** One call of a method, its arguments checked and decoded. */
export interface Call {
  ctx: Context;
  method: string;
  args: Json;
}

export type Method = (call: Call) => Json | Promise<Json>;

const facts = JSON.parse(
  readFileSync(new URL('../data/methods.data.json', import.meta.url), 'utf8'),
) as Record<string, MethodFacts>;

/** @returns what Slack says of a method, if it is one of those served here */
export function methodFacts(method: string): MethodFacts | undefined {
  return Object.hasOwn(facts, method) ? facts[method] : undefined;
}
