import type { Block, Outcome, Message as ServerMessage, Person as ServerPerson, View } from '../types.ts';

export type { Block, Element, Option, OptionGroup, Outcome, Target, TextObject, View } from '../types.ts';

export type Person = ServerPerson & { tz_offset?: number };

/** A message with what only the page is told; see INTERFACE.md. */
export type Message = ServerMessage & { leaks?: string[]; blocks?: Block[] };

export interface ChannelView {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  is_member: boolean;
  is_archived: boolean;
  is_ext_shared: boolean;
  bot_is_member: boolean;
  /** The other one, in a direct message. */
  with?: string;
  topic?: string;
  members: string[];
  last_read: string;
  unread: number;
  mentions: number;
  last_ts?: string;
}

export interface Command {
  command: string;
  description?: string;
  usage_hint?: string;
  builtin?: boolean;
}

export interface Shortcut {
  name: string;
  type: 'global' | 'message';
  callback_id: string;
  description?: string;
}

/** Names that the guided path speaks of, by the state of the domain: the panel `story`, which is not shown as one. */
export interface Story {
  /** Changes when the workspace begins anew. */
  began?: string;
  on?: string;
  off?: string;
  deletable?: string;
  unverified?: string;
  owner?: string;
  approver?: string;
  channel?: string;
}

export interface Start {
  team: { id: string; name: string };
  bot: { user_id?: string; id?: string; name?: string };
  people: Person[];
  commands: Command[];
  shortcuts: Shortcut[];
  home: boolean;
  messages_tab?: 'open' | 'read_only' | 'off';
  now: string;
  version?: string;
}

export type PlainValues = Record<string, Record<string, unknown>>;

export type ModalView = View & {
  values?: PlainValues;
  offered?: Record<string, import('../types.ts').Option[]>;
  errors?: Record<string, string>;
  leaks?: string[];
};

export interface LogEntry {
  id: number;
  at: string;
  direction: 'to_app' | 'to_slack';
  kind: string;
  name: string;
  person?: string;
  request: unknown;
  answer: unknown;
  status: number;
  ms: number;
  refused: null | { error: string; detail: string };
}

export type MessageEvent =
  | { change: 'new' | 'changed'; channel: string; message: Message }
  | { change: 'deleted'; channel: string; ts: string; thread_ts?: string };

export type Panels = Record<string, unknown>;

export interface UploadedFile {
  id: string;
  name: string;
  size?: number;
  mimetype?: string;
  title?: string;
}

export type OutcomeWithOptions = Outcome & {
  options?: import('../types.ts').Option[];
  option_groups?: import('../types.ts').OptionGroup[];
};
