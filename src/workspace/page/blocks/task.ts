import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { link } from '../text/render.ts';
import { richText } from '../text/rich-text.ts';
import type { Block } from '../types.ts';

const STATUS: Record<string, [sign: string, words: string]> = {
  pending: ['○', 'waiting'],
  in_progress: ['◐', 'under way'],
  complete: ['●', 'done'],
  error: ['✕', 'failed'],
};

interface Source {
  url: string;
  text: string;
}

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
export function taskCard(block: Block, surface: Surface): HTMLElement {
  const [sign, words] = STATUS[String(block.status)] ?? ['○', String(block.status ?? '')];
  const rich = (name: string) => richText((block[name] as Block | undefined)?.elements ?? [], surface.voice);
  const sources = (block.sources as Source[] | undefined) ?? [];
  return h(
    'div',
    { class: 'boxed' },
    h(
      'div',
      null,
      h('span', { 'aria-hidden': 'true' }, `${sign} `),
      String(block.title ?? ''),
      h('small', null, ` ${words}`),
    ),
    rich('details'),
    rich('output'),
    sources.length > 0 &&
      h(
        'small',
        null,
        sources.map((source) => [link(source.url, source.text), ' ']),
      ),
  );
}

/** Tasks under a title: https://docs.slack.dev/reference/block-kit/blocks/plan-block */
export function plan(block: Block, surface: Surface): HTMLElement {
  const tasks = (block.tasks as Block[] | undefined) ?? [];
  return h(
    'div',
    { class: 'boxed' },
    h('strong', null, String(block.title ?? 'Plan')),
    tasks.map((task) => taskCard(task, surface)),
  );
}
