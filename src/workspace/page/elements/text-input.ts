import { h } from '../dom.ts';
import { changed, keyOf, naming, placeholder, press, type Spot } from '../surface.ts';
import type { Element } from '../types.ts';

const KINDS: Record<string, { type: string; inputmode: string; autocomplete?: string }> = {
  plain_text_input: { type: 'text', inputmode: 'text' },
  email_text_input: { type: 'text', inputmode: 'email' },
  url_text_input: { type: 'text', inputmode: 'url' },
  number_input: { type: 'text', inputmode: 'decimal' },
};

/**
 * Plain text, e-mail, address and number. All take any words while they are typed; what is wrong is said under
 * the field at the submit, as in Slack.
 */
export function textInput(element: Element, spot: Spot): HTMLElement {
  const held = spot.surface.fields.get(spot.blockId, element.action_id ?? '');
  const value = String(held ?? element.initial_value ?? '');
  const multiline = element.multiline === true;
  const dispatch = dispatcher(element, spot);
  const common = {
    placeholder: placeholder(element),
    'data-key': keyOf(spot, element),
    'data-action': element.action_id,
    autocomplete: 'off',
    ...naming(spot, element),
  };
  const node: HTMLInputElement | HTMLTextAreaElement = multiline
    ? h('textarea', { ...common, rows: 4, oninput: () => take() }, value)
    : h('input', { ...common, ...KINDS[element.type], value, oninput: () => take() });
  const counter = lengthCounter(element, () => node.value);
  function take() {
    spot.surface.fields.set(spot.blockId, element.action_id ?? '', node.value);
    counter.update();
    dispatch.typed(node);
  }
  node.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Enter' && !(event as KeyboardEvent).isComposing)
      dispatch.entered(node, event);
  });
  counter.update();
  return h('span', { class: 'text-input' }, node, counter.node);
}

interface DispatchConfig {
  trigger_actions_on?: string[];
}

/** An `input` block with `dispatch_action` also acts: at Enter, or a moment after something was typed. */
function dispatcher(element: Element, spot: Spot) {
  const config = element.dispatch_action_config as DispatchConfig | undefined;
  const when = spot.dispatch ? (config?.trigger_actions_on ?? ['on_enter_pressed']) : [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    typed(node: HTMLInputElement | HTMLTextAreaElement) {
      if (!when.includes('on_character_entered')) return;
      clearTimeout(timer);
      timer = setTimeout(() => void press(spot, element, node, node.value), 350);
    },
    entered(node: HTMLInputElement | HTMLTextAreaElement, event: Event) {
      if (!when.includes('on_enter_pressed')) return;
      event.preventDefault();
      void changed(spot, element, node, node.value);
    },
  };
}

/** How many characters are left, once that is near; too many are counted below zero. */
function lengthCounter(element: Element, value: () => string) {
  const most = Number(element.max_length ?? 0);
  const node = h('small', { class: 'counter', 'aria-live': 'polite' });
  return {
    node,
    update() {
      const left = most - value().length;
      const shown = most > 0 && left <= Math.min(100, most / 4);
      node.textContent = shown ? `${left}` : '';
      node.setAttribute('aria-label', shown ? `${left} characters left` : '');
      node.classList.toggle('over', left < 0);
    },
  };
}
