type Child = Node | string | number | false | null | undefined | Child[];
type Handler = (event: never) => unknown;
type Props = Record<string, string | number | boolean | null | undefined | Handler>;

/**
 * Makes an element. Children that are strings become text nodes, so data never becomes markup.
 * @param tag the element's name
 * @param props attributes; `true` sets an empty one, `false` and undefined none; a function under `onclick`,
 *   `oninput`, … listens
 * @param children nodes and words, nested lists flattened
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), value as unknown as EventListener);
    else if (name.startsWith('on')) throw new Error(`${name} must be a function`);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/**
 * @param children nodes and words, nested; nothing for false, null and undefined
 * @returns them flat, as `append` takes them
 */
export function nodes(children: Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (Array.isArray(child)) return nodes(child);
    if (child === false || child === null || child === undefined) return [];
    return [typeof child === 'number' ? String(child) : child];
  });
}

/**
 * Puts new children in place of the old ones; whoever had the focus keeps it when the new children hold an
 * element with the same `data-key`.
 */
export function refill(parent: HTMLElement, ...children: Child[]): void {
  keepFocus(parent, () => parent.replaceChildren(...nodes(children)));
}

/** Runs `change`, then gives the focus and the text selection back to the element with the same `data-key`. */
export function keepFocus(within: HTMLElement, change: () => void): void {
  const active = document.activeElement;
  const key =
    active && within.contains(active) ? active.closest('[data-key]')?.getAttribute('data-key') : null;
  const typed = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement ? active : null;
  const selection = typed && selectionOf(typed);
  change();
  if (!key) return;
  const again = within.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (selection && (again instanceof HTMLInputElement || again instanceof HTMLTextAreaElement)) {
    if (selectionOf(again)) again.setSelectionRange(selection[0], selection[1]);
  }
}

/** Where the caret is; null for inputs that have none (date, number). */
function selectionOf(field: HTMLInputElement | HTMLTextAreaElement): [number, number] | null {
  const { selectionStart: start, selectionEnd: end } = field;
  return start === null || end === null ? null : [start, end];
}

let last = 0;

/** @returns an id that no other element of the page has, for labels and descriptions */
export function uniqueId(prefix = 'n'): string {
  last += 1;
  return `${prefix}-${last}`;
}

/** Opens only what a person may safely follow from somebody else's words: web and mail addresses. */
export function safeUrl(url: string): string | null {
  try {
    const parsed = new URL(url, location.href);
    return ['http:', 'https:', 'mailto:'].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}
