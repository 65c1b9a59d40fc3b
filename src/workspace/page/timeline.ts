import { h } from './dom.ts';
import { isoDay } from './text/dates.ts';
import { time, zone } from './text/time.ts';
import type { Message } from './types.ts';

interface Shown {
  message: Message;
  node: HTMLElement;
}

/** Messages of one person within this time stand together under one name. */
const TOGETHER_SECONDS = 300;

/**
 * @param all in order of time
 * @param firstNew the time stamp before which the mark of what is new stands; '' for none
 * @returns the messages with a line before each day and before what is new
 */
export function arrange(all: readonly Shown[], firstNew: string): HTMLElement[] {
  const nodes: HTMLElement[] = [];
  let before: Message | undefined;
  for (const { message, node } of all) {
    const day = isoDay(new Date(Number(message.ts) * 1000), zone());
    const newDay = !before || isoDay(new Date(Number(before.ts) * 1000), zone()) !== day;
    if (newDay) nodes.push(h('li', { class: 'day' }, time(Number(message.ts), '{date_long_pretty}')));
    const isNew = message.ts === firstNew;
    if (isNew && before) nodes.push(h('li', { class: 'new' }, 'New'));
    node.classList.toggle('follows', !newDay && !isNew && follows(message, before));
    nodes.push(node);
    before = message;
  }
  return nodes;
}

function follows(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    before.user === message.user &&
    !before.is_ephemeral &&
    !message.is_ephemeral &&
    (before.reply_count ?? 0) === 0 &&
    before.subtype === message.subtype &&
    Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS
  );
}

/** Makes `wanted` the children of `parent`, moving only what is out of place, so that focus and scroll stay. */
export function reconcile(parent: HTMLElement, wanted: readonly Node[]): void {
  let cursor: ChildNode | null = parent.firstChild;
  for (const node of wanted) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
  while (cursor) {
    const next: ChildNode | null = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}
