/** Anything that came as JSON and was not looked at yet. */
export type Json = Record<string, unknown>;

export interface TextObject {
  type: 'plain_text' | 'mrkdwn';
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label: TextObject;
  options: Option[];
}

/** An interactive element of a block. Only what the server itself reads is named. */
export interface Element {
  type: string;
  action_id?: string;
  text?: TextObject;
  value?: string;
  options?: Option[];
  option_groups?: OptionGroup[];
  [key: string]: unknown;
}

export interface Block {
  type: string;
  block_id?: string;
  element?: Element;
  elements?: Element[];
  accessory?: Element;
  label?: TextObject;
  text?: TextObject;
  optional?: boolean;
  dispatch_action?: boolean;
  [key: string]: unknown;
}

export interface Person {
  id: string;
  /** The handle, as in `@name`. */
  name: string;
  real_name: string;
  title?: string;
  email: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  tz: string;
  is_owner: boolean;
  is_admin: boolean;
  /** A guest. */
  is_restricted: boolean;
  is_bot: boolean;
  deleted: boolean;
  color: string;
  /** Set for people of another workspace, who are here only through an externally shared channel. */
  team_id?: string;
  updated: number;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  members: string[];
  is_archived: boolean;
  is_ext_shared: boolean;
  topic: string;
  creator: string;
  created: number;
}

export interface Message {
  type: 'message';
  ts: string;
  user: string;
  text: string;
  team?: string;
  bot_id?: string;
  app_id?: string;
  blocks?: Block[];
  attachments?: unknown[];
  metadata?: Json;
  thread_ts?: string;
  reply_count?: number;
  reply_users?: string[];
  latest_reply?: string;
  edited?: { user: string; ts: string };
  files?: Json[];
  subtype?: string;
  is_ephemeral?: boolean;
  username?: string;
}

export interface FileRecord {
  id: string;
  name: string;
  title: string;
  size: number;
  mimetype: string;
  user: string;
  created: number;
  /** Channels where it was shared. */
  channels: string[];
  /** True once the app was given it by a modal's file input. */
  shown_to_app: boolean;
}

/** `state.values` as Slack sends it: by block id, then action id. */
export type StateValues = Record<string, Record<string, Json>>;

/** The same as a page or a test gives it; see INTERFACE.md, "Values". */
export type PlainValues = Record<string, unknown>;

export interface View {
  id: string;
  type: 'modal' | 'home';
  team_id: string;
  app_id: string;
  bot_id: string;
  title?: TextObject;
  submit?: TextObject | null;
  close?: TextObject | null;
  blocks: Block[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
  clear_on_close: boolean;
  notify_on_close: boolean;
  submit_disabled?: boolean;
}

/** A view that somebody has open, with what they filled in. */
export interface OpenView {
  view: View;
  person: string;
  filled: StateValues;
  /** Options that the app offered for external selects, by action id. */
  offered: Record<string, Option[]>;
  /** What the app said under fields at the last submit, by block id. */
  errors: Record<string, string>;
}

/** Where an action is taken. */
export type Target =
  | { type: 'message'; channel: string; ts: string }
  | { type: 'view'; view_id: string }
  | { type: 'home' };

/** What came of something a person did. */
export interface Outcome {
  /** The app took it in time, with nothing that Slack would refuse. */
  ok: boolean;
  /** False: the app never heard of it. */
  sent: boolean;
  ms: number;
  status?: number;
  ack?: unknown;
  error?: string;
  /** What Slack would show the person. */
  message?: string;
  errors?: Record<string, string>;
}
