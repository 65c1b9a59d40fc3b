import type { ModalView } from '@slack/types';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { type Document, type Step, type StepArgs, say } from '../words/document.ts';
import type { Answer } from './answer.ts';
import { type Message, message } from './blocks.ts';
import { optionOf } from './fields.ts';
import { shorten } from './inert.ts';
import type { Intent } from './intent.ts';
import { homeView, resultView } from './views.ts';

/** The ways an answer can take. `ack` may be called once. */
export interface Ways {
  client: WebClient;
  acked(): boolean;
  ack(body?: unknown): Promise<void>;
  respond(responseUrl: string, body: unknown): Promise<void>;
  /** Tells the person by direct message, when the place where they asked is gone. */
  tell(document: Document): Promise<void>;
}

type Of<Type extends Intent['type']> = Extract<Intent, { type: Type }>;

/** A trigger that is too old or used, a full stack of modals, or a fault of Slack's own; anything else is a bug. */
const WORTH_ANOTHER =
  /^((expired|exchanged|invalid)_trigger_id|push_limit_reached|internal_error|fatal_error|service_unavailable|request_timeout|ratelimited)$/;

/**
 * Shows an answer where the person is.
 * @param intent what they did
 * @param answer what they get
 * @param ways how it can reach them
 * @throws when Slack refuses the answer or cannot be reached
 */
export async function deliver(intent: Intent, answer: Answer, ways: Ways): Promise<void> {
  switch (intent.type) {
    case 'command':
      return toCommand(intent, answer, ways);
    case 'press':
      await acknowledge(ways);
      return toPress(intent, answer, ways);
    case 'submit':
      return toSubmit(intent, answer, ways);
    case 'choose':
      await acknowledge(ways);
      // Whatever else is to be said of it is said when the form is submitted.
      if (answer.type === 'view') await updated(ways.client, intent.view.id, answer.view, intent.hash);
      return;
    case 'suggest':
      return acknowledge(ways, { options: answer.type === 'options' ? answer.options.map(optionOf) : [] });
    case 'shortcut':
      await acknowledge(ways);
      return openModal(ways.client, intent.trigger, asView(answer));
    case 'homeOpened':
      if (answer.type === 'home') await publish(ways.client, intent.who.slackId, answer);
      return acknowledge(ways);
    default:
      return acknowledge(ways);
  }
}

async function acknowledge(ways: Ways, body?: unknown): Promise<void> {
  if (!ways.acked()) await ways.ack(body);
}

async function toCommand(intent: Of<'command'>, answer: Answer, ways: Ways): Promise<void> {
  if (answer.type === 'nothing') return acknowledge(ways);
  if (answer.type !== 'view') return ephemeral(intent, documentMessage(answer), ways);
  if (await opened(ways.client, intent.trigger, answer.view)) return acknowledge(ways);
  return ephemeral(intent, reopening(answer.reopen), ways);
}

/** In the ack while Slack still waits for it, by the response URL after that. */
async function ephemeral(intent: Of<'command'>, shown: Message, ways: Ways): Promise<void> {
  const body = { response_type: 'ephemeral', ...shown };
  if (!ways.acked()) return ways.ack(body);
  return ways.respond(intent.responseUrl, body);
}

async function toPress(intent: Of<'press'>, answer: Answer, ways: Ways): Promise<void> {
  const { place, trigger, who } = intent;
  const { client } = ways;
  if (answer.type === 'nothing') return;
  if (place.type === 'message') {
    if (answer.type === 'view') {
      if (await opened(client, trigger, answer.view)) return;
      return respond(intent, reopening(answer.reopen), false, ways);
    }
    const turns = answer.type === 'say' && answer.turns === true && place.ephemeral;
    return respond(intent, documentMessage(answer), turns, ways);
  }
  if (place.type === 'modal') {
    if (answer.type === 'view' && place.hasInputs && (await pushed(client, trigger, answer.view))) return;
    await updated(client, place.viewId, asView(answer));
    return;
  }
  if (answer.type === 'home') return publish(client, who.slackId, answer);
  if (await opened(client, trigger, asView(answer))) return;
  const missed = answer.type === 'view' ? reopeningDocument(answer.reopen) : documentOf(answer);
  const back: Step = { label: 'Back to Home', go: 'show', kind: 'home', args: place.args };
  await publish(client, who.slackId, {
    document: { ...missed, parts: [...missed.parts, { type: 'steps', steps: [back] }] },
    args: place.args,
  });
}

async function respond(
  intent: Of<'press'>,
  shown: Message,
  replace: boolean,
  { respond }: Ways,
): Promise<void> {
  const url = intent.place.type === 'message' ? intent.place.responseUrl : null;
  if (!url) return;
  await respond(url, { response_type: 'ephemeral', replace_original: replace, ...shown });
}

async function toSubmit(intent: Of<'submit'>, answer: Answer, ways: Ways): Promise<void> {
  const { inputs } = intent.view;
  if (!ways.acked()) {
    if (answer.type === 'nothing') return ways.ack();
    if (answer.type === 'errors') {
      const errors = placed(answer.errors, inputs);
      if (errors) return ways.ack({ response_action: 'errors', errors });
    }
    const [first] = inputs;
    if (answer.type === 'problem' && first) {
      return ways.ack({ response_action: 'errors', errors: { [first]: answer.document.text } });
    }
    return ways.ack({ response_action: 'update', view: asView(answer) });
  }
  if (answer.type === 'nothing') return;
  const form = answer.type === 'errors' ? await answer.form?.() : null;
  const there = await updated(ways.client, intent.view.id, form ?? asView(answer));
  if (!there && answer.type !== 'view') await ways.tell(inShort(answer));
}

/**
 * For somebody whom the answer cannot reach where they asked: the sentence and what can be done next, without values
 * to copy; for a dialog, the button that opens it.
 */
export function inShort(answer: Answer): Document {
  if (answer.type === 'view') return reopeningDocument(answer.reopen);
  const { text, parts } = documentOf(answer);
  const words = answer.type === 'errors' ? `${text} Nothing was changed.` : text;
  return say(words, parts.flatMap((part) => (part.type === 'steps' ? part.steps : [])).slice(0, 5));
}

/** Slack takes errors only for inputs that the view has; what belongs to no field stands under the first. */
function placed(errors: Record<string, string>, inputs: string[]): Record<string, string> | null {
  const [first] = inputs;
  if (!first) return null;
  const all: Record<string, string> = {};
  for (const [name, words] of Object.entries(errors)) {
    const at = inputs.includes(name) ? name : first;
    all[at] = shorten(all[at] ? `${all[at]} ${words}` : words, 2000);
  }
  return all;
}

function documentOf(answer: Answer) {
  if (answer.type === 'say' || answer.type === 'problem' || answer.type === 'home') return answer.document;
  if (answer.type === 'errors') return say(Object.values(answer.errors).join(' '));
  return say('Done.');
}

function documentMessage(answer: Answer): Message {
  return message(documentOf(answer));
}

function asView(answer: Answer): ModalView {
  if (answer.type === 'view') return answer.view;
  const title = answer.type === 'say' ? answer.title : 'Drawbridge';
  return resultView(title, documentOf(answer), answer.type === 'say' ? answer.args : undefined);
}

function reopeningDocument(reopen: Extract<Answer, { type: 'view' }>['reopen']) {
  return say('Slack was too slow to open the dialog. This button opens it.', [reopen]);
}

function reopening(reopen: Extract<Answer, { type: 'view' }>['reopen']): Message {
  return message(reopeningDocument(reopen));
}

/** @returns whether the modal was opened; false when it can be tried again by another press. @throws for a bug of ours */
async function opened(client: WebClient, trigger: string, view: ModalView): Promise<boolean> {
  return triggered(() => client.views.open({ trigger_id: trigger, view }));
}

/**
 * Shows it in a dialog that is open.
 * @param hash the view it is to take the place of, where only that one may be
 * @returns whether it was still there: somebody who closed it, or went on, is no failure
 */
async function updated(
  client: WebClient,
  viewId: string,
  view: ModalView,
  hash: string | null = null,
): Promise<boolean> {
  try {
    await client.views.update({ view_id: viewId, view, ...(hash && { hash }) });
    return true;
  } catch (error) {
    const gone = error instanceof WebAPIPlatformError && GONE.has(error.data.error);
    if (!gone) throw error;
    return false;
  }
}

/** What Slack says of a dialog that was closed, or that shows something else by now. */
const GONE = new Set(['not_found', 'hash_conflict']);

async function pushed(client: WebClient, trigger: string, view: ModalView): Promise<boolean> {
  return triggered(() => client.views.push({ trigger_id: trigger, view }));
}

async function openModal(client: WebClient, trigger: string, view: ModalView): Promise<void> {
  await opened(client, trigger, view);
}

async function triggered(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && !WORTH_ANOTHER.test(error.data.error)) throw error;
    return false;
  }
}

async function publish(client: WebClient, slackId: string, home: { document: Document; args?: StepArgs }) {
  await client.views.publish({ user_id: slackId, view: homeView(home.document, home.args) });
}
