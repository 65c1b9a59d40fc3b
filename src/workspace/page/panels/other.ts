import { h } from '../dom.ts';

/** Never nothing: a panel that the page does not know shows its data. */
export function otherPanel(name: string, data: unknown): Node[] {
  return [h('h3', null, name), h('pre', { tabindex: 0 }, JSON.stringify(data, null, 2) ?? 'nothing')];
}
