import { botId, channel, type Place, type Side, state, tell } from './state.ts';

/** Shows a place in the main pane. */
export function goTo(place: Place): void {
  state.place = place;
  if (state.side?.type === 'thread') setSide(null);
  writeHash();
  tell('place', place);
}

/** Shows a channel or a direct message; the one with the app is the app's own place. */
export function goToChannel(id: string): void {
  goTo(channel(id)?.with === botId() && botId() ? { type: 'app', tab: 'messages' } : { type: 'channel', id });
}

/** @param side what the pane on the right shows, null closes it */
export function setSide(side: Side): void {
  state.side = side;
  tell('side', side);
}

/** Opens a thread beside its channel. */
export function openThread(channelId: string, ts: string): void {
  setSide({ type: 'thread', channel: channelId, ts });
}

/** @returns the direct message between the acting person and the app */
export function appChannel(): string | undefined {
  return state.channels.find((one) => one.kind === 'im' && one.with === botId())?.id;
}

/** @returns the channel that the main pane shows */
export function shownChannel(): string | undefined {
  return state.place.type === 'channel'
    ? state.place.id
    : state.place.tab === 'messages'
      ? appChannel()
      : undefined;
}

/** Goes where the address says: `#/home`, `#/messages`, `#/C…`, `#/C…/<ts>`. False when it says nothing. */
export function readHash(): boolean {
  const [, first, ts] = location.hash.split('/');
  if (!first) return false;
  if (first === 'home' || first === 'messages') {
    goTo({ type: 'app', tab: first });
    return true;
  }
  if (!channel(first)) return false;
  if (shownChannel() !== first || !ts) goToChannel(first);
  if (ts) tell('jump', { channel: first, ts });
  return true;
}

function writeHash(): void {
  const { place } = state;
  const hash = place.type === 'app' ? `#/${place.tab}` : `#/${place.id}`;
  if (location.hash !== hash && !location.hash.startsWith(`${hash}/`)) history.pushState(null, '', hash);
}
