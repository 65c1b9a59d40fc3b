import { viewContent } from '../block-kit/content.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { shownView } from '../payloads.ts';
import type { Json, OpenView, View } from '../types.ts';
import type { Method } from './methods.ts';

function triggerOf(args: Json): string {
  const trigger = args.trigger_id ?? args.interactivity_pointer;
  if (!trigger) throw new SlackError('invalid_arguments', ['missing required field: trigger_id']);
  return String(trigger);
}

function answer(ctx: Context, view: View): Json {
  return { view: shownView(ctx.modals.find(view.id) as OpenView) };
}

export const open: Method = ({ ctx, args }) => {
  const trigger = triggerOf(args);
  const content = viewContent(args.view, 'modal');
  const { person } = ctx.triggers.check(trigger);
  const view = ctx.modals.open(person, content);
  ctx.triggers.exchange(trigger);
  return answer(ctx, view);
};

export const push: Method = ({ ctx, args }) => {
  const trigger = triggerOf(args);
  const content = viewContent(args.view, 'modal');
  const { person } = ctx.triggers.check(trigger);
  const view = ctx.modals.push(person, content);
  ctx.triggers.exchange(trigger);
  return answer(ctx, view);
};

export const update: Method = ({ ctx, args }) => {
  if (!args.view_id && !args.external_id) {
    throw new SlackError('invalid_arguments', ['missing required field: view_id or external_id']);
  }
  const found = args.view_id
    ? ctx.modals.find(String(args.view_id))
    : ctx.modals.findExternal(String(args.external_id));
  const content = viewContent(args.view, found?.view.type ?? 'modal');
  if (!found) throw new SlackError('not_found');
  return answer(ctx, ctx.modals.update(found, content, args.hash as string | undefined));
};

export const publish: Method = ({ ctx, args }) => {
  const person = ctx.directory.people.get(String(args.user_id));
  if (!person || person.is_bot || person.deleted)
    throw new SlackError('invalid_arguments', ['invalid `user_id`']);
  const content = viewContent(args.view, 'home');
  if (!ctx.manifest.features?.app_home?.home_tab_enabled) throw new SlackError('not_enabled');
  return answer(ctx, ctx.modals.publish(person.id, content, args.hash as string | undefined));
};
