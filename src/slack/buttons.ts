import type { Step, StepArgs } from '../words/document.ts';
import { type PlainText, plainText } from './inert.ts';
import { LIMITS } from './limits.ts';

/** What a button means, as written into its ids; see `stepOf` for the way back. */
export interface Pressed {
  go: Step['go'];
  kind: string;
  args: StepArgs;
}

const GO = new Set<string>(['open', 'show', 'do', 'decide']);
const ACTION_ID = /^([a-z]+):([A-Za-z.]{1,60})(?:#\d+)?$/;

/** Gives action ids out so that each is unique in its view or message. */
export class ActionIds {
  private readonly used = new Map<string, number>();

  /** @returns `<go>:<kind>`, with `#n` from the second of its kind on */
  next(go: string, kind: string): string {
    const id = `${go}:${kind}`;
    const count = (this.used.get(id) ?? 0) + 1;
    this.used.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  }
}

export interface Button {
  type: 'button';
  action_id: string;
  text: PlainText;
  value: string;
  style?: 'primary' | 'danger';
}

/**
 * @param step what pressing does
 * @param ids gives the action id
 * @returns the button; its value carries ids only
 */
export function button(step: Step, ids: ActionIds): Button {
  return {
    type: 'button',
    action_id: ids.next(step.go, step.kind),
    text: plainText(step.label, LIMITS.buttonText),
    value: JSON.stringify(step.args),
    ...(step.style && { style: step.style }),
  };
}

/**
 * Reads a button back.
 * @param actionId the button's action id
 * @param value its value
 * @returns what it means, or null for a button that this release does not make
 */
export function pressed(actionId: string, value: string | undefined): Pressed | null {
  const match = ACTION_ID.exec(actionId);
  if (!match || !GO.has(match[1] as string)) return null;
  const args = idsOf(value ?? '{}');
  return args && { go: match[1] as Step['go'], kind: match[2] as string, args };
}

/**
 * @param json the value of a button, or a view's private metadata
 * @returns a flat record of short strings, or null when it is anything else
 */
export function idsOf(json: string): StepArgs | null {
  const parsed = parse(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const fits = Object.values(parsed).every((v) => typeof v === 'string' && v.length <= 1000);
  return fits ? (parsed as StepArgs) : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
