import { renderBlocks } from './blocks/index.ts';
import { h } from './dom.ts';
import type { Surface } from './surface.ts';
import { link, mrkdwn } from './text/render.ts';
import type { Block } from './types.ts';

interface Attachment {
  blocks?: Block[];
  pretext?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fallback?: string;
  footer?: string;
  color?: string;
  fields?: { title?: string; value?: string }[];
}

/** @returns the older kind of message parts: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments */
export function attachments(all: readonly unknown[], surface: Surface): HTMLElement[] {
  return (all as Attachment[]).map((one) => {
    const node = h(
      'div',
      { class: 'attachment' },
      one.pretext && mrkdwn(one.pretext, surface.voice),
      one.title && h('strong', null, one.title_link ? link(one.title_link, one.title) : one.title),
      one.text && mrkdwn(one.text, surface.voice),
      one.fields?.map((field) =>
        h('p', null, h('strong', null, field.title), ' ', mrkdwn(field.value ?? '', surface.voice)),
      ),
      one.blocks && renderBlocks(one.blocks, surface),
      !one.text && !one.blocks && !one.title && h('p', null, one.fallback ?? JSON.stringify(one)),
      one.footer && h('small', null, one.footer),
    );
    if (one.color && /^#?[0-9a-f]{6}$/i.test(one.color))
      node.style.borderInlineStartColor = `#${one.color.replace('#', '')}`;
    return node;
  });
}
