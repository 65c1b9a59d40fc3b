import type { Context } from './context.ts';
import { person, SEED, type Seed } from './seed.ts';
import type { Snapshot } from './store.ts';

/** @returns the newest timestamp that was kept, so that none is given twice */
export function newest(kept: Snapshot | undefined): string | undefined {
  const all = Object.values(kept?.messages ?? {}).map((list) => list.at(-1)?.ts ?? '0.000000');
  return all.sort().at(-1);
}

/** Fills a workspace with what was kept, or with what it begins with. */
export function fill(ctx: Context, kept: Snapshot | undefined, seed: Seed | undefined): void {
  const { directory, messages, files, modals } = ctx;
  const { bot } = directory;
  const people = kept?.people ?? [
    ...(seed?.people ?? SEED.people).map(person),
    person({ id: bot.user_id, name: bot.name.toLowerCase(), real_name: bot.name, email: '', is_bot: true }),
  ];
  for (const one of people) directory.people.set(one.id, one);
  if (!kept) {
    for (const channel of seed?.channels ?? SEED.channels)
      directory.addChannel({ ...channel, members: [...channel.members] });
    return;
  }
  for (const channel of kept.channels) directory.channels.set(channel.id, channel);
  for (const [channel, list] of Object.entries(kept.messages)) messages.byChannel.set(channel, list);
  for (const record of kept.files) files.records.set(record.id, record);
  for (const open of kept.homes) modals.homes.set(open.person, open);
  for (const [who, marks] of Object.entries(kept.reads)) ctx.reads.set(who, marks);
}

/** @returns what shall outlive the process */
export function snapshot(ctx: Context): Snapshot {
  return {
    people: [...ctx.directory.people.values()],
    channels: [...ctx.directory.channels.values()],
    messages: Object.fromEntries(ctx.messages.byChannel),
    files: [...ctx.files.records.values()],
    homes: [...ctx.modals.homes.values()],
    reads: Object.fromEntries(ctx.reads),
  };
}
