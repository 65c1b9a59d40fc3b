import type { Block, Json, PlainValues, StateValues } from '../types.ts';
import { type Placed, placedElements, STATEFUL } from './elements.ts';
import { stateEntry, type ValueSources } from './values.ts';

/**
 * Brings what was filled in into Slack's form.
 * @param blocks blocks of the view or message
 * @param filled what was filled in before
 * @param values new plain values, by block id and action id, or flat by label, block id or action id
 * @returns the whole state: every stateful element with its value
 * @throws RangeError for a field that is not there or an option that is not offered
 */
export function stateOf(
  blocks: Block[],
  filled: StateValues,
  values: PlainValues,
  sources: ValueSources,
): StateValues {
  const placed = placedElements(blocks).filter((p) => STATEFUL.has(p.element.type));
  const given = assign(placed, values);
  const state: StateValues = {};
  for (const p of placed) {
    const actionId = p.element.action_id as string;
    const before = filled[p.block_id]?.[actionId];
    const entry = given.has(p) ? stateEntry(p.element, given.get(p), sources) : before;
    state[p.block_id] = {
      ...state[p.block_id],
      [actionId]: entry ?? stateEntry(p.element, undefined, sources),
    };
  }
  return state;
}

function assign(placed: Placed[], values: PlainValues): Map<Placed, unknown> {
  const given = new Map<Placed, unknown>();
  for (const [name, value] of Object.entries(values)) {
    const inBlock = placed.filter((p) => p.block_id === name);
    const byAction = nested(inBlock, value);
    if (byAction) {
      for (const p of inBlock) {
        const inner = byAction[p.element.action_id as string];
        if (inner !== undefined) given.set(p, inner);
      }
      continue;
    }
    const fits =
      placed.find((p) => p.input && p.block.label?.text === name) ??
      inBlock[0] ??
      placed.find((p) => p.element.action_id === name);
    if (!fits) {
      const names = placed.map((p) => p.block.label?.text ?? p.element.action_id).join(', ');
      throw new RangeError(`There is no field “${name}” here, only: ${names || 'none'}`);
    }
    given.set(fits, value);
  }
  return given;
}

/** @returns the value as an object by action id, if it is one */
function nested(inBlock: Placed[], value: unknown): Json | undefined {
  if (!value || typeof value !== 'object' || Array.isArray(value) || inBlock.length === 0) return undefined;
  const ids = new Set(inBlock.map((p) => p.element.action_id));
  return Object.keys(value).every((key) => ids.has(key)) ? (value as Json) : undefined;
}
