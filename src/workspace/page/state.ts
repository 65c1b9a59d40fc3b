import type {
  ChannelView,
  LogEntry,
  MessageEvent,
  ModalView,
  Panels,
  Person,
  Start,
  Story,
  View,
} from './types.ts';

/** What the main pane shows. */
export type Place = { type: 'channel'; id: string } | { type: 'app'; tab: 'home' | 'messages' };

/** What the pane on the right shows. */
export type Side = null | { type: 'thread'; channel: string; ts: string } | { type: 'panels'; tab: string };

interface Topics {
  /** Somebody else acts from now on: everything is read again. */
  person: Person;
  people: Map<string, Person>;
  channels: ChannelView[];
  message: MessageEvent;
  home: View | null;
  modals: ModalView[];
  request: LogEntry;
  panels: Panels;
  /** The workspace's clock was moved, or the day may have changed. */
  clock: Date;
  place: Place;
  side: Side;
  /** Something may have been missed: read again what is shown. */
  resync: null;
  /** Shows a message: scrolls to it and marks it. */
  jump: { channel: string; ts: string };
}

const listeners = new Map<keyof Topics, Set<(data: never) => void>>();

/** @returns a function that stops the listening */
export function on<T extends keyof Topics>(topic: T, listener: (data: Topics[T]) => void): () => void {
  const all = listeners.get(topic) ?? new Set();
  listeners.set(topic, all);
  all.add(listener as (data: never) => void);
  return () => all.delete(listener as (data: never) => void);
}

/** Tells the parts of the page that something is so now. */
export function tell<T extends keyof Topics>(topic: T, data: Topics[T]): void {
  for (const listener of listeners.get(topic) ?? []) (listener as (data: Topics[T]) => void)(data);
}

/** Everything that more than one part of the page looks at. */
export const state = {
  start: null as unknown as Start,
  person: null as Person | null,
  people: new Map<string, Person>(),
  channels: [] as ChannelView[],
  place: { type: 'app', tab: 'home' } as Place,
  side: null as Side,
  panels: {} as Panels,
  /** How far the workspace's clock is ahead of this computer's. */
  ahead: 0,
};

/** @returns who acts */
export function person(): Person | null {
  return state.person;
}

/** @returns the time by the workspace's clock */
export function now(): Date {
  return new Date(Date.now() + state.ahead);
}

/** @param time what the workspace's clock says at this moment */
export function setNow(time: string | Date): void {
  state.ahead = new Date(time).getTime() - Date.now();
}

/** @returns the app's user id, as which it posts */
export function botId(): string | undefined {
  return state.start.bot.user_id ?? [...state.people.values()].find((one) => one.is_bot)?.id;
}

/** @returns the channel or direct message, when the acting person sees it */
export function channel(id: string): ChannelView | undefined {
  return state.channels.find((one) => one.id === id);
}

/** Who speaks for the workspace itself. */
const SLACKBOT = 'USLACKBOT';

/** @returns the name to show of a person, their id when unknown */
export function nameOf(id: string): string {
  if (id === SLACKBOT) return 'Slackbot';
  const found = state.people.get(id);
  return found ? found.real_name || found.name : id;
}

/** @returns what a channel is called in the page: `#name`, or the other's name in a direct message */
export function channelName(view: ChannelView): string {
  return view.kind === 'im' ? nameOf(view.with ?? view.name) : view.name;
}

/** @returns names of the demo data for the guided path; nothing where there is no demo */
export function story(): Story {
  return (state.panels.story as Story | undefined) ?? {};
}
