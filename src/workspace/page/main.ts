import { announcer } from './announce.ts';
import { ApiError, attempt, base, read } from './api.ts';
import { h } from './dom.ts';
import { guide } from './guide/guide.ts';
import { mainPane } from './main-pane.ts';
import { followModals } from './modal.ts';
import { goTo, goToChannel, readHash, shownChannel } from './navigation.ts';
import { readPanels } from './panels/index.ts';
import { peopleSwitch } from './people.ts';
import { sidePane } from './side-pane.ts';
import { sidebar } from './sidebar.ts';
import { connect } from './sse.ts';
import { channel, channelName, on, setNow, state, story, tell } from './state.ts';
import { keepTimes } from './text/time.ts';
import { toastRegion } from './toast.ts';
import { showOnline, topBar } from './top-bar.ts';
import type { ChannelView, ModalView, Person, Start } from './types.ts';

const LAST_PERSON = 'workspace-person';

async function readChannels(): Promise<void> {
  const asked = state.person?.id;
  const { channels } = await read<{ channels: ChannelView[] }>('channels');
  if (asked !== state.person?.id) return;
  state.channels = channels;
  tell('channels', channels);
}

/** What is unread is counted by the server; several messages at once are one question. */
const readChannelsSoon = soon(readChannels, 150);
const readPanelsSoon = soon(readPanels, 250);

/**
 * @returns a function that does `work` a moment after it was called, once for all calls within that moment: hundreds
 *   of mails in a row must not have the page ask hundreds of times
 */
function soon(work: () => Promise<unknown>, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void attempt(work());
    }, ms);
  };
}

async function readModals(): Promise<void> {
  const asked = state.person?.id;
  const { stack } = await read<{ stack: ModalView[] }>('modals');
  if (asked === state.person?.id) tell('modals', stack);
}

async function readPeople(): Promise<void> {
  const start = await read<Start>('start');
  state.start = start;
  takePeople(start.people);
  tell('people', state.people);
}

function takePeople(people: Person[]): void {
  state.people = new Map(people.map((one) => [one.id, one]));
  const me = state.person && state.people.get(state.person.id);
  if (me) state.person = me;
}

/** From now on somebody else acts: everything is read in their name. */
async function become(id: string): Promise<void> {
  const next = state.people.get(id);
  if (!next || next.id === state.person?.id) return;
  state.person = next;
  sessionStorage.setItem(LAST_PERSON, id);
  const address = new URL(location.href);
  address.searchParams.set('person', id);
  history.replaceState(null, '', address);
  document.title = `${next.real_name} · ${state.start.team.name}`;
  state.channels = [];
  await attempt(readChannels());
  // Somebody else again meanwhile, who is being shown.
  if (state.person?.id !== id) return;
  const here = state.place.type === 'channel' && channel(state.place.id);
  if (state.place.type === 'channel' && !here) state.place = firstPlace();
  tell('person', next);
  tell('channels', state.channels);
  connect({
    channels: readChannelsSoon,
    people: () => attempt(readPeople()),
    panels: readPanelsSoon,
    online: showOnline,
  });
  await attempt(readModals());
}

function firstPlace(): typeof state.place {
  const first =
    channel(story().channel ?? '') ??
    state.channels.find(
      (one) => one.kind !== 'im' && one.is_member && one.bot_is_member && !one.is_archived,
    ) ??
    state.channels[0];
  return first ? { type: 'channel', id: first.id } : { type: 'app', tab: 'home' };
}

/** Who acts first: as the address says, as before in this window, or the owner. */
function firstPerson(): string {
  const wanted = [
    new URLSearchParams(location.search).get('person'),
    sessionStorage.getItem(LAST_PERSON),
    story().owner,
  ];
  const all = [...state.people.values()].filter((one) => !one.is_bot && !one.deleted);
  const found = wanted.find((id) => all.some((one) => one.id === id)) ?? all.find((one) => one.is_owner)?.id;
  return found ?? all[0]?.id ?? '';
}

function title(): void {
  const id = shownChannel();
  const view = id && channel(id);
  const waiting = state.channels.reduce((sum, one) => sum + (one.is_member ? one.mentions : 0), 0);
  const place = view ? channelName(view) : 'Home';
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${place} · ${state.person?.real_name} · ${state.start.team.name}`;
}

async function begin(): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no #root');
  let start: Start;
  try {
    start = await read<Start>('start');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    root.replaceChildren(h('p', { class: 'loading', role: 'alert' }, error.message));
    return;
  }
  state.start = start;
  setNow(start.now);
  takePeople(start.people);
  keepTimes();
  followModals();
  const app = h(
    'div',
    { class: 'workspace' },
    h('a', { class: 'skip', href: '#main', onclick: skip }, 'To the messages'),
    topBar(peopleSwitch((id) => void become(id))),
    guide((id) => become(id)),
    sidebar(),
    mainPane(),
    sidePane(),
  );
  root.replaceChildren(app, announcer(), toastRegion());
  app.addEventListener('click', closeMenu);
  app.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) closeMenu(event);
  });
  app.addEventListener('click', followOwnLinks);
  window.addEventListener('hashchange', () => void readHash());
  window.addEventListener('popstate', () => void readHash());
  on('channels', title);
  on('place', title);
  on('message', (event) => {
    if (event.change === 'new') readChannelsSoon();
    // What the app waits for (a record, a mail) changes with what it does, and so does what the guided path speaks of.
    const looked = state.side?.type === 'panels' && state.side.tab !== 'requests';
    if (looked || event.change === 'new') readPanelsSoon();
  });
  on('side', (side) => {
    if (side?.type === 'panels' && side.tab !== 'requests') readPanelsSoon();
  });
  on('resync', () => {
    void attempt(readChannels());
    void attempt(readPeople());
    void attempt(readPanels());
    void attempt(readModals());
  });
  await attempt(readPanels());
  const hash = location.hash;
  await become(firstPerson());
  if (hash) history.replaceState(null, '', `${location.search}${hash}`);
  if (!hash || !readHash()) goTo(firstPlace());
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/** On a narrow window the sidebar lies over the page: a click beside it, or Escape, closes it. */
function closeMenu(event: Event): void {
  const app = document.querySelector('.workspace');
  const button = document.querySelector<HTMLElement>('.menu-button');
  const beside = !(event.target as Element).closest('.sidebar, .menu-button');
  if (!app?.classList.contains('menu-open') || (event.type === 'click' && !beside)) return;
  app.classList.remove('menu-open');
  button?.setAttribute('aria-expanded', 'false');
  if (event.type === 'keydown') button?.focus();
}

/** Links to places of this page open here, also when the address already says so. */
function followOwnLinks(event: MouseEvent): void {
  const anchor = (event.target as Element).closest('a');
  const hash = anchor?.getAttribute('href');
  if (!hash?.startsWith('#/') || event.metaKey || event.ctrlKey || event.defaultPrevented) return;
  event.preventDefault();
  history.pushState(null, '', `${base}${location.search}${hash}`);
  if (!readHash()) goToChannel(hash.split('/')[1] ?? '');
}

void begin();
