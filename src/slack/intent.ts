import type { StepArgs } from '../words/document.ts';
import { idsOf, type Pressed, pressed } from './buttons.ts';
import { eventIntent } from './intent-events.ts';
import * as payload from './payload.ts';
import type { StateValues } from './values.ts';

/** Who acts. `foreign`: a person of another workspace, met in a shared channel. */
export interface Who {
  workspaceId: string;
  slackId: string;
  foreign: boolean;
  channelId?: string;
}

/** Where a button stands, and so how its answer can be shown. */
export type Place =
  | { type: 'message'; responseUrl: string | null; ephemeral: boolean }
  | { type: 'modal'; viewId: string; callback: string; args: StepArgs; hasInputs: boolean }
  | { type: 'home'; args: StepArgs };

/** A modal that was submitted. */
export interface SubmittedView {
  id: string;
  callback: string;
  args: StepArgs | null;
  values: StateValues;
  /** Block ids of its inputs, in order. */
  inputs: string[];
}

/** What a payload of Slack's means. Everything past this file knows no payload. */
export type Intent =
  | { type: 'command'; who: Who; text: string; trigger: string; responseUrl: string }
  /** `button` is null for one that this release does not make. */
  | { type: 'press'; who: Who; button: Pressed | null; label: string; place: Place; trigger: string }
  | { type: 'submit'; who: Who; view: SubmittedView }
  /** A choice in a form that tells us at once; `hash` is the form it was made in. */
  | { type: 'choose'; who: Who; view: SubmittedView; hash: string | null }
  | { type: 'close'; who: Who }
  | { type: 'suggest'; who: Who; field: string; words: string; callback: string; args: StepArgs | null }
  | { type: 'shortcut'; who: Who; trigger: string }
  /** `args` are what Home showed before. */
  | { type: 'homeOpened'; who: Who; args: StepArgs }
  | { type: 'personChanged'; workspaceId: string; person: payload.SlackPerson }
  | { type: 'uninstalled'; workspaceId: string }
  | { type: 'channelLost'; workspaceId: string; channelId: string }
  /** Nothing to do: an event that is not ours, or a payload of a shape that Slack does not document. */
  | { type: 'ignored'; what: string };

/** What a person did, and gets an answer to. */
export type PersonalIntent = Extract<Intent, { who: Who }>;

/**
 * The only reader of payload shapes.
 * @param body a payload as parsed by Bolt
 * @returns what it means; never throws, whatever the body is
 */
export function intentOf(body: unknown): Intent {
  const kind = body as { command?: unknown; type?: unknown; event?: unknown } | null;
  if (typeof kind !== 'object' || kind === null) return { type: 'ignored', what: 'not an object' };
  if (kind.command !== undefined) return command(body);
  if (kind.event !== undefined) return eventIntent(body);
  switch (kind.type) {
    case 'block_actions':
      return press(body);
    case 'view_submission':
    case 'view_closed':
      return viewEvent(body);
    case 'block_suggestion':
      return suggestion(body);
    case 'shortcut':
    case 'message_action':
      return shortcut(body);
    default:
      return { type: 'ignored', what: String(kind.type).slice(0, 60) };
  }
}

function command(body: unknown): Intent {
  const parsed = payload.commandPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'command' };
  const { team_id, user_id, channel_id, text, trigger_id, response_url } = parsed.data;
  return {
    type: 'command',
    who: { workspaceId: team_id, slackId: user_id, foreign: false, channelId: channel_id },
    text,
    trigger: trigger_id,
    responseUrl: response_url,
  };
}

interface WithPerson {
  team?: { id: string } | null;
  user: { id: string; team_id?: string | null };
  view?: { app_installed_team_id?: string | null } | null;
  channel?: { id: string } | null;
}

/** The installed workspace is the view's where it says so: a modal may be used from another one. */
function whoOf(body: WithPerson): Who {
  const home = body.user.team_id ?? body.team?.id ?? '';
  const workspaceId = body.view?.app_installed_team_id ?? body.team?.id ?? home;
  return {
    workspaceId,
    slackId: body.user.id,
    foreign: home !== workspaceId,
    ...(body.channel && { channelId: body.channel.id }),
  };
}

function press(body: unknown): Intent {
  const parsed = payload.pressPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'block_actions' };
  const { actions, trigger_id, view, response_url, container } = parsed.data;
  const [action] = actions;
  if (!action) return { type: 'ignored', what: 'block_actions' };
  if (view && view.type !== 'home' && action.type === 'static_select') {
    return { type: 'choose', who: whoOf(parsed.data), view: formOf(view), hash: view.hash ?? null };
  }
  return {
    type: 'press',
    who: whoOf(parsed.data),
    button: pressed(action.action_id, action.value ?? undefined),
    label: action.text?.text ?? '',
    trigger: trigger_id ?? '',
    place: view
      ? viewPlace(view)
      : {
          type: 'message',
          responseUrl: response_url ?? null,
          ephemeral: container?.is_ephemeral ?? false,
        },
  };
}

type ViewPayload = NonNullable<ReturnType<typeof payload.viewPayload.parse>['view']>;

function viewPlace(view: ViewPayload): Place {
  const args = idsOf(view.private_metadata || '{}') ?? {};
  if (view.type === 'home') return { type: 'home', args };
  return {
    type: 'modal',
    viewId: view.id,
    callback: view.callback_id,
    args,
    hasInputs: view.blocks.some((block) => block.type === 'input'),
  };
}

function viewEvent(body: unknown): Intent {
  const parsed = payload.viewPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'view' };
  const { type, view } = parsed.data;
  const who = whoOf(parsed.data);
  if (type === 'view_closed') return { type: 'close', who };
  return { type: 'submit', who, view: formOf(view) };
}

function formOf(view: ViewPayload): SubmittedView {
  return {
    id: view.id,
    callback: view.callback_id,
    args: idsOf(view.private_metadata || '{}'),
    values: (view.state?.values ?? {}) as StateValues,
    inputs: view.blocks.filter((b) => b.type === 'input').map((b) => b.block_id ?? ''),
  };
}

function suggestion(body: unknown): Intent {
  const parsed = payload.suggestionPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'block_suggestion' };
  const { action_id, value, view } = parsed.data;
  return {
    type: 'suggest',
    who: whoOf(parsed.data),
    field: action_id,
    words: value,
    callback: view?.callback_id ?? '',
    args: idsOf(view?.private_metadata || '{}'),
  };
}

function shortcut(body: unknown): Intent {
  const parsed = payload.shortcutPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'shortcut' };
  return { type: 'shortcut', who: whoOf(parsed.data), trigger: parsed.data.trigger_id };
}
