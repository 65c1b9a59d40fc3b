import { avatar } from './avatar.ts';
import { h, refill } from './dom.ts';
import { icon } from './icons.ts';
import { on, person, state } from './state.ts';
import type { Person } from './types.ts';

/**
 * @param become called with who shall act from now on
 * @returns everybody one can be, each one click away, and a way to a second window beside this one
 */
export function peopleSwitch(become: (id: string) => void): HTMLElement {
  const node = h('div', { class: 'people', role: 'group', 'aria-label': 'Act as' });
  const draw = () =>
    refill(
      node,
      [...state.people.values()].filter(playable).map((one) => chip(one, become)),
    );
  for (const topic of ['people', 'person'] as const) on(topic, draw);
  return node;
}

function playable(one: Person): boolean {
  return !one.is_bot && !one.deleted && one.name !== 'slackbot';
}

function chip(one: Person, become: (id: string) => void): HTMLElement {
  const me = one.id === person()?.id;
  const role = roleOf(one);
  const address = new URL(location.href);
  address.searchParams.set('person', one.id);
  return h(
    'span',
    { class: me ? 'chip me' : 'chip' },
    h(
      'button',
      {
        type: 'button',
        class: 'chip-main',
        'aria-pressed': String(me),
        'aria-label': [one.real_name, role].filter(Boolean).join(', '),
        'data-person': one.id,
        'data-key': `person/${one.id}`,
        title: `${one.real_name}${role ? ` (${role})` : ''}, ${one.tz}`,
        onclick: () => become(one.id),
      },
      avatar(one.id),
      h('span', { class: 'chip-words' }, nameWords(one), h('small', null, role)),
    ),
    h(
      'a',
      {
        class: 'chip-window',
        href: address.href,
        target: '_blank',
        rel: 'noopener',
        'aria-label': `Open a second window as ${one.real_name}`,
        title: 'Open beside this window',
        onclick: (event: MouseEvent) => {
          event.preventDefault();
          window.open(
            address.href,
            '_blank',
            `noopener,popup,width=${Math.round(screen.availWidth / 2)},height=${screen.availHeight},left=${Math.round(screen.availWidth / 2)}`,
          );
        },
      },
      icon('window'),
    ),
  );
}

function roleOf(one: Person): string {
  if (one.title) return one.title;
  if (one.is_owner) return 'Owner';
  if (one.is_admin) return 'Admin';
  if (one.is_restricted) return 'Guest';
  return 'Member';
}

/** The name in two parts, so that a narrower window can do with the first. */
function nameWords(one: Person): HTMLElement {
  const [first = '', ...rest] = one.real_name.split(' ');
  return h('span', null, first, rest.length > 0 && h('span', { class: 'rest' }, ` ${rest.join(' ')}`));
}
