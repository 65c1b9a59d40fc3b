import { address } from '../api.ts';
import { h } from '../dom.ts';
import type { Element } from '../types.ts';

/**
 * @param element an image element or block: `image_url` or `slack_file`
 * @param large true for the block
 * @returns the picture; its words when it cannot be loaded
 */
export function imageElement(element: Record<string, unknown> | Element, large = false): HTMLElement {
  const words = String(element.alt_text ?? 'Image');
  const source = sourceOf(element);
  const instead = () => h('span', { class: 'no-image' }, words);
  if (!source) return instead();
  const image: HTMLImageElement = h('img', {
    src: source,
    alt: words,
    title: words,
    class: large ? 'large' : 'small',
    loading: 'lazy',
    referrerpolicy: 'no-referrer',
    onerror: () => image.replaceWith(instead()),
  });
  return image;
}

function sourceOf(element: Record<string, unknown> | Element): string | null {
  const file = element.slack_file as { id?: string; url?: string } | undefined;
  if (file?.id) return address(`files/${encodeURIComponent(file.id)}/image`);
  const url = file?.url ?? element.image_url;
  if (typeof url !== 'string') return null;
  return /^(https:|data:image\/)/.test(url) || url.startsWith(`${location.origin}/`) ? url : null;
}
