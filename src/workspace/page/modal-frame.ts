import { h, uniqueId } from './dom.ts';
import { icon } from './icons.ts';
import { modalBody } from './modal-body.ts';
import type { Surface } from './surface.ts';
import type { ModalView } from './types.ts';

/** What the buttons of a modal do. */
export interface ModalActs {
  submit(form: HTMLFormElement, trouble: HTMLElement): void;
  /** @param all the whole stack, not this view alone */
  close(all: boolean): void;
}

/**
 * @param view what is shown
 * @param surface where its blocks stand
 * @param depth how many views lie in the stack, this one included
 * @returns the form, with the title that names the dialog
 */
export function modalFrame(
  view: ModalView,
  surface: Surface,
  depth: number,
  acts: ModalActs,
): { form: HTMLFormElement; titleId: string } {
  const titleId = uniqueId('title');
  const trouble = h('p', { class: 'error banner', role: 'alert', hidden: true });
  const form: HTMLFormElement = h(
    'form',
    {
      novalidate: true,
      onsubmit: (event: Event) => {
        event.preventDefault();
        if (view.submit) acts.submit(form, trouble);
      },
    },
    h(
      'header',
      null,
      depth > 1 &&
        h(
          'button',
          { type: 'button', class: 'plain', 'aria-label': 'Back', onclick: () => acts.close(false) },
          icon('back'),
        ),
      h('h2', { id: titleId, tabindex: -1 }, view.title?.text ?? ''),
      depth > 1 && h('span', { class: 'depth' }, `${depth} of 3`),
      h(
        'button',
        {
          type: 'button',
          class: 'plain',
          'aria-label': 'Close',
          'data-key': 'close',
          onclick: () => acts.close(true),
        },
        icon('close'),
      ),
    ),
    h('div', { class: 'modal-body' }, trouble, modalBody(view, surface)),
    h(
      'footer',
      { class: 'buttons' },
      h(
        'button',
        { type: 'button', 'data-key': 'cancel', onclick: () => acts.close(false) },
        view.close?.text ?? (view.submit ? 'Cancel' : 'Close'),
      ),
      view.submit &&
        h(
          'button',
          {
            type: 'submit',
            class: 'primary',
            'data-key': 'submit',
            disabled: view.submit_disabled === true,
          },
          view.submit.text,
        ),
    ),
  );
  return { form, titleId };
}
