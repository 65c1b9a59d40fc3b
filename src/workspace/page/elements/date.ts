import { h } from '../dom.ts';
import { changed, keyOf, naming, placeholder, type Spot } from '../surface.ts';
import { zonedLocal, zonedSeconds } from '../text/dates.ts';
import { zone } from '../text/time.ts';
import type { Element } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element */
export function datePicker(element: Element, spot: Spot): HTMLElement {
  return picker(
    'date',
    element,
    spot,
    String(held(element, spot, 'initial_date') ?? ''),
    (text) => text || null,
  );
}

/** https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element */
export function timePicker(element: Element, spot: Spot): HTMLElement {
  return picker(
    'time',
    element,
    spot,
    String(held(element, spot, 'initial_time') ?? ''),
    (text) => text || null,
  );
}

/** Filled in by the reader's clock on the wall, sent as seconds since 1970. */
export function dateTimePicker(element: Element, spot: Spot): HTMLElement {
  const seconds = Number(held(element, spot, 'initial_date_time') ?? 0);
  const node = picker('datetime-local', element, spot, seconds ? zonedLocal(seconds, zone()) : '', (text) =>
    text ? zonedSeconds(text.slice(0, 16), zone()) : null,
  );
  return h('span', { class: 'with-note' }, node, h('small', null, zone().replaceAll('_', ' ')));
}

function held(element: Element, spot: Spot, initial: string): unknown {
  const value = spot.surface.fields.get(spot.blockId, element.action_id ?? '');
  return value === undefined ? element[initial] : value;
}

function picker(
  type: string,
  element: Element,
  spot: Spot,
  value: string,
  read: (text: string) => unknown,
): HTMLElement {
  let before = value;
  const take = async () => {
    if (input.value === before) return;
    if (await changed(spot, element, input, read(input.value))) before = input.value;
    else input.value = before;
  };
  const input: HTMLInputElement = h('input', {
    type,
    value,
    class: 'picker',
    title: placeholder(element),
    'data-key': keyOf(spot, element),
    ...naming(spot, element),
    // A date is typed part by part: outside of a form it acts when it is left or confirmed, not at each part.
    onchange: () => (spot.inInput && !spot.dispatch ? void take() : undefined),
    oninput: () => (spot.inInput && !spot.dispatch ? void take() : undefined),
    onblur: () => void take(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') void take();
    },
  });
  return input;
}
