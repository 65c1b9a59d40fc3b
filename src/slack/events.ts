import type { Tools } from './answer.ts';
import type { Intent } from './intent.ts';

type Event = Extract<Intent, { type: 'personChanged' | 'uninstalled' | 'channelLost' }>;

/**
 * What Slack tells by itself.
 * @param intent what happened
 * @param tools what to work with
 * @throws DatabaseUnavailable: the event is then not acknowledged, so that Slack sends it again
 */
export async function onEvent(intent: Event, tools: Tools): Promise<void> {
  const started = performance.now();
  let result: 'answered' | 'problem' = 'problem';
  try {
    await handle(intent, tools);
    result = 'answered';
  } finally {
    // Acknowledged when this ends.
    const ms = performance.now() - started;
    tools.measure?.acknowledged(intent.type, ms);
    tools.measure?.answered(intent.type, result, ms);
  }
}

async function handle(intent: Event, { people, service, workspaces, log }: Tools): Promise<void> {
  if (intent.type === 'personChanged') {
    if ((await workspaces.find(intent.workspaceId)) === null) return;
    await people.changed(intent.workspaceId, intent.person);
    return;
  }
  if (intent.type === 'channelLost') return service.channelLost(intent.workspaceId, intent.channelId);
  await workspaces.remove(intent.workspaceId);
  log.info({ workspace: intent.workspaceId }, 'Drawbridge was removed from a workspace');
}
