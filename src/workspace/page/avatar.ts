import { h } from './dom.ts';
import { icon } from './icons.ts';
import { nameOf, state } from './state.ts';

/**
 * @param id whose
 * @param app true for the app, which has a sign instead of letters
 * @returns a decoration: the name stands beside it in words
 */
export function avatar(id: string, app = state.people.get(id)?.is_bot ?? false): HTMLElement {
  if (app) return h('span', { class: 'avatar app', 'aria-hidden': 'true' }, icon('key'));
  const node = h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(nameOf(id)));
  const color = state.people.get(id)?.color ?? '';
  node.style.setProperty('--hue', String(hue(/^#?[0-9a-f]{6}$/i.test(color) ? color : id)));
  return node;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0] ?? '')
    .join('')
    .toUpperCase();
}

/** One of twelve hues, the same for the same person; its lightness is the style sheet's, so that letters stay legible. */
function hue(seed: string): number {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return Math.round(sum / 30) * 30;
}
