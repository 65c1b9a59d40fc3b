import { h } from '../dom.ts';
import type { Spot } from '../surface.ts';
import type { Element } from '../types.ts';
import { button, workflowButton } from './button.ts';
import { checkboxes, radioButtons } from './choices.ts';
import { datePicker, dateTimePicker, timePicker } from './date.ts';
import { feedbackButtons, iconButton } from './feedback.ts';
import { fileInput } from './file-input.ts';
import { imageElement } from './image.ts';
import { overflow } from './overflow.ts';
import { richTextInput } from './rich-text-input.ts';
import { select } from './select.ts';
import { textInput } from './text-input.ts';

type Renderer = (element: Element, spot: Spot) => HTMLElement;

const RENDERERS: Record<string, Renderer> = {
  button,
  workflow_button: workflowButton,
  overflow,
  image: (element) => imageElement(element),
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  file_input: fileInput,
};

for (const kind of ['static', 'external', 'users', 'conversations', 'channels']) {
  RENDERERS[`${kind}_select`] = select;
  RENDERERS[`multi_${kind}_select`] = select;
}

/**
 * @param element any element of a block
 * @returns it drawn; an element that the page does not know shows its type
 */
export function renderElement(element: Element, spot: Spot): HTMLElement {
  const renderer = Object.hasOwn(RENDERERS, element.type) ? RENDERERS[element.type] : undefined;
  return renderer ? renderer(element, spot) : h('span', { class: 'unknown' }, `[${element.type}]`);
}
