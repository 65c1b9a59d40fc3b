import { strings } from '../../words/pages.ts';

/** What is looked at in a response, in this order. A sign-in needs every one. */
export const CHECKS = strings.checks.names;

export type CheckName = keyof typeof CHECKS;

/** The outcome of one check. What the identity provider sent is in it, so show it as plain text only. */
export interface Check {
  name: CheckName;
  ok: boolean;
  /** What was found, in one sentence. */
  detail: string;
  /** When it failed: a word for the log, its own for each cause. */
  code?: string;
  /** When it failed: what to change, and where. */
  fix?: string;
}

/**
 * @param name which check
 * @param detail what was found to be right
 * @returns a passed check
 */
export function pass(name: CheckName, detail: string): Check {
  return { name, ok: true, detail };
}

/**
 * @param name which check
 * @param code a word for the log
 * @param detail what is wrong
 * @param fix what to do
 * @returns a failed check
 */
export function fail(name: CheckName, code: string, detail: string, fix: string): Check {
  return { name, ok: false, code, detail, fix };
}

/** What to do about a response whose shape no identity provider makes. */
export const SHAPE_FIX = strings.checks.tampering;
