import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { richText } from '../text/rich-text.ts';
import type { Block } from '../types.ts';

interface Cell {
  type: string;
  text?: string;
  elements?: unknown[];
}

interface Column {
  align?: 'left' | 'center' | 'right';
  is_wrapped?: boolean;
}

/** The first row is the heading: https://docs.slack.dev/reference/block-kit/blocks/table-block */
export function table(block: Block, surface: Surface): HTMLElement {
  const rows = (block.rows as Cell[][] | undefined) ?? [];
  const columns = (block.column_settings as (Column | null)[] | undefined) ?? [];
  const [first, ...rest] = rows;
  const look = (at: number) =>
    [columns[at]?.align && `align-${columns[at]?.align}`, columns[at]?.is_wrapped && 'wrapped']
      .filter(Boolean)
      .join(' ') || undefined;
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' },
    h(
      'table',
      null,
      first &&
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            first.map((cell, at) => h('th', { scope: 'col', class: look(at) }, cellNodes(cell, surface))),
          ),
        ),
      h(
        'tbody',
        null,
        rest.map((row) =>
          h(
            'tr',
            null,
            row.map((cell, at) => h('td', { class: look(at) }, cellNodes(cell, surface))),
          ),
        ),
      ),
    ),
  );
}

/** @returns what stands in a cell of a table */
export function cellNodes(cell: Cell, surface: Surface): (Node | string)[] {
  if (cell.type === 'rich_text') return richText(cell.elements ?? [], surface.voice);
  return [String(cell.text ?? (cell as { value?: unknown }).value ?? '')];
}
