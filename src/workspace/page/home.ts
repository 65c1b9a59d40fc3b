import { ApiError, read } from './api.ts';
import { renderBlocks } from './blocks/index.ts';
import { h, refill } from './dom.ts';
import { Fields } from './fields.ts';
import { on, person } from './state.ts';
import type { Surface } from './surface.ts';
import type { View } from './types.ts';

/** What each person has chosen in the Home's selects, kept while the page is open. */
const chosen = new Map<string, Fields>();
const stops: (() => void)[] = [];

/** @returns the app's Home as it was last published, redrawn whenever it is published anew */
export function appHome(): HTMLElement {
  for (const stop of stops.splice(0)) stop();
  const node = h(
    'div',
    { class: 'home', role: 'tabpanel', 'aria-label': 'Home', tabindex: 0 },
    h('p', { class: 'loading', role: 'status' }, 'Opening Home…'),
  );
  const patience = setTimeout(() => {
    if (node.querySelector('.loading'))
      refill(node, h('p', { class: 'empty' }, 'The app has shown nothing here yet.'));
  }, 4000);
  const draw = (view: View | null) => {
    if (!view) return;
    clearTimeout(patience);
    refill(node, h('div', { class: 'home-blocks' }, renderBlocks(view.blocks, surfaceOf(view))));
  };
  const load = async () => {
    try {
      draw((await read<{ view: View | null }>('home')).view);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refill(node, h('p', { class: 'error' }, error.message));
    }
  };
  stops.push(
    on('home', draw),
    on('resync', () => void load()),
    () => clearTimeout(patience),
  );
  void load();
  return node;
}

function surfaceOf(view: View & { leaks?: string[] }): Surface {
  const id = person()?.id ?? '';
  const fields = chosen.get(id) ?? new Fields();
  chosen.set(id, fields);
  return {
    kind: 'home',
    target: { type: 'home' },
    fields,
    voice: { byApp: true, leaks: new Set(view.leaks ?? []) },
    errors: {},
    offered: {},
  };
}
