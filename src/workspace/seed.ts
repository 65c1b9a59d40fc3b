import type { Team } from './directory.ts';
import type { Channel, Person } from './types.ts';

/** Who and what is in a workspace at its beginning. */
export interface Seed {
  team?: Partial<Team>;
  people?: (Pick<Person, 'id' | 'name' | 'real_name'> & Partial<Person>)[];
  channels?: (Pick<Channel, 'id' | 'name' | 'kind' | 'members'> & Partial<Channel>)[];
}

export const TEAM: Team = { id: 'T0LOCAL0001', name: 'Harbour & Sons', domain: 'harbour' };

/** Who speaks for Slack itself. */
export const SLACKBOT = 'USLACKBOT';

export const BOT = { user_id: 'U0DRAWBRDG', bot_id: 'B0DRAWBRDG', app_id: 'A0DRAWBRDG' };

const NOBODY: Omit<Person, 'id' | 'name' | 'real_name'> = {
  email: '',
  tz: 'Europe/Berlin',
  is_owner: false,
  is_admin: false,
  is_restricted: false,
  is_bot: false,
  deleted: false,
  color: '4b5563',
  updated: 0,
};

/** @returns a person, what is left out filled in */
export function person(given: Pick<Person, 'id' | 'name' | 'real_name'> & Partial<Person>): Person {
  return { ...NOBODY, email: `${given.name}@harbour.example`, ...given };
}

/** The people of the local workspace and of the tests, by what they are there for. */
export const PEOPLE = {
  owner: 'U0OWNER001',
  admin: 'U0ADMIN001',
  approver: 'U0APPROVE1',
  secondAdmin: 'U0SECOND01',
  bystander: 'U0BYSTAND1',
  guest: 'U0GUEST001',
  gone: 'U0GONE0001',
} as const;

export const CHANNELS = {
  general: 'C0GENERAL1',
  notifications: 'C0SSOCHNG1',
  second: 'C0LABSSSO1',
  private: 'C0SECURITY',
  withoutBot: 'C0RANDOM01',
  archived: 'C0OLDNEWS1',
  shared: 'C0PARTNER1',
} as const;

const P = PEOPLE;
const STAFF = [P.owner, P.admin, P.approver, P.secondAdmin, P.bystander];

/** What a workspace begins with when nothing else is given. */
export const SEED: Required<Seed> = {
  team: TEAM,
  people: [
    {
      id: P.owner,
      name: 'olga',
      real_name: 'Olga Lindqvist',
      title: 'Owner',
      is_owner: true,
      is_admin: true,
      tz: 'Europe/Stockholm',
      color: '1d3557',
    },
    {
      id: P.admin,
      name: 'adam',
      real_name: 'Adam Mbeki',
      title: 'IT admin',
      is_admin: true,
      tz: 'Africa/Johannesburg',
      color: '2a6f4e',
    },
    {
      id: P.approver,
      name: 'aiko',
      real_name: 'Aiko Tanaka',
      title: 'Security lead',
      tz: 'Asia/Tokyo',
      color: '8b3a62',
    },
    {
      id: P.secondAdmin,
      name: 'sam',
      real_name: 'Sam Rivera',
      title: 'Labs admin',
      is_admin: true,
      tz: 'America/New_York',
      color: '7a5c1e',
    },
    {
      id: P.bystander,
      name: 'bea',
      real_name: 'Bea Novák',
      title: 'Designer',
      tz: 'Europe/Prague',
      color: '5b4b8a',
    },
    {
      id: P.guest,
      name: 'gil',
      real_name: 'Gil Ferreira',
      title: 'Contractor',
      is_restricted: true,
      tz: 'America/Sao_Paulo',
      color: '8a4b2d',
    },
    { id: P.gone, name: 'dora', real_name: 'Dora Quist', title: 'Left', deleted: true },
  ],
  channels: [
    {
      id: CHANNELS.general,
      name: 'general',
      kind: 'public',
      members: [...STAFF, P.guest, BOT.user_id],
      topic: 'Everybody',
    },
    {
      id: CHANNELS.notifications,
      name: 'sso-changes',
      kind: 'public',
      members: [...STAFF, BOT.user_id],
      topic: 'What happens to sign-in',
    },
    {
      id: CHANNELS.second,
      name: 'labs-sso',
      kind: 'public',
      members: [P.secondAdmin, P.owner, P.approver, BOT.user_id],
      topic: 'Sign-in of Labs',
    },
    {
      id: CHANNELS.private,
      name: 'security',
      kind: 'private',
      members: [P.owner, P.admin, P.approver, BOT.user_id],
    },
    {
      id: CHANNELS.withoutBot,
      name: 'random',
      kind: 'public',
      members: STAFF,
      topic: 'The app is not in here',
    },
    {
      id: CHANNELS.archived,
      name: 'old-news',
      kind: 'public',
      members: [...STAFF, BOT.user_id],
      is_archived: true,
    },
    {
      id: CHANNELS.shared,
      name: 'partner',
      kind: 'public',
      members: [...STAFF, BOT.user_id],
      is_ext_shared: true,
      topic: 'Shared with another company',
    },
  ],
};
