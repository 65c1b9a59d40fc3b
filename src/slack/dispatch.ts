import { WebAPIPlatformError } from '@slack/web-api';
import { findKind } from '../operations/common/find.ts';
import { traced } from '../trace.ts';
import { say } from '../words/document.ts';
import { onPress } from './actions.ts';
import { type Answer, type Handling, notice, type Tools } from './answer.ts';
import { message } from './blocks.ts';
import type { Clients } from './client.ts';
import { onCommand } from './commands.ts';
import { deliver, inShort, type Ways } from './deliver.ts';
import { onEvent } from './events.ts';
import { guarded, what } from './failure.ts';
import { home } from './home.ts';
import type { Intent, PersonalIntent } from './intent.ts';
import { showReading } from './open.ts';
import { onSuggest } from './options.ts';
import { fromHome, redrawHome } from './redraw.ts';
import { onChoose, onSubmit, STILL_WORKING } from './submits.ts';
import { resultView } from './views.ts';

/**
 * Slack waits 3 s for an acknowledgement, from when it begins to send: the network takes its part of that twice, and
 * a busy process may come to a timer, and to reading the request before it, some hundred milliseconds late.
 */
const LATE_MS = 2000;

type Handler<Kind extends PersonalIntent> = (intent: Kind, handling: Handling) => Promise<Answer>;
type Table = { [Type in PersonalIntent['type']]: Handler<Extract<PersonalIntent, { type: Type }>> };

/** What each kind of intent is handled by. */
const HANDLERS: Table = {
  command: onCommand,
  press: onPress,
  submit: onSubmit,
  choose: onChoose,
  suggest: onSuggest,
  homeOpened: ({ args }, handling) => home(handling, args),
  close: async () => ({ type: 'nothing' }),
  async shortcut(_, handling) {
    const overview = findKind(handling.operations, 'overview');
    return overview?.type === 'reading' ? showReading(handling, overview, {}) : { type: 'nothing' };
  },
};

/** Where one payload came from. */
export interface Arrival {
  /** Acknowledges it, with the answer where there is one. Not for events: those are acknowledged when this ends. */
  ack(body?: unknown): Promise<void>;
  /** Too many are being worked on already. */
  crowded: boolean;
}

/**
 * @param tools what handlers work with
 * @param clients makes clients of the Web API
 * @returns the way of an intent: who is it, what handles it, how is the answer shown; every person gets one
 */
export function createDispatch(tools: Tools, clients: Clients) {
  return (intent: Intent, arrival: Arrival): Promise<void> => {
    if (intent.type === 'close') return closed(arrival, tools);
    return traced(async () => {
      if (intent.type === 'ignored') {
        tools.log.debug({ what: intent.what }, 'A payload that is not for us');
        return arrival.ack();
      }
      if (!('who' in intent)) return onEvent(intent, tools);
      return answer(intent, arrival, tools, clients);
    });
  };
}

/** A closed dialog: nobody waits for words, and nothing comes of it. */
async function closed(arrival: Arrival, { measure }: Tools): Promise<void> {
  const started = performance.now();
  await arrival.ack();
  const ms = performance.now() - started;
  measure?.acknowledged('close', ms);
  measure?.answered('close', 'answered', ms);
}

async function answer(
  intent: PersonalIntent,
  arrival: Arrival,
  tools: Tools,
  clients: Clients,
): Promise<void> {
  const started = performance.now();
  let acked = false;
  const ways: Ways = {
    client: clients.withoutToken(),
    acked: () => acked,
    async ack(body) {
      if (acked) return;
      acked = true;
      tools.measure?.acknowledged(intent.type, performance.now() - started);
      await arrival.ack(body).catch((cause: unknown) => {
        throw new AckLost(cause);
      });
    },
    respond: clients.respond,
    tell: (document) => tools.service.tell(intent.who, document),
  };
  const late = setTimeout(() => {
    ways.ack(lateAck(intent)).catch((err: unknown) => tools.log.warn({ err }, 'Slack hung up too early'));
  }, LATE_MS);
  let result: Result = 'undelivered';
  try {
    const found = await guarded(() => answerOf(intent, arrival, tools, clients, ways), intent, tools.log);
    const shown = await guarded(
      () => reach(intent, found, ways, tools).then(() => found),
      intent,
      tools.log,
      ways,
    );
    result = shown === found ? resultOf(found) : 'undelivered';
    if (fromHome(intent)) await redrawHome(intent, tools, ways);
  } finally {
    clearTimeout(late);
    await ways.ack();
    const ms = performance.now() - started;
    tools.measure?.answered(intent.type, result, ms);
    tools.log.info({ intent: intent.type, what: what(intent), result, ms: Math.round(ms) }, 'Answered');
  }
}

/** The way by which the payload came was closed before it was acknowledged; what was done is done. */
class AckLost extends Error {
  constructor(cause: unknown) {
    super('Slack hung up before the acknowledgement', { cause });
  }
}

/** Whoever did one of these waits for words, also when the place where they would stand cannot be reached. */
const AWAITED = new Set<PersonalIntent['type']>(['command', 'press', 'submit', 'shortcut']);

/**
 * Shows the answer; where it was to be the acknowledgement and that got lost, by another way. What Slack does not take
 * because it is not well is told by direct message, as soon as it is.
 */
async function reach(intent: PersonalIntent, found: Answer, ways: Ways, { log }: Tools): Promise<void> {
  try {
    await deliver(intent, found, ways);
  } catch (error) {
    if (error instanceof AckLost) {
      log.warn({ err: error.cause, intent: intent.type }, 'An acknowledgement got lost');
      // A command's dialog is opened before it is acknowledged.
      if (intent.type !== 'command' || found.type !== 'view') await deliver(intent, found, ways);
      return;
    }
    if (error instanceof WebAPIPlatformError || !ways.acked() || !AWAITED.has(intent.type)) throw error;
    log.warn(
      { err: error, intent: intent.type },
      'Slack did not take an answer; it follows by direct message',
    );
    await ways.tell(inShort(found));
  }
}

type Result = Parameters<NonNullable<Tools['measure']>['answered']>[1];

function resultOf(found: Answer): Result {
  if (found === BUSY) return 'busy';
  return found.type === 'problem' ? 'problem' : 'answered';
}

/** Who asks, and then what they get. */
async function answerOf(
  intent: PersonalIntent,
  arrival: Arrival,
  tools: Tools,
  clients: Clients,
  ways: Ways,
): Promise<Answer> {
  if (arrival.crowded) return BUSY;
  const { workspaceId, slackId, foreign, channelId } = intent.who;
  const workspace = await tools.workspaces.find(workspaceId);
  if (!workspace) return NOT_INSTALLED;
  ways.client = clients.withToken(workspace.botToken);
  if (foreign) return FOREIGN;
  await tools.people.know(ways.client, workspaceId, [slackId]);
  const handler = HANDLERS[intent.type] as Handler<PersonalIntent>;
  return handler(intent, {
    ...tools,
    asker: { workspaceId, slackId, ...(channelId && { channelId }) },
    client: ways.client,
    working: (words) => ways.ack({ response_action: 'update', view: resultView('Drawbridge', say(words)) }),
  });
}

const BUSY = notice(
  'Drawbridge has a lot to do right now. Nothing was changed; please try again in a moment.',
);
const NOT_INSTALLED = notice(
  'Drawbridge is not installed in this workspace any more. Ask a workspace admin to install it.',
);
const FOREIGN = notice('Drawbridge is only for people of this workspace, so nothing was done.');

/** What is said when Slack will not wait any longer; the answer follows by another way. */
function lateAck(intent: PersonalIntent): unknown {
  if (intent.type === 'command') {
    return { response_type: 'ephemeral', ...message(say('Still working. The answer will follow here.')) };
  }
  if (intent.type === 'submit') {
    return { response_action: 'update', view: resultView('Drawbridge', STILL_WORKING) };
  }
  return intent.type === 'suggest' ? { options: [] } : undefined;
}
