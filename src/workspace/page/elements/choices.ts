import { h, uniqueId } from '../dom.ts';
import { changed, keyOf, naming, type Spot } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Element, Option } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
export function checkboxes(element: Element, spot: Spot): HTMLElement {
  const initial = (element.initial_options as Option[] | undefined)?.map((option) => option.value) ?? [];
  const held = spot.surface.fields.get(spot.blockId, element.action_id ?? '') ?? initial;
  const chosen = new Set((held as (string | Option)[]).map(optionValue));
  return group(element, spot, 'checkbox', chosen, (input, value) => {
    const before = new Set(chosen);
    if (input.checked) chosen.add(value);
    else chosen.delete(value);
    const ordered = (element.options ?? []).map((option) => option.value).filter((one) => chosen.has(one));
    return changed(spot, element, input, ordered).then((done) => {
      if (done) return;
      input.checked = before.has(value);
      if (before.has(value)) chosen.add(value);
      else chosen.delete(value);
    });
  });
}

/** https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */
export function radioButtons(element: Element, spot: Spot): HTMLElement {
  const initial = (element.initial_option as Option | undefined)?.value ?? null;
  const held = spot.surface.fields.get(spot.blockId, element.action_id ?? '') ?? initial;
  const chosen = new Set(held ? [optionValue(held as string | Option)] : []);
  const node = group(element, spot, 'radio', chosen, (input, value) =>
    changed(spot, element, input, value).then((done) => {
      if (done) {
        chosen.clear();
        chosen.add(value);
        return;
      }
      for (const other of node.querySelectorAll('input')) other.checked = chosen.has(other.value);
    }),
  );
  return node;
}

function group(
  element: Element,
  spot: Spot,
  type: 'checkbox' | 'radio',
  chosen: ReadonlySet<string>,
  onChange: (input: HTMLInputElement, value: string) => unknown,
): HTMLElement {
  const name = uniqueId(type);
  return h(
    'div',
    {
      class: 'choices',
      ...naming(spot, element),
      role: type === 'radio' ? 'radiogroup' : 'group',
      // A group may not carry these; a radio group may.
      'aria-required': type === 'radio' && spot.required ? 'true' : undefined,
    },
    (element.options ?? []).map((option, at) => {
      const description = option.description && uniqueId('description');
      const input: HTMLInputElement = h('input', {
        type,
        name,
        value: option.value,
        checked: chosen.has(option.value),
        'aria-describedby': description || undefined,
        'data-key': `${keyOf(spot, element)}/${at}`,
        onchange: () => onChange(input, option.value),
      });
      return h(
        'label',
        { class: 'choice' },
        input,
        h(
          'span',
          null,
          h('span', { class: 'inline-text' }, textObject(option.text, spot.surface.voice)),
          option.description &&
            h(
              'small',
              { id: description, class: 'inline-text' },
              textObject(option.description, spot.surface.voice),
            ),
        ),
      );
    }),
  );
}

function optionValue(option: string | Option): string {
  return typeof option === 'string' ? option : option.value;
}
