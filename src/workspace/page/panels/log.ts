import { ApiError, read } from '../api.ts';
import { h, nodes } from '../dom.ts';
import { nameOf, on } from '../state.ts';
import { time } from '../text/time.ts';
import type { LogEntry } from '../types.ts';

const entries = new Map<number, LogEntry>();
let filter: 'all' | 'refused' | 'to_app' | 'to_slack' = 'all';
let listening = false;
let list: HTMLElement | undefined;

/** @returns what passed between Slack and the app, newest first; what Slack would refuse is marked */
export function requestLog(): HTMLElement {
  const all = h('ul', { class: 'log', 'aria-label': 'Requests' });
  list = all;
  if (!listening) {
    listening = true;
    on('request', add);
    on('resync', () => {
      // A server that was started again counts from one again.
      entries.clear();
      void load();
    });
  }
  void load();
  const choices: [typeof filter, string][] = [
    ['all', 'All'],
    ['to_app', 'To the app'],
    ['to_slack', 'To Slack'],
    ['refused', 'Refused'],
  ];
  return h(
    'div',
    null,
    h(
      'label',
      { class: 'log-filter' },
      'Show ',
      h(
        'select',
        {
          onchange: (event: Event) => {
            filter = (event.target as HTMLSelectElement).value as typeof filter;
            draw();
          },
        },
        choices.map(([value, words]) => h('option', { value, selected: value === filter }, words)),
      ),
    ),
    all,
  );
}

async function load(): Promise<void> {
  try {
    const { requests } = await read<{ requests: LogEntry[] }>('requests', { after: 0 });
    for (const entry of requests) entries.set(entry.id, entry);
    draw();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    list?.replaceChildren(h('li', { class: 'error' }, error.message));
  }
}

function add(entry: LogEntry): void {
  entries.set(entry.id, entry);
  if (fits(entry)) {
    list?.querySelector('.empty')?.remove();
    list?.prepend(row(entry));
  }
}

function draw(): void {
  const shown = [...entries.values()].filter(fits).sort((a, b) => b.id - a.id);
  list?.replaceChildren(
    ...nodes([
      shown.length === 0 ? h('li', { class: 'empty' }, 'Nothing yet.') : shown.slice(0, 500).map(row),
    ]),
  );
}

function fits(entry: LogEntry): boolean {
  if (filter === 'refused') return entry.refused !== null;
  return filter === 'all' || entry.direction === filter;
}

function row(entry: LogEntry): HTMLElement {
  const bad = entry.refused !== null || entry.status >= 400;
  const details = h(
    'details',
    { class: bad ? 'refused' : '' },
    h(
      'summary',
      null,
      h(
        'span',
        { class: 'direction', title: entry.direction === 'to_app' ? 'Slack to the app' : 'The app to Slack' },
        entry.direction === 'to_app' ? '→' : '←',
      ),
      h(
        'span',
        { class: 'log-name' },
        h('span', { class: 'unseen' }, entry.direction === 'to_app' ? 'to the app: ' : 'to Slack: '),
        entry.kind === 'api' ? entry.name : `${entry.kind} ${entry.name}`,
      ),
      entry.refused && h('span', { class: 'tag bad' }, `refused: ${entry.refused.error}`),
      h('span', { class: 'quiet' }, `${entry.status} · ${Math.round(entry.ms)} ms`),
    ),
  );
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(...nodes([more(entry)]));
  });
  return h('li', null, details);
}

/** Made when it is opened: five hundred payloads would weigh on the page. */
function more(entry: LogEntry): (Node | string | null | false)[] {
  return [
    entry.refused && h('p', { class: 'error' }, whyRefused(entry.refused)),
    h(
      'p',
      { class: 'quiet' },
      time(Date.parse(entry.at) / 1000, '{date_short_pretty}, {time_secs}'),
      entry.person ? ` by ${nameOf(entry.person)}` : '',
    ),
    h('h4', null, 'Request'),
    h('pre', { tabindex: 0 }, pretty(entry.request)),
    h('h4', null, 'Answer'),
    h('pre', { tabindex: 0 }, pretty(entry.answer)),
  ];
}

function whyRefused({ error, detail }: { error: string; detail: string }): string {
  if (error === 'unknown_method')
    return 'unknown_method: this workspace plays only the methods that the app uses.';
  // The detail of a Web API's refusal begins with the name of the error.
  const why = detail === error ? '' : detail.replace(`${error}: `, '');
  return `Slack would refuse this: ${error}.${why && ` ${why}`}`;
}

function pretty(value: unknown): string {
  if (typeof value === 'string') return value || '(empty)';
  return JSON.stringify(value, null, 2) ?? '(nothing)';
}
