import type { TestSlack } from '../support/slack.ts';
import { BOT_TOKEN, PEOPLE } from '../support/slack.ts';

export type Answer = { ok: boolean; error?: string } & Record<string, unknown>;

/** Stands for a fresh trigger id in arguments. */
export const TRIGGER = '$trigger';

/**
 * Calls the Web API as plainly as can be.
 * @param how form fields (values that are objects become JSON) unless told otherwise
 */
export async function call(
  slack: TestSlack,
  method: string,
  args: Record<string, unknown> = {},
  how: { token?: string | null; json?: boolean; headers?: Record<string, string> } = {},
): Promise<Answer & { status: number; headers: Headers }> {
  const { token = BOT_TOKEN, json = false, headers = {} } = how;
  const given = Object.entries(args).map(([name, value]) => [
    name,
    value === TRIGGER ? slack.ctx.triggers.give(PEOPLE.admin) : value,
  ]);
  const fields = given.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': json ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: json
      ? JSON.stringify(Object.fromEntries(given))
      : new URLSearchParams(fields as [string, string][]).toString(),
  });
  return { ...((await response.json()) as Answer), status: response.status, headers: response.headers };
}

export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const long = (length: number) => 'x'.repeat(length);
export const option = (value: string, text = value) => ({ text: plain(text), value });
export const options = (count: number) => Array.from({ length: count }, (_, i) => option(`v${i}`));
export const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
export const button = (more: object = {}) => ({
  type: 'button',
  action_id: 'press',
  text: plain('Press'),
  ...more,
});
export const actions = (...elements: object[]) => ({ type: 'actions', elements });
export const input = (element: object, more: object = {}) => ({
  type: 'input',
  label: plain('Label'),
  element: { action_id: 'value', ...element },
  ...more,
});
export const textInput = (more: object = {}) => input({ type: 'plain_text_input', ...more });
export const modal = (blocks: object[], more: object = {}) => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks,
  ...more,
});
export const richText = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
export const confirm = (more: object = {}) => ({
  title: plain('Sure?'),
  text: plain('Really?'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});
