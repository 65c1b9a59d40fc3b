import { h, uniqueId } from './dom.ts';
import type { Confirm } from './surface.ts';
import { textObject, type Voice } from './text/render.ts';

/**
 * Asks "are you sure" as the app worded it.
 * @returns whether the person said yes
 */
export function confirmed(confirm: Confirm, voice: Voice): Promise<boolean> {
  return ask({
    title: confirm.title?.text ?? 'Are you sure?',
    body: textObject(confirm.text, voice),
    yes: confirm.confirm?.text ?? 'Yes',
    no: confirm.deny?.text ?? 'No',
    ...(confirm.style && { style: confirm.style }),
  });
}

/**
 * @param question its words, and those of the two buttons
 * @returns whether the person said yes; Escape is no
 */
export function ask(question: {
  title: string;
  body: Node[];
  yes: string;
  no: string;
  style?: 'primary' | 'danger';
}): Promise<boolean> {
  const title = uniqueId('confirm');
  const body = uniqueId('confirm');
  return new Promise((resolve) => {
    const dialog: HTMLDialogElement = h(
      'dialog',
      { class: 'confirm', role: 'alertdialog', 'aria-labelledby': title, 'aria-describedby': body },
      h('h2', { id: title }, question.title),
      h('div', { id: body, class: 'confirm-text' }, question.body),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', onclick: () => dialog.close('no') }, question.no),
        h(
          'button',
          { type: 'button', class: question.style ?? 'primary', onclick: () => dialog.close('yes') },
          question.yes,
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
