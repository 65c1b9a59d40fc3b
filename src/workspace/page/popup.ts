/**
 * Puts a popover below what it belongs to, or above when there is more room, within the window.
 * @param popup is shown already
 * @param anchor what it belongs to
 * @param edge which edges line up
 * @param wide true: at least as wide as the anchor
 */
export function place(
  popup: HTMLElement,
  anchor: HTMLElement,
  edge: 'start' | 'end' = 'start',
  wide = false,
): void {
  const box = anchor.getBoundingClientRect();
  const gap = 4;
  const style = popup.style;
  style.minWidth = wide ? `${box.width}px` : '';
  const below = window.innerHeight - box.bottom - 2 * gap;
  const above = box.top - 2 * gap;
  const down = below >= Math.min(240, popup.scrollHeight) || below >= above;
  style.maxHeight = `${Math.max(96, Math.min(320, down ? below : above))}px`;
  style.top = down ? `${box.bottom + gap}px` : 'auto';
  style.bottom = down ? 'auto' : `${window.innerHeight - box.top + gap}px`;
  const width = popup.offsetWidth;
  const left = edge === 'start' ? box.left : box.right - width;
  style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
}

/** Arrow keys, Home, End and Escape in a menu (WAI-ARIA menu pattern). */
export function menuKeys(menu: HTMLElement, close: () => void): void {
  menu.addEventListener('keydown', (event) => {
    const items = [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
}
