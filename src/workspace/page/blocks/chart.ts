import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import type { Block } from '../types.ts';
import { table } from './table.ts';
import { unknown } from './unknown.ts';

interface Point {
  label: string;
  value: number;
}

interface Chart {
  type: string;
  segments?: Point[];
  series?: { name: string; data: Point[] }[];
  axis_config?: { categories?: string[]; x_label?: string; y_label?: string };
}

/** The figures of a chart as a table, for want of a drawing: https://docs.slack.dev/reference/block-kit/blocks */
export function chart(block: Block, surface: Surface): HTMLElement {
  const given = block.chart as Chart | undefined;
  const rows = given && rowsOf(given);
  if (!rows) return unknown(block);
  const cells = rows.map((row) => row.map((text) => ({ type: 'raw_text', text })));
  return h(
    'figure',
    null,
    h(
      'figcaption',
      null,
      `${String(block.title ?? '')} (${given.type} chart, ${given.axis_config?.y_label ?? 'figures'})`,
    ),
    table({ type: 'table', rows: cells }, surface),
  );
}

function rowsOf({ segments, series, axis_config: axis }: Chart): string[][] | undefined {
  if (segments) return [['Part', 'Value'], ...segments.map(({ label, value }) => [label, String(value)])];
  if (!series) return undefined;
  const labels = axis?.categories ?? series[0]?.data.map(({ label }) => label) ?? [];
  const at = (data: Point[], label: string) => data.find((point) => point.label === label)?.value;
  return [
    [axis?.x_label ?? '', ...series.map(({ name }) => name)],
    ...labels.map((label) => [label, ...series.map(({ data }) => String(at(data, label) ?? '–'))]),
  ];
}
