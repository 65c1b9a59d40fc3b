import { PRESETS } from '../../identity/presets.ts';

/**
 * @param id what the modal gave
 * @returns the id of a preset; of "None of the above" when nothing known was chosen
 */
export function providerOf(id: string): string {
  const known = PRESETS.find((preset) => preset.id === id) ?? PRESETS.at(-1);
  return known?.id ?? id;
}
