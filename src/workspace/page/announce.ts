import { h } from './dom.ts';

let region: HTMLElement | undefined;

/** @returns the invisible place whose words screen readers read out */
export function announcer(): HTMLElement {
  region ??= h('div', { class: 'unseen', role: 'log', 'aria-live': 'polite', 'aria-label': 'News' });
  return region;
}

/** @param words what a screen reader shall say when it has finished its sentence */
export function announce(words: string): void {
  const place = announcer();
  place.append(h('p', null, words));
  while (place.childElementCount > 5) place.firstElementChild?.remove();
}
