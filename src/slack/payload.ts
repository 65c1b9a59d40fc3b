import { z } from 'zod';

/**
 * Slack's payloads as far as they are read; everything else in them is ignored.
 * Sources: docs.slack.dev, "Slash commands", "Interaction payloads", "Events API".
 */

const id = z.string().min(1).max(100);
const person = z.object({ id, team_id: id.nullish() });
const team = z.object({ id }).nullish();

export const commandPayload = z.object({
  command: z.string(),
  text: z.string().max(10_000).default(''),
  team_id: id,
  user_id: id,
  channel_id: id,
  trigger_id: z.string(),
  response_url: z.string(),
});

const view = z.object({
  id,
  type: z.string().default('modal'),
  callback_id: z.string().default(''),
  hash: z.string().nullish(),
  private_metadata: z.string().default(''),
  app_installed_team_id: id.nullish(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().nullish() })).default([]),
  state: z
    .object({ values: z.record(z.string(), z.record(z.string(), z.looseObject({}))).default({}) })
    .nullish(),
});

export const pressPayload = z.object({
  type: z.literal('block_actions'),
  team,
  user: person,
  trigger_id: z.string().nullish(),
  response_url: z.string().nullish(),
  container: z.looseObject({ type: z.string().nullish(), is_ephemeral: z.boolean().nullish() }).nullish(),
  view: view.nullish(),
  channel: z.object({ id }).nullish(),
  actions: z
    .array(
      z.object({
        type: z.string().nullish(),
        action_id: z.string(),
        value: z.string().nullish(),
        text: z.object({ text: z.string() }).nullish(),
      }),
    )
    .min(1),
});

export const viewPayload = z.object({
  type: z.enum(['view_submission', 'view_closed']),
  team,
  user: person,
  view,
});

export const suggestionPayload = z.object({
  type: z.literal('block_suggestion'),
  team,
  user: person,
  action_id: z.string(),
  value: z.string().max(1000).default(''),
  view: view.nullish(),
});

export const shortcutPayload = z.object({
  type: z.enum(['shortcut', 'message_action']),
  team,
  user: person,
  callback_id: z.string(),
  trigger_id: z.string(),
});

export const slackPerson = z.looseObject({
  id,
  team_id: id.nullish(),
  name: z.string().default(''),
  real_name: z.string().nullish(),
  profile: z.looseObject({ display_name: z.string().nullish(), real_name: z.string().nullish() }).nullish(),
  tz: z.string().nullish(),
  deleted: z.boolean().nullish(),
  is_admin: z.boolean().nullish(),
  is_owner: z.boolean().nullish(),
  is_primary_owner: z.boolean().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  is_stranger: z.boolean().nullish(),
  is_bot: z.boolean().nullish(),
});
export type SlackPerson = z.output<typeof slackPerson>;

export const eventPayload = z.object({
  team_id: id.nullish(),
  authorizations: z.array(z.object({ team_id: id.nullish() })).nullish(),
  event: z.looseObject({ type: z.string() }),
});

/** `view` is what was published before; Slack leaves it out the first time. */
export const homeOpenedEvent = z.object({
  user: id,
  tab: z.string().nullish(),
  view: z.object({ private_metadata: z.string().nullish() }).nullish(),
});
export const userChangeEvent = z.object({ user: slackPerson });
export const channelEvent = z.object({ channel: id });
export const tokensRevokedEvent = z.object({
  tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish(),
});
