import { FROM_HOME, type Handling, type Tools } from './answer.ts';
import { deliver, type Ways } from './deliver.ts';
import { home } from './home.ts';
import type { PersonalIntent } from './intent.ts';

/** Whether something was done in a dialog that was opened from Home, which then shows what was before. */
export function fromHome(intent: PersonalIntent): boolean {
  if (intent.type === 'submit') return intent.view.args?.from === FROM_HOME;
  return intent.type === 'press' && intent.place.type === 'home' && intent.button?.go === 'do';
}

/**
 * Draws Home anew after something was done from it.
 */
export async function redrawHome(intent: PersonalIntent, tools: Tools, ways: Ways): Promise<void> {
  const { workspaceId, slackId } = intent.who;
  const before = intent.type === 'press' && intent.place.type === 'home' ? intent.place.args : {};
  const args = intent.type === 'submit' ? intent.view.args : before;
  const handling: Handling = {
    ...tools,
    asker: { workspaceId, slackId },
    client: ways.client,
    working: async () => undefined,
  };
  try {
    const shown = await home(handling, args?.team ? { team: args.team } : {});
    await deliver({ type: 'homeOpened', who: intent.who, args: {} }, shown, ways);
  } catch (error) {
    // The person has their answer already; Home is drawn again when it is next opened.
    tools.log.warn({ err: error }, 'Home could not be drawn anew');
  }
}
