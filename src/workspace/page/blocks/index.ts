import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import type { Block } from '../types.ts';
import { actions } from './actions.ts';
import { alert } from './alert.ts';
import { card, carousel } from './card.ts';
import { chart } from './chart.ts';
import { container } from './container.ts';
import { context } from './context.ts';
import { contextActions } from './context-actions.ts';
import { dataTable } from './data-table.ts';
import { file } from './file.ts';
import { header } from './header.ts';
import { image } from './image.ts';
import { input } from './input.ts';
import { markdown } from './markdown.ts';
import { richTextBlock } from './rich-text.ts';
import { section } from './section.ts';
import { table } from './table.ts';
import { plan, taskCard } from './task.ts';
import { unknown } from './unknown.ts';
import { video } from './video.ts';

type Renderer = (block: Block, surface: Surface) => HTMLElement;

const RENDERERS: Record<string, Renderer> = {
  actions,
  alert,
  card,
  carousel,
  container,
  context,
  context_actions: contextActions,
  data_table: dataTable,
  data_visualization: chart,
  divider: () => h('hr'),
  file,
  header,
  image,
  input,
  markdown,
  plan,
  rich_text: richTextBlock,
  section,
  table,
  task_card: taskCard,
  video,
};

/**
 * @param blocks Block Kit blocks, as Slack shapes them
 * @param surface where they stand
 * @returns them drawn; a block that the page does not know shows its type and its content
 */
export function renderBlocks(blocks: readonly Block[], surface: Surface): HTMLElement[] {
  return blocks.map((block) => renderBlock(block, surface));
}

/** One block; see renderBlocks. */
export function renderBlock(block: Block, surface: Surface): HTMLElement {
  const renderer = Object.hasOwn(RENDERERS, block.type) ? RENDERERS[block.type] : undefined;
  const node = renderer ? renderer(block, surface) : unknown(block);
  node.classList.add('block', `block-${block.type.replace(/[^a-z_]/g, '')}`);
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}
