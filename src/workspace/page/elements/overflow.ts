import { h, safeUrl, uniqueId } from '../dom.ts';
import { icon } from '../icons.ts';
import { menuKeys, place } from '../popup.ts';
import { keyOf, press, type Spot } from '../surface.ts';
import { plainText } from '../text/render.ts';
import type { Element, Option } from '../types.ts';

/** A menu behind three dots: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
export function overflow(element: Element, spot: Spot): HTMLElement {
  const id = uniqueId('menu');
  const opener: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'action overflow',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': id,
      'aria-label': 'More actions',
      'data-key': keyOf(spot, element),
    },
    icon('dots'),
  );
  const menu: HTMLElement = h(
    'div',
    { id, class: 'menu', role: 'menu', popover: 'auto', 'aria-label': 'More actions' },
    (element.options ?? []).map((option) => item(option)),
  );
  menuKeys(menu, () => close());
  opener.popoverTargetElement = menu;
  menu.addEventListener('toggle', () => {
    const open = menu.matches(':popover-open');
    opener.setAttribute('aria-expanded', String(open));
    if (!open) return;
    place(menu, opener, 'end');
    menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  });

  function item(option: Option): HTMLElement {
    const url = option.url && safeUrl(option.url);
    const choose = () => {
      close();
      if (url) window.open(url, '_blank', 'noopener,noreferrer');
      void press(spot, element, opener, option.value);
    };
    return h(
      'button',
      { type: 'button', role: 'menuitem', tabindex: -1, onclick: choose },
      h('span', null, ...plainText(option.text.text)),
      option.description && h('small', null, ...plainText(option.description.text)),
    );
  }
  function close() {
    menu.hidePopover();
    opener.focus();
  }
  return h('span', { class: 'overflow-holder' }, opener, menu);
}
