import { h, refill, uniqueId } from '../dom.ts';
import { icon } from '../icons.ts';
import { changed, keyOf, naming, placeholder, type Spot } from '../surface.ts';
import type { Element, Option } from '../types.ts';
import { listbox } from './listbox.ts';
import { type Found, type OptionSource, optionSource } from './option-source.ts';

/**
 * All ten selects: one of many or several, out of given options, options that the app offers while one types,
 * people, channels or conversations. A combobox with a list (WAI-ARIA 1.2).
 */
export function select(element: Element, spot: Spot): HTMLElement {
  const multi = element.type.startsWith('multi_');
  const most = multi ? Number(element.max_selected_items ?? 100) : 1;
  const source = optionSource(element, spot);
  let chosen = heldValues(element, spot) ?? currentConversation(element, spot, source);
  const list = uniqueId('list');

  const input: HTMLInputElement = h('input', {
    type: 'text',
    class: 'select-input',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': list,
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    'data-key': keyOf(spot, element),
    'data-action': element.action_id,
    ...naming(spot, element),
    oninput: () => void popup.open(input.value),
    onclick: () => void popup.open(''),
    onblur: () => {
      popup.close();
      show();
    },
    onkeydown: (event: KeyboardEvent) => {
      if (popup.key(event)) return;
      if (event.key === 'Backspace' && input.value === '' && multi && chosen.length > 0)
        void choose(chosen.slice(0, -1));
    },
  });
  const chips = h('ul', {
    class: 'chips',
    ...(spot.labelledBy ? { 'aria-labelledby': spot.labelledBy } : { 'aria-label': 'Chosen' }),
  });
  const clearId = uniqueId('clear');
  const clear = h(
    'button',
    {
      type: 'button',
      class: 'plain clear',
      id: clearId,
      'aria-label': 'Clear',
      // With the field's own words: there may be several in a dialog.
      'aria-labelledby': spot.labelledBy && `${clearId} ${spot.labelledBy}`,
      onclick: () => {
        void choose([]);
        input.focus();
      },
    },
    '×',
  );
  const holder = h('div', { class: multi ? 'select multi' : 'select' }, chips, input, clear, icon('down'));
  const popup = listbox({
    id: list,
    anchor: holder,
    input,
    multi,
    find: (query) => source.find(query),
    isChosen: (value) => chosen.includes(value),
    take: (found) => toggle(found),
  });
  holder.append(popup.node);

  async function toggle(found: Found): Promise<void> {
    source.remember(found);
    if (!multi) {
      popup.close();
      await choose([found.value]);
      input.select();
      return;
    }
    if (chosen.includes(found.value)) await choose(chosen.filter((one) => one !== found.value));
    else if (chosen.length < most) await choose([...chosen, found.value]);
    input.value = '';
    void popup.open('');
  }

  async function choose(values: string[]): Promise<void> {
    const before = chosen;
    chosen = values;
    show();
    if (await changed(spot, element, holder, multi ? values : (values[0] ?? null))) return;
    chosen = before;
    show();
  }

  function show(): void {
    const empty = chosen.length === 0;
    input.placeholder = multi && !empty ? '' : placeholder(element) || 'Choose…';
    input.value = multi || empty ? '' : source.label(chosen[0] ?? '');
    clear.hidden =
      empty || multi || spot.required === true || (!spot.inInput && element.type === 'static_select');
    chips.hidden = !multi || empty;
    refill(
      chips,
      multi &&
        chosen.map((value) => {
          const label = source.label(value);
          return h(
            'li',
            null,
            h('span', null, label),
            h(
              'button',
              {
                type: 'button',
                class: 'plain',
                'aria-label': `Remove ${label}`,
                onclick: () => {
                  void choose(chosen.filter((one) => one !== value));
                  input.focus();
                },
              },
              '×',
            ),
          );
        }),
    );
  }
  show();
  return holder;
}

const INITIAL = [
  'initial_option',
  'initial_options',
  'initial_user',
  'initial_users',
  'initial_conversation',
  'initial_conversations',
  'initial_channel',
  'initial_channels',
];

/** What is chosen at first: what was filled in before, or what the app put there; undefined for neither. */
function heldValues(element: Element, spot: Spot): string[] | undefined {
  let held = spot.surface.fields.get(spot.blockId, element.action_id ?? '');
  if (held === undefined) held = INITIAL.map((name) => element[name]).find((value) => value !== undefined);
  if (held === undefined) return undefined;
  const list = Array.isArray(held) ? held : held === null ? [] : [held];
  return list.map((one: string | Option) => (typeof one === 'string' ? one : one.value));
}

/** The conversation in view, where the app wants that and its filter lets it. It counts as chosen by the person. */
function currentConversation(element: Element, spot: Spot, source: OptionSource): string[] {
  const { channel, fields } = spot.surface;
  if (!element.default_to_current_conversation || !channel) return [];
  const all = source.find('');
  if (all instanceof Promise || !all.found.some(({ value }) => value === channel)) return [];
  fields.set(spot.blockId, element.action_id ?? '', element.type.startsWith('multi_') ? [channel] : channel);
  return [channel];
}
