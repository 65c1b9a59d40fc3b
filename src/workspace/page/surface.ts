import { attempt, send } from './api.ts';
import { confirmed } from './confirm.ts';
import type { Fields } from './fields.ts';
import type { Voice } from './text/render.ts';
import type { Element, Option, Outcome, Target, TextObject } from './types.ts';

/** Where blocks are shown, and what pressing something there needs. */
export interface Surface {
  kind: 'message' | 'modal' | 'home';
  target: Target;
  fields: Fields;
  voice: Voice;
  /** What the app or the checks said under fields, by block id. */
  errors: Record<string, string>;
  /** Options that the app offered for external selects, by action id. */
  offered: Record<string, Option[]>;
  /** The channel in which the surface stands or was opened. */
  channel?: string;
}

/** Where in a surface an element stands. */
export interface Spot {
  surface: Surface;
  blockId: string;
  /** In an `input` block: filled in and sent with the whole, rather than acting at once. */
  inInput: boolean;
  /** An `input` block that acts at once as well. */
  dispatch: boolean;
  /** Ids of what names and describes the element. */
  labelledBy?: string;
  describedBy?: string;
  required?: boolean;
  invalid?: boolean;
}

export interface Confirm {
  title?: TextObject;
  text?: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: 'primary' | 'danger';
}

/**
 * Presses a button or chooses in an element: asks first if the app wants that, and shows that it is at work.
 * @param node is marked busy meanwhile
 * @param value what was chosen, nothing for a button
 * @returns false when the person said no in the dialog
 */
export async function press(
  spot: Spot,
  element: Element,
  node: HTMLElement,
  value?: unknown,
): Promise<boolean> {
  if (node.getAttribute('aria-busy') === 'true') return true;
  if (element.confirm && !(await confirmed(element.confirm as Confirm, spot.surface.voice))) return false;
  node.setAttribute('aria-busy', 'true');
  try {
    const { surface } = spot;
    await attempt<Outcome>(
      send('click', {
        target: surface.target,
        block_id: spot.blockId,
        action_id: element.action_id,
        ...(value !== undefined && { value }),
        values: surface.fields.all(),
      }),
    );
  } finally {
    node.removeAttribute('aria-busy');
  }
  return true;
}

/**
 * Takes what was filled in or chosen; outside of `input` blocks that acts at once.
 * @returns false when the person said no, upon which the element goes back to what it had
 */
export async function changed(
  spot: Spot,
  element: Element,
  node: HTMLElement,
  value: unknown,
): Promise<boolean> {
  const { fields } = spot.surface;
  const action = element.action_id ?? '';
  const before = fields.get(spot.blockId, action);
  fields.set(spot.blockId, action, value);
  if (spot.inInput && !spot.dispatch) return true;
  if (await press(spot, element, node, value)) return true;
  fields.set(spot.blockId, action, before);
  return false;
}

/** @returns attributes that name and describe the element for screen readers */
export function naming(spot: Spot, element: Element): Record<string, string | boolean | undefined> {
  return {
    'aria-labelledby': spot.labelledBy,
    'aria-label': spot.labelledBy ? undefined : placeholder(element) || actionWords(element),
    'aria-describedby': spot.describedBy,
    'aria-required': spot.required ? 'true' : undefined,
    'aria-invalid': spot.invalid ? 'true' : undefined,
  };
}

/** @returns the element's placeholder */
export function placeholder(element: Element): string {
  return (element.placeholder as TextObject | undefined)?.text ?? '';
}

/** @returns a key that stays the same over redraws, so that the focus is kept */
export function keyOf(spot: Spot, element: Element): string {
  return `${spot.blockId}/${element.action_id ?? element.type}`;
}

/** The last resort to name an element that the app left without words. */
function actionWords(element: Element): string {
  return element.type.replaceAll('_', ' ');
}
