import { address } from './api.ts';
import { setNow, tell } from './state.ts';
import type { LogEntry, MessageEvent as MessageChange, ModalView, View } from './types.ts';

/** What the page reads anew when the server says that something changed. */
export interface Readers {
  channels(): unknown;
  people(): unknown;
  panels(): unknown;
  /** Whether the live connection stands. */
  online(is: boolean): unknown;
}

let source: EventSource | undefined;

/**
 * Listens to what the acting person may see; an earlier connection ends.
 * @param readers called when there is something to read again
 * @param lost whether this takes the place of a connection that broke
 */
export function connect(readers: Readers, lost = false): void {
  source?.close();
  const events = new EventSource(address('events'));
  source = events;
  const listen = <T>(name: string, take: (data: T) => void) =>
    events.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
  events.onopen = () => {
    readers.online(true);
    // What happened while there was no connection is read once more.
    if (lost) tell('resync', null);
    lost = false;
  };
  events.onerror = () => {
    lost = true;
    readers.online(false);
    // A refusal ends an EventSource for good; one that was merely lost comes again by itself.
    if (events.readyState === EventSource.CLOSED)
      setTimeout(() => source === events && connect(readers, true), 3000);
  };
  listen<{ now: string }>('hello', ({ now }) => {
    setNow(now);
    tell('clock', new Date(now));
  });
  listen<{ now: string }>('clock', ({ now }) => {
    setNow(now);
    tell('clock', new Date(now));
  });
  listen<MessageChange>('message', (change) => tell('message', change));
  listen<{ view: View | null }>('home', ({ view }) => tell('home', view));
  listen<{ stack: ModalView[] }>('modals', ({ stack }) => tell('modals', stack));
  listen<LogEntry>('request', (entry) => tell('request', entry));
  listen('channels', () => readers.channels());
  listen('people', () => readers.people());
  listen('panels', () => readers.panels());
  listen('resync', () => tell('resync', null));
}
