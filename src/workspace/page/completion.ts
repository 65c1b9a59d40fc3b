import { h, refill } from './dom.ts';
import { place } from './popup.ts';
import { type Suggestion, suggest } from './suggestions.ts';

/**
 * Offers commands and names above a composer while one types.
 * @param field the composer's field
 * @param anchor what the list stands at
 * @param id of the list, which the field controls
 * @param changed called when a suggestion was put into the field
 */
export function completion(field: HTMLTextAreaElement, anchor: HTMLElement, id: string, changed: () => void) {
  const node = h('div', {
    id,
    class: 'listbox',
    role: 'listbox',
    'aria-label': 'Suggestions',
    popover: 'manual',
    onmousedown: (event: Event) => event.preventDefault(),
  });
  anchor.append(node);
  let shown: Suggestion[] = [];
  let at = 0;

  function isOpen(): boolean {
    return node.matches(':popover-open');
  }

  function close(): void {
    if (isOpen()) node.hidePopover();
    field.removeAttribute('aria-activedescendant');
    shown = [];
  }

  function update(): void {
    const { suggestions, hint } = suggest(field.value.slice(0, field.selectionStart));
    shown = suggestions;
    if (shown.length === 0 && !hint) {
      close();
      return;
    }
    refill(
      node,
      shown.map((one, index) =>
        h(
          'div',
          { id: `${id}-${index}`, role: 'option', 'aria-selected': 'false', onclick: () => take(one) },
          h('span', null, h('strong', null, one.label), one.note && h('small', null, one.note)),
          one.detail && h('small', { class: 'detail' }, one.detail),
        ),
      ),
      hint && h('div', { class: 'notice', role: 'status' }, hint),
    );
    if (!isOpen()) node.showPopover();
    place(node, anchor, 'start', true);
    move(0);
  }

  function move(to: number): void {
    const options = node.querySelectorAll<HTMLElement>('[role=option]');
    options[at]?.classList.remove('active');
    options[at]?.setAttribute('aria-selected', 'false');
    at = to;
    const active = options[at];
    if (!active) {
      field.removeAttribute('aria-activedescendant');
      return;
    }
    active.classList.add('active');
    active.setAttribute('aria-selected', 'true');
    active.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', active.id);
  }

  function take(one: Suggestion): void {
    const caret = field.selectionStart;
    field.setRangeText(one.insert, caret - one.replaces, caret, 'end');
    changed();
    update();
  }

  /** @returns whether the key was for the list */
  function key(event: KeyboardEvent): boolean {
    if (!isOpen() || shown.length === 0) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move((at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length);
      return true;
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
      return true;
    }
    const active = shown[at];
    const typed = field.value.slice(0, field.selectionStart);
    // What is written in full already is sent by Enter, not completed once more.
    const complete = active && typed.endsWith(active.insert.trimEnd());
    if ((event.key === 'Tab' && !event.shiftKey) || (event.key === 'Enter' && !event.shiftKey && !complete)) {
      if (!active) return false;
      event.preventDefault();
      take(active);
      return true;
    }
    return false;
  }

  return { update, close, key };
}
