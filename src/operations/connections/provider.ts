import { PRESETS, presetOf } from '../../identity/presets.ts';
import type { Part } from '../../words/document.ts';

/**
 * @param id what the modal gave
 * @returns the id of a preset; of "None of the above" when nothing known was chosen
 */
export function providerOf(id: string): string {
  const known = PRESETS.find((preset) => preset.id === id) ?? PRESETS.at(-1);
  return known?.id ?? id;
}

/**
 * @param chosen the id of a preset, as a form has it
 * @returns where that identity provider shows its metadata, in one sentence
 */
export function metadataHint(chosen: unknown): string {
  const { id, name, metadataHint } = presetOf(typeof chosen === 'string' ? chosen : '');
  return id === 'other' ? metadataHint : `${name}: ${metadataHint}`;
}

/**
 * What to do at the identity provider, step by step.
 * @param provider the id of a preset
 * @param ours our addresses for the connection
 */
export function providerSteps(provider: string, ours: { entityId: string; acsUrl: string }): Part[] {
  const preset = presetOf(provider);
  const steps = preset.steps({ ...ours, metadataUrl: ours.entityId });
  return [
    { type: 'heading', text: preset.id === 'other' ? 'At your identity provider' : `At ${preset.name}` },
    { type: 'text', words: steps.map((words, at) => `${at + 1}. ${words}`).join('\n') },
  ];
}
