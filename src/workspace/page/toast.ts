import { h } from './dom.ts';

let region: HTMLElement | undefined;

/** @returns the place where short notices appear; read out by screen readers */
export function toastRegion(): HTMLElement {
  region ??= h('div', { class: 'toasts', popover: 'manual', role: 'status', 'aria-live': 'polite' });
  return region;
}

/**
 * Shows a sentence for a few seconds, above everything, dialogs included.
 * @param words what to say
 * @param tone `problem` stays longer
 */
export function toast(words: string, tone: 'fine' | 'problem' = 'fine'): void {
  const place = toastRegion();
  const note = h(
    'p',
    { class: `toast ${tone}`, role: tone === 'problem' ? 'alert' : false },
    words,
    h('button', { class: 'plain', 'aria-label': 'Dismiss', onclick: () => away() }, '×'),
  );
  const away = () => {
    note.remove();
    if (!place.hasChildNodes() && place.matches(':popover-open')) place.hidePopover();
  };
  place.append(note);
  // Shown anew each time, so that it lies above a dialog that was opened since.
  if (place.matches(':popover-open')) place.hidePopover();
  place.showPopover();
  setTimeout(away, tone === 'problem' ? 9000 : 4000);
}
