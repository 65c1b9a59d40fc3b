import type { ZodType } from 'zod';
import type { Effect } from '../service/effects/effect.ts';
import type { Facts, Impact } from '../service/facts/facts.ts';
import type { Beyond } from '../service/facts/question.ts';
import type { Document, Part, Step, Words } from '../words/document.ts';
import { noteApprovable } from './common/approvable.ts';

/** Who may ask: `member` is everyone in the workspace but guests; `slackAdmin` a Slack admin or owner. */
export type Right = 'member' | 'adminOrApprover' | 'admin' | 'slackAdmin';

/** What the command's words name. `domainOrConnection` tries a domain first. */
export type Subject = 'none' | 'team' | 'domain' | 'connection' | 'domainOrConnection' | 'text';

/** Why something cannot be done now: one sentence, and the step that clears it where there is one. */
export interface Refusal {
  code: string;
  /** Words rather than text, since it may name a person or a time. */
  text: Words;
  /** What stands between the sentence and the steps: values to copy, what was seen instead. */
  parts?: Part[];
  /** More than can be read in a dialog: handed to the person alone as a file. */
  file?: FileToHand;
  steps?: Step[];
}

/** A file that is handed to a person. `holds`: what it is, to go into a sentence: "the full list of bad rows". */
export interface FileToHand {
  name: string;
  title: string;
  holds: string;
  text: string;
}

/** What must hold. Looked at when asked, when approved, and once more for the write itself. */
export type Requirement<Input = never> = (facts: Facts, input: Input) => Refusal | null;

/**
 * A field of an operation's modal. `name` is the input's key and the block's id, so that an issue
 * of the input's schema lands under its field.
 */
export type Field = {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Shown only when this holds. */
  when?: (facts: Facts) => boolean;
} & (
  | { type: 'text'; lines?: 'one' | 'many'; max?: number; initial?: (facts: Facts) => string | undefined }
  | { type: 'email' | 'url'; initial?: (facts: Facts) => string | undefined }
  | {
      type: 'choice';
      /** Choosing draws the form anew, since its opening words depend on it. */
      redraws?: true;
      options: (facts: Facts) => Option[];
      initial?: (facts: Facts) => string | undefined;
    }
  | { type: 'radio'; options: (facts: Facts) => Option[]; initial?: (facts: Facts) => string | undefined }
  /** One checkbox; its value is a boolean. `text` stands beside the box. */
  | { type: 'check'; text: string; initial?: (facts: Facts) => boolean }
  /** Domains or connections found while typing, for lists without end; value: id, or ids with `many`. */
  | {
      type: 'search';
      among: SearchAmong;
      many?: boolean;
      initial?: (facts: Facts) => Option | Option[] | undefined;
    }
  | { type: 'people'; initial?: (facts: Facts) => string[] | undefined }
  | { type: 'channel'; initial?: (facts: Facts) => string | undefined }
  /** Files are fetched before the input is read; value: `{ name, bytes }[]`. */
  | { type: 'files'; extensions: string[]; most: number }
);

/** What a search field looks among: rows of the team in the named states. */
export type SearchAmong = 'domains' | 'verifiedDomains' | 'connections' | 'otherTeams';

export interface Option {
  value: string;
  label: string;
}

/** A file as handed in through a modal. */
export interface UploadedFile {
  name: string;
  bytes: Uint8Array;
}

/** Where a command comes from in the grammar and the help. */
export interface CommandWords {
  verb: string;
  /** As shown in help: `<domain>`, `[connection]`. */
  args: string;
  /** One line of help. */
  summary: string;
}

/** What a second argument names: a connection of the same team, or another team. */
export type SecondArgument = 'connection' | 'team';

/** A page of a modal before the fields: what it will do, with a Continue button. */
export type Preview = (facts: Facts) => Document;

/** Which rows an input names, so that the facts hold them: asked before the facts are read. */
export interface Asks {
  domainIds?: string[];
  connectionId?: string;
  /** Domain names, as for `add`. */
  names?: string[];
  /** Another team, as for `move`. */
  otherTeamId?: string;
  email?: string;
  /** Slack ids whose person facts are needed, as for settings. */
  people?: string[];
}

/** What came of preparing an input: ready to run, words under fields, or a refusal. */
export type Prepared<Ready> =
  | { ok: true; ready: Ready }
  | { ok: false; errors: Record<string, string> }
  /** `noted`: what is kept although it is refused, so that status tells of the attempt. */
  | { ok: false; refusal: Refusal; noted?: Effect[] };

/**
 * A change, declared in one place. Pure but for `prepare`: it looks at facts and says what shall be
 * so; the service makes it so in one statement.
 * `Input` is what the modal gives; `Ready` what is kept with a request and run: plain JSON.
 */
export interface Operation<Input = unknown, Ready = Input> {
  type: 'operation';
  kind: string;
  command: CommandWords | null;
  subject: Subject;
  second?: SecondArgument;
  right: Right;
  title: string;
  submit: string;
  fields: Field[];
  /** The modal's opening words; `chosen` is what its choices stand at, by field name. */
  intro?: (facts: Facts, chosen?: Record<string, unknown>) => Document | null;
  /** A page of its own before the fields, left by `Continue`. */
  preview?: Preview;
  /** Nothing is asked (verify, cancel): the command or button acts at once, without a modal. */
  immediate?: boolean;
  input: ZodType<Input>;
  asks?: (input: Input) => Asks;
  /**
   * What it looks at beyond the rows it is about, when it is submitted: all connections of the team, all teams of the
   * workspace, the domain's doubtful sign-ins. A form has all of them; a submit pays for each.
   */
  looksAt?: readonly Beyond[];
  /** Turns the input into plain JSON that can wait for approval: reads files, asks DNS, fetches metadata. */
  prepare?: (facts: Facts, input: Input, tools: Tools) => Promise<Prepared<Ready>>;
  /** What must hold before the modal opens, by the facts alone. Checked again with the rest. */
  before?: Requirement<never>[];
  /** What must hold for this very input. */
  requires: Requirement<Ready>[];
  impact?: (facts: Facts, ready: Ready) => Impact;
  /**
   * People needed besides the requester when the team has not said otherwise; null: never approved.
   * A function where it depends (renaming needs nobody; an unverified domain goes at once).
   */
  approval: null | number | ((facts: Facts, ready: Ready) => number | null);
  /** What the team's settings call it, when that is not its title. */
  approvalLabel?: string;
  /**
   * Caps what the team asks for. Settings alone have it: a team that lost approvers must be able to get
   * new ones with the approval of all that are left.
   */
  approvalAtMost?: (facts: Facts, ready: Ready) => number;
  /** What the approval rests on; changed since → Void. Stable JSON: no times, no counters. */
  boundTo?: (facts: Facts, ready: Ready) => unknown;
  /** What was checked, for the card: "acme.com is linked to Okta". */
  checks?: (facts: Facts, ready: Ready) => string[];
  /** The act in a few words, for cards and audit: "Turn off SSO for acme.com". */
  act: (facts: Facts, ready: Ready) => string;
  /** What it is done to, by id and name. */
  about: (facts: Facts, ready: Ready) => { id: string; name: string };
  /** What the audit trail says when several things are changed at once: an entry for each, found by its name. */
  entries?: (facts: Facts, ready: Ready) => { name: string; act: string }[];
  /** The reason given, for card and audit. */
  reason?: (ready: Ready) => string | null;
  effects: (facts: Facts, ready: Ready, context: EffectContext) => Effect[];
  /** Starts a job that ends later: the request stays Approved until it does. */
  long?: boolean;
  /**
   * Changes too many rows for one statement: the service runs it by a function of its own in place of `effects`.
   * Never approved, since its rows are not kept with a request.
   */
  runs?: 'import';
  /** What the person reads when it is done at once. */
  done: (facts: Facts, ready: Ready) => Document;
}

/** The outside world as far as preparing an input needs it. */
export interface Tools {
  lookForProof(domain: string, token: string): Promise<ProofAnswer>;
  fetchMetadata(url: string): Promise<{ ok: true; bytes: Uint8Array } | { ok: false; message: string }>;
  /** The base of every address handed out. */
  publicUrl: string;
  /** Whom a refusal names, when configured. */
  supportContact: string | null;
  newId(): string;
}

export type ProofAnswer =
  | { found: true }
  | { found: false; seen: string[] }
  | { unknown: true; cause: string };

/** Things an operation cannot make up itself and stay pure. */
export interface EffectContext {
  now: Date;
  /** A fresh id; each call gives another. */
  newId(): string;
  /** A fresh token of 128 bits or more. */
  newToken(): string;
  /** The request whose approval runs this, or null when nobody had to approve. */
  requestId: string | null;
  /** Who asked (Slack id). */
  askedBy: string;
}

/** Something to read: it changes nothing. */
export interface Reading {
  type: 'reading';
  kind: string;
  command: CommandWords | null;
  subject: Subject;
  second?: SecondArgument;
  right: Right;
  /** The modal's title, when it is shown in one. */
  title: string;
  requires?: Requirement[];
  /** Makes the answer. `more` reads what the facts do not hold (lists by keyset, figures). */
  show: (facts: Facts, more: ReadMore, args: Record<string, string | undefined>) => Promise<Document>;
}

/** The lists a reading may ask for; see `service/lists.ts`. */
export type ReadMore = import('../service/lists/lists.ts').Lists;

/**
 * Declares a change.
 * @param value everything about it but its type tag
 */
export function operation<Input, Ready = Input>(
  value: Omit<Operation<Input, Ready>, 'type'>,
): Operation<Input, Ready> {
  if (value.approval !== null) noteApprovable(value.kind, value.approvalLabel ?? value.title);
  // Not by spreading, which would read a getter now: the fields of the settings are of all that is declared later, too.
  return Object.defineProperties({ type: 'operation' } as Operation<Input, Ready>, {
    ...Object.getOwnPropertyDescriptors(value),
  });
}

/**
 * Declares something to read.
 * @param value everything about it but its type tag
 */
export function reading(value: Omit<Reading, 'type'>): Reading {
  return { type: 'reading', ...value };
}
