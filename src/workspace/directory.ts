import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';
import { slackId } from './ids.ts';
import type { Channel, Json, Person } from './types.ts';

export interface Team {
  id: string;
  name: string;
  domain: string;
}

/** Who the app is in this workspace. */
export interface Bot {
  user_id: string;
  bot_id: string;
  app_id: string;
  name: string;
}

/** People and channels: who is there, who is where. */
export class Directory {
  readonly team: Team;
  readonly bot: Bot;
  readonly people = new Map<string, Person>();
  readonly channels = new Map<string, Channel>();
  readonly #clock: Clock;
  readonly #bus: Bus;

  constructor(team: Team, bot: Bot, clock: Clock, bus: Bus) {
    this.team = team;
    this.bot = bot;
    this.#clock = clock;
    this.#bus = bus;
  }

  /** @returns a channel by id, or by name with or without `#` */
  channel(idOrName: string): Channel | undefined {
    const found = this.channels.get(idOrName);
    if (found) return found;
    const name = idOrName.replace(/^#/, '');
    return [...this.channels.values()].find((c) => c.kind !== 'im' && c.name === name);
  }

  /** @returns the direct message between two people, opened now if there was none */
  directMessage(one: string, other: string): Channel {
    const found = this.findDirectMessage(one, other);
    if (found) return found;
    return this.addChannel({
      id: slackId('D', 9),
      name: '',
      kind: 'im',
      members: [...new Set([one, other])],
    });
  }

  /** @returns the direct message between two people, if it was ever opened */
  findDirectMessage(one: string, other: string): Channel | undefined {
    return [...this.channels.values()].find(
      (c) => c.kind === 'im' && c.members.includes(one) && c.members.includes(other),
    );
  }

  /** @returns the new channel; what is left out is filled in */
  addChannel(channel: Pick<Channel, 'name' | 'kind' | 'members'> & Partial<Channel>): Channel {
    const full: Channel = {
      id: slackId('C', 9),
      is_archived: false,
      is_ext_shared: false,
      topic: '',
      creator: channel.members[0] ?? '',
      created: Math.floor(this.#clock.now().getTime() / 1000),
      ...channel,
    };
    this.channels.set(full.id, full);
    this.#bus.tell({ type: 'channels' });
    return full;
  }

  /** Changes a person and tells the page. */
  changePerson(id: string, changes: Partial<Person>): Person {
    const person = this.people.get(id);
    if (!person) throw new RangeError(`There is no person ${id}`);
    Object.assign(person, changes, { id, updated: Math.floor(this.#clock.now().getTime() / 1000) });
    this.#bus.tell({ type: 'people' });
    return person;
  }

  /** Changes a channel and tells the page. */
  changeChannel(id: string, changes: Partial<Channel>): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw new RangeError(`There is no channel ${id}`);
    Object.assign(channel, changes, { id });
    this.#bus.tell({ type: 'channels' });
    return channel;
  }

  /** @returns whether this person may read the channel: members may, and in public ones all but guests */
  maySee(person: string, channel: Channel): boolean {
    if (channel.members.includes(person)) return true;
    const who = this.people.get(person);
    return channel.kind === 'public' && !!who && !who.is_restricted && !who.team_id;
  }

  /** @returns the channel as Slack's Web API shows it to the app */
  slackChannel(channel: Channel): Json {
    const im = channel.kind === 'im';
    const common = {
      id: channel.id,
      created: channel.created,
      is_im: im,
      is_mpim: false,
      is_archived: channel.is_archived,
      context_team_id: this.team.id,
      updated: channel.created * 1000,
    };
    if (im) {
      const user = channel.members.find((m) => m !== this.bot.user_id) ?? this.bot.user_id;
      return {
        ...common,
        user,
        is_user_deleted: this.people.get(user)?.deleted ?? false,
        is_open: true,
        priority: 0,
      };
    }
    return {
      ...common,
      name: channel.name,
      name_normalized: channel.name,
      is_channel: channel.kind === 'public',
      is_group: channel.kind === 'private',
      is_private: channel.kind === 'private',
      is_general: channel.name === 'general',
      is_shared: channel.is_ext_shared,
      is_ext_shared: channel.is_ext_shared,
      is_org_shared: false,
      is_pending_ext_shared: false,
      is_member: channel.members.includes(this.bot.user_id),
      unlinked: 0,
      creator: channel.creator,
      shared_team_ids: channel.is_ext_shared ? [this.team.id, 'T0PARTNER00'] : [this.team.id],
      topic: { value: channel.topic, creator: channel.creator, last_set: channel.created },
      purpose: { value: '', creator: '', last_set: 0 },
      previous_names: [],
    };
  }

  /** @returns the person as Slack's Web API shows them to the app (without `users:read.email`: no address) */
  slackUser(person: Person, withEmail: boolean): Json {
    return {
      id: person.id,
      team_id: person.team_id ?? this.team.id,
      name: person.name,
      deleted: person.deleted,
      color: person.color,
      real_name: person.real_name,
      ...(!person.deleted && {
        tz: person.tz,
        tz_label: person.tz,
        tz_offset: timeZoneOffset(person.tz, this.#clock.now()),
        is_admin: person.is_admin || person.is_owner,
        is_owner: person.is_owner,
        is_primary_owner: person.is_owner,
        is_restricted: person.is_restricted,
        is_ultra_restricted: false,
      }),
      ...(person.team_id && { is_stranger: true }),
      is_bot: person.is_bot,
      is_app_user: false,
      is_email_confirmed: true,
      updated: person.updated,
      profile: {
        title: person.title ?? '',
        real_name: person.real_name,
        real_name_normalized: person.real_name,
        display_name: person.name,
        display_name_normalized: person.name,
        team: person.team_id ?? this.team.id,
        ...(withEmail && { email: person.email }),
        ...(person.is_bot && { bot_id: this.bot.bot_id, api_app_id: this.bot.app_id }),
      },
    };
  }
}

/** @returns how many seconds a time zone is ahead of UTC at a moment */
export function timeZoneOffset(tz: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find((p) => p.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : 0;
}
