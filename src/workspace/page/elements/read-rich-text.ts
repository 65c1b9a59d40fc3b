type Style = { bold?: true; italic?: true; strike?: true; code?: true };
type Leaf = { type: 'text'; text: string; style?: Style } | { type: 'link'; url: string; text: string };
type Part =
  | { type: 'rich_text_section'; elements: Leaf[] }
  | {
      type: 'rich_text_list';
      style: 'bullet' | 'ordered';
      elements: { type: 'rich_text_section'; elements: Leaf[] }[];
    };

export interface RichText {
  type: 'rich_text';
  elements: Part[];
}

/**
 * @param field what a person edited
 * @returns it as Slack's `rich_text` block, an empty string when there is nothing in it
 */
export function readRichText(field: HTMLElement): RichText | string {
  if (!field.textContent?.trim()) return '';
  const parts: Part[] = [];
  let open: Leaf[] = [];
  const close = () => {
    if (open.length > 0) parts.push({ type: 'rich_text_section', elements: open });
    open = [];
  };
  for (const node of field.childNodes) {
    const lists = node instanceof HTMLElement ? listsIn(node) : [];
    if (lists.length > 0) {
      close();
      for (const list of lists) parts.push(readList(list));
      continue;
    }
    const block = node instanceof HTMLElement && ['DIV', 'P'].includes(node.tagName);
    if (block && open.length > 0) open.push({ type: 'text', text: '\n' });
    leaves(node, {}, open);
  }
  close();
  return { type: 'rich_text', elements: parts };
}

function listsIn(node: HTMLElement): HTMLElement[] {
  if (node.matches('ul, ol')) return [node];
  return [...node.querySelectorAll<HTMLElement>('ul, ol')];
}

function readList(list: HTMLElement): Part {
  const items = [...list.querySelectorAll('li')].map((item) => {
    const elements: Leaf[] = [];
    leaves(item, {}, elements);
    return { type: 'rich_text_section' as const, elements };
  });
  return { type: 'rich_text_list', style: list.tagName === 'OL' ? 'ordered' : 'bullet', elements: items };
}

function leaves(node: Node, style: Style, into: Leaf[]): void {
  if (node instanceof Text) {
    if (node.data)
      into.push({
        type: 'text',
        text: node.data,
        ...(Object.keys(style).length > 0 && { style: { ...style } }),
      });
    return;
  }
  if (!(node instanceof HTMLElement)) return;
  if (node.tagName === 'BR') {
    into.push({ type: 'text', text: '\n' });
    return;
  }
  if (node instanceof HTMLAnchorElement) {
    into.push({ type: 'link', url: node.href, text: node.textContent ?? '' });
    return;
  }
  const more: Style = { ...style };
  if (['B', 'STRONG'].includes(node.tagName)) more.bold = true;
  if (['I', 'EM'].includes(node.tagName)) more.italic = true;
  if (['S', 'STRIKE', 'DEL'].includes(node.tagName)) more.strike = true;
  if (node.tagName === 'CODE') more.code = true;
  for (const child of node.childNodes) leaves(child, more, into);
}
