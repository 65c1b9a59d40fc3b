import { h } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import { changed, keyOf, naming, placeholder, type Spot } from '../surface.ts';
import { QUIET } from '../text/render.ts';
import { richText } from '../text/rich-text.ts';
import type { Element } from '../types.ts';
import { type RichText, readRichText } from './read-rich-text.ts';

const TOOLS: [command: string, name: string, drawing: IconName][] = [
  ['bold', 'Bold', 'bold'],
  ['italic', 'Italic', 'italic'],
  ['strikeThrough', 'Strikethrough', 'strike'],
  ['insertUnorderedList', 'Bulleted list', 'bullets'],
  ['insertOrderedList', 'Numbered list', 'list'],
];

/** Words with bold, italic, lists: https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element */
export function richTextInput(element: Element, spot: Spot): HTMLElement {
  const held = (spot.surface.fields.get(spot.blockId, element.action_id ?? '') ?? element.initial_value) as
    | RichText
    | string
    | undefined;
  const field: HTMLElement = h(
    'div',
    {
      class: 'rich-field',
      contenteditable: 'true',
      role: 'textbox',
      'aria-multiline': 'true',
      'data-placeholder': placeholder(element),
      'data-key': keyOf(spot, element),
      ...naming(spot, element),
      oninput: () => take(),
      // Only words are pasted: never somebody else's markup.
      onpaste: (event: ClipboardEvent) => {
        event.preventDefault();
        document.execCommand('insertText', false, event.clipboardData?.getData('text/plain') ?? '');
      },
      ondrop: (event: DragEvent) => event.preventDefault(),
    },
    typeof held === 'string' ? held : held ? richText(held.elements, QUIET) : [],
  );
  function take(): void {
    void changed({ ...spot, dispatch: false, inInput: true }, element, field, readRichText(field));
  }
  const tools = TOOLS.map(([command, name, drawing]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'plain',
        'aria-label': name,
        title: name,
        onmousedown: (event: Event) => event.preventDefault(),
        onclick: () => {
          field.focus();
          document.execCommand(command);
          take();
        },
      },
      icon(drawing),
    ),
  );
  return h(
    'div',
    { class: 'rich-input' },
    h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Formatting' }, tools),
    field,
  );
}
