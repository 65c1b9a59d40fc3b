import { announce } from './announce.ts';
import { h, refill } from './dom.ts';
import { icon } from './icons.ts';
import { setSide } from './navigation.ts';
import { now, on, state } from './state.ts';
import { time } from './text/time.ts';

/**
 * @param people the switch of who acts
 * @returns the bar over the page: where one is, who one is, the clock, and what is around Slack
 */
export function topBar(people: HTMLElement): HTMLElement {
  const menu: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: 'plain menu-button',
      'aria-label': 'Channels and messages',
      'aria-expanded': 'false',
      'aria-controls': 'sidebar',
      onclick: () => {
        const open = document.querySelector('.workspace')?.classList.toggle('menu-open') === true;
        menu.setAttribute('aria-expanded', String(open));
        if (open) document.querySelector<HTMLElement>('.sidebar a')?.focus();
      },
    },
    icon('menu'),
  );
  const clock = h('button', {
    type: 'button',
    class: 'plain clock',
    title: 'The workspace’s clock',
    'aria-label': 'The workspace’s clock',
    onclick: () => toggle('clock'),
  });
  const drawClock = () =>
    refill(clock, icon('clock'), h('span', null, time(now().getTime() / 1000, '{date_short}, {time}')));
  const refused = h('span', { class: 'badge bad', hidden: true });
  let count = 0;
  on('request', (entry) => {
    if (!entry.refused) return;
    count += 1;
    refused.hidden = false;
    refused.textContent = String(count);
    refused.title = 'Requests that Slack would refuse, since this page was opened';
    around.setAttribute('aria-label', `Around Slack, ${count} refused`);
  });
  const around: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: 'plain around',
      'aria-label': 'Around Slack',
      'aria-pressed': 'false',
      onclick: () => toggle(lastTab()),
    },
    icon('panel'),
    h('span', null, 'Around Slack'),
    refused,
  );
  on('clock', drawClock);
  on('person', drawClock);
  on('side', (side) => {
    around.setAttribute('aria-pressed', String(side?.type === 'panels'));
    if (side?.type === 'panels') last = side.tab;
  });
  setInterval(drawClock, 15_000);
  return h(
    'header',
    { class: 'top-bar' },
    menu,
    h(
      'div',
      { class: 'workspace-name' },
      h('strong', null, state.start.team.name),
      h('small', null, 'local workspace'),
    ),
    people,
    clock,
    around,
    h('span', { class: 'offline', hidden: true }, 'Not connected, trying again…'),
  );
}

let last = '';

function lastTab(): string {
  return last || ('dns' in state.panels ? 'dns' : 'requests');
}

function toggle(tab: string): void {
  const open = state.side?.type === 'panels' && state.side.tab === tab;
  setSide(open ? null : { type: 'panels', tab });
}

/** Says that the live connection is lost, or stands again. */
export function showOnline(is: boolean): void {
  const note = document.querySelector<HTMLElement>('.offline');
  if (!note || note.hidden === is) return;
  note.hidden = is;
  announce(is ? 'Connected again.' : 'Not connected, trying again…');
}
