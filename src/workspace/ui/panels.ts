import { NotPossible } from '../actions/who.ts';
import type { Json } from '../types.ts';

/** Something that runs beside Slack (mail, DNS, an identity provider, the clock), shown and worked by the page. */
export interface Panel {
  /** @returns what the page shows, as JSON */
  state(): unknown | Promise<unknown>;
  actions: Record<string, (body: Json) => unknown | Promise<unknown>>;
}

export type Panels = Record<string, Panel>;

/** @returns every panel's state by its name */
export async function panelStates(panels: Panels): Promise<Json> {
  const states = Object.entries(panels).map(async ([name, panel]) => [name, await panel.state()] as const);
  return Object.fromEntries(await Promise.all(states));
}

/**
 * Runs a panel's action.
 * @returns `ok` and what the action answered, as `result`
 * @throws NotPossible when there is no such panel or action
 */
export async function panelAction(panels: Panels, name: string, action: string, body: Json): Promise<Json> {
  const panel = Object.hasOwn(panels, name) ? panels[name] : undefined;
  const work = panel && Object.hasOwn(panel.actions, action) ? panel.actions[action] : undefined;
  if (!work) throw new NotPossible('not_found', `There is no ${action} of ${name}.`, 404);
  return { ok: true, result: (await work(body)) ?? null };
}
