import { prepareSchema } from '../../../src/workspace/block-kit/schema.ts';
import { pageHandler, preparePage } from '../../../src/workspace/page.ts';
import type { Panels } from '../../../src/workspace/ui/panels.ts';
import { CHANNELS, PEOPLE } from '../../support/slack.ts';
import { startWorld, type World } from '../../workspace/bolt-app.ts';

export { CHANNELS, PEOPLE } from '../../support/slack.ts';

/** What the page shows beside Slack, as the product gives it. */
export function samplePanels(): Panels {
  const records: { name: string; values: string[] }[] = [];
  const wanted = {
    domain: 'harbour.example',
    name: '_drawbridge-challenge.harbour.example',
    value: 'drawbridge-verification=3f9c2a71',
  };
  return {
    mail: {
      state: () => ({
        messages: [
          {
            id: '1',
            at: '2026-03-01T10:00:00Z',
            to: 'bea@harbour.example',
            subject: 'You are invited',
            text: 'Sign in here: http://localhost:3000/sign-in?<b>not markup</b>',
          },
        ],
      }),
      actions: { clear: () => null },
    },
    dns: {
      state: () => ({
        address: '127.0.0.1:5353',
        records,
        wanted: [{ ...wanted, published: records.some((one) => one.name === wanted.name) }],
      }),
      actions: {
        publish: ({ name, value }) => {
          records.push({ name: String(name), values: [String(value)] });
          return null;
        },
        remove: () => records.splice(0),
      },
    },
    idp: {
      state: () => ({
        entity_id: 'http://localhost:3000/workspace/idp',
        metadata_url: 'http://localhost:3000/workspace/idp/metadata',
        people: [{ email: 'bea@harbour.example', name: 'Bea Novák' }],
        sign_ins: [],
        certificate: { fingerprint: '5A:1C:9E', not_after: '2027-01-01T00:00:00Z' },
      }),
      actions: {},
    },
    clock: { state: () => ({ offset_ms: 0 }), actions: { forward: () => null } },
    weather: { state: () => ({ wind: 'west' }), actions: {} },
  };
}

/** A workspace with its page and a real Bolt app. @returns it, and the address of the page as somebody */
export async function startPage(): Promise<
  World & { page(person: keyof typeof PEOPLE, hash?: string): string }
> {
  // Ahead of the first trigger, which lives for three seconds, as at the start of the local workspace.
  await preparePage();
  prepareSchema();
  const world = await startWorld({ page: pageHandler, panels: samplePanels() });
  return Object.assign(world, {
    page: (person: keyof typeof PEOPLE, hash = `#/${CHANNELS.notifications}`) =>
      `${world.slack.origin}/workspace?person=${PEOPLE[person]}${hash}`,
  });
}
