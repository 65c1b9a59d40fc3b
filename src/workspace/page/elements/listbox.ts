import { h, refill } from '../dom.ts';
import { icon } from '../icons.ts';
import { place } from '../popup.ts';
import { plainText } from '../text/render.ts';
import type { Findings, Found } from './option-source.ts';

interface Settings {
  id: string;
  anchor: HTMLElement;
  input: HTMLInputElement;
  multi: boolean;
  find(query: string): Findings | Promise<Findings>;
  isChosen(value: string): boolean;
  take(found: Found): unknown;
}

/** The list below a combobox: asks for what fits while one types, and moves by keys. */
export function listbox(settings: Settings) {
  const { input, anchor } = settings;
  const node = h('div', {
    id: settings.id,
    class: 'listbox',
    role: 'listbox',
    popover: 'manual',
    'aria-multiselectable': settings.multi ? 'true' : undefined,
    // The focus stays in the field.
    onmousedown: (event: Event) => event.preventDefault(),
  });
  let shown: Found[] = [];
  let at = -1;
  let round = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function isOpen(): boolean {
    return node.matches(':popover-open');
  }

  async function open(query: string): Promise<void> {
    round += 1;
    const mine = round;
    const answer = settings.find(query);
    if (!isOpen()) node.showPopover();
    input.setAttribute('aria-expanded', 'true');
    if (answer instanceof Promise) draw({ found: [], notice: 'Loading…' });
    const findings = await answer;
    if (mine === round && isOpen()) draw(findings);
  }

  /** Waits a moment when the app is asked, so that not every letter is a request. */
  function ask(query: string): Promise<void> {
    clearTimeout(timer);
    if (query === '') return open(query);
    return new Promise((resolve) => {
      timer = setTimeout(() => resolve(open(query)), 180);
    });
  }

  function close(): void {
    clearTimeout(timer);
    round += 1;
    if (isOpen()) node.hidePopover();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    at = -1;
  }

  function draw(findings: Findings): void {
    shown = findings.found;
    let group: string | undefined;
    refill(
      node,
      shown.map((found, index) => {
        const heading = found.group !== group && found.group;
        group = found.group;
        return [heading && h('div', { class: 'group', role: 'presentation' }, heading), option(found, index)];
      }),
      findings.notice && h('div', { class: 'notice', role: 'status' }, findings.notice),
    );
    place(node, anchor, 'start', true);
    move(shown.findIndex((found) => settings.isChosen(found.value)));
  }

  function option(found: Found, index: number): HTMLElement {
    const chosen = settings.isChosen(found.value);
    return h(
      'div',
      {
        id: `${settings.id}-${index}`,
        role: 'option',
        'aria-selected': String(chosen),
        'data-value': found.value,
        onclick: () => settings.take(found),
      },
      h('span', null, ...plainText(found.label), found.note && h('small', null, found.note)),
      chosen && icon('check'),
    );
  }

  function move(to: number): void {
    const options = [...node.querySelectorAll<HTMLElement>('[role=option]')];
    options[at]?.classList.remove('active');
    at = to;
    const active = options[at];
    if (!active) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    active.classList.add('active');
    active.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', active.id);
  }

  /** @returns whether the key was for the list */
  function key(event: KeyboardEvent): boolean {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen()) void open('');
      else if (shown.length > 0)
        move(
          (at +
            (event.key === 'ArrowDown' ? 1 : -1) +
            shown.length +
            (at < 0 && event.key === 'ArrowUp' ? 1 : 0)) %
            shown.length,
        );
      return true;
    }
    if (!isOpen()) return false;
    const active = shown[at];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (active) settings.take(active);
      return true;
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
      return true;
    }
    return false;
  }

  return { node, open: ask, close, key };
}
