import { h } from '../dom.ts';
import { link, plainText } from '../text/render.ts';
import type { Block, TextObject } from '../types.ts';

/** A video, as a link: nothing foreign plays in this page. https://docs.slack.dev/reference/block-kit/blocks/video-block */
export function video(block: Block): HTMLElement {
  const title = (block.title as TextObject | undefined)?.text ?? 'Video';
  const description = block.description as TextObject | undefined;
  const by = [block.author_name, block.provider_name].filter(Boolean).join(', ');
  return h(
    'div',
    { class: 'boxed' },
    h('div', null, '▶ ', link(String(block.title_url ?? block.video_url), title)),
    by && h('small', null, by),
    description && h('div', null, ...plainText(description.text)),
    h('small', null, String(block.alt_text ?? '')),
  );
}
