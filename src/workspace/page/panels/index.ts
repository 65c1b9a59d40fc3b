import { read } from '../api.ts';
import { h, refill } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import { setSide } from '../navigation.ts';
import { sideHead } from '../side-pane.ts';
import { on, setNow, state, tell } from '../state.ts';
import type { Panels } from '../types.ts';
import { clockPanel } from './clock.ts';
import { dnsPanel } from './dns.ts';
import { idpPanel } from './idp.ts';
import { requestLog } from './log.ts';
import { mailPanel } from './mail.ts';
import { otherPanel } from './other.ts';

type Draw = (data: unknown) => (Node | string | false)[];

const KNOWN: Record<string, { words: string; drawing: IconName; draw: Draw }> = {
  mail: { words: 'Mail', drawing: 'mail', draw: mailPanel },
  dns: { words: 'DNS', drawing: 'globe', draw: dnsPanel },
  idp: { words: 'Test IdP', drawing: 'key', draw: idpPanel },
  clock: { words: 'Clock', drawing: 'clock', draw: clockPanel },
};

/** Reads what runs beside Slack, and shows it wherever it is shown. */
export async function readPanels(): Promise<void> {
  const { panels } = await read<{ panels: Panels }>('panels');
  state.panels = panels;
  const clock = panels.clock as { now?: string } | undefined;
  if (clock?.now) {
    setNow(clock.now);
    tell('clock', new Date(clock.now));
  }
  tell('panels', panels);
}

/** @returns the names of the panels: those we draw, the log, and any other that the server has */
export function panelNames(): string[] {
  const known = Object.keys(KNOWN).filter((name) => name === 'clock' || name in state.panels);
  const others = Object.keys(state.panels).filter((name) => !(name in KNOWN) && name !== 'story');
  return [...known, 'requests', ...others];
}

let stop: (() => void) | undefined;

/** @returns the pane with a tab for each thing beside Slack */
export function panelsPane(tab: string): HTMLElement[] {
  stop?.();
  stop = undefined;
  const names = panelNames();
  const body = h('div', {
    class: 'panel',
    role: 'tabpanel',
    'aria-label': wordsOf(tab),
    tabindex: 0,
    id: 'panel',
  });
  if (tab === 'requests') body.append(requestLog());
  else {
    const draw = () => refill(body, drawPanel(tab));
    stop = on('panels', draw);
    draw();
  }
  return [
    sideHead('Around Slack'),
    h(
      'div',
      {
        class: 'tabs panel-tabs',
        role: 'tablist',
        'aria-label': 'Around Slack',
        onkeydown: (event: KeyboardEvent) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          const next = step && names.at((names.indexOf(tab) + step) % names.length);
          if (!next) return;
          setSide({ type: 'panels', tab: next });
          document.querySelector<HTMLElement>('.panel-tabs [aria-selected=true]')?.focus();
        },
      },
      names.map((name) =>
        h(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-selected': String(name === tab),
            'aria-controls': 'panel',
            tabindex: name === tab ? 0 : -1,
            title: wordsOf(name),
            onclick: () => {
              setSide({ type: 'panels', tab: name });
              document.querySelector<HTMLElement>('.panel-tabs [aria-selected=true]')?.focus();
            },
          },
          icon(KNOWN[name]?.drawing ?? 'list'),
          h('span', null, wordsOf(name)),
        ),
      ),
    ),
    body,
  ];
}

function drawPanel(name: string): (Node | string | false)[] {
  const known = KNOWN[name];
  return known ? known.draw(state.panels[name]) : otherPanel(name, state.panels[name]);
}

function wordsOf(name: string): string {
  return (
    KNOWN[name]?.words ?? (name === 'requests' ? 'Requests' : name.charAt(0).toUpperCase() + name.slice(1))
  );
}
