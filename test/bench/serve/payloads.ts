import { signature } from '../../../src/workspace/delivery/signature.ts';
import { PEOPLE, WORKSPACE } from '../../support/seed.ts';

export const SECRET = 'a-signing-secret-for-measures';

/** Who submits. */
export interface Sender {
  workspace: string;
  person: string;
}

const ADMIN: Sender = { workspace: WORKSPACE, person: PEOPLE.admin };

const commonOf = ({ workspace, person }: Sender) => ({
  team: { id: workspace, domain: 'bench' },
  user: { id: person, username: 'admin', team_id: workspace },
  api_app_id: 'A0APP',
  token: 'verification',
});

/** @returns the body of a submit that allows or stops just-in-time provisioning for a domain */
export function jitSubmit(team: string, domain: string, jit: boolean, who = ADMIN): string {
  const option = { text: { type: 'plain_text', text: 'Allow' }, value: 'yes' };
  return interaction({
    ...commonOf(who),
    type: 'view_submission',
    trigger_id: '1.2.3',
    response_urls: [],
    view: {
      id: 'V1',
      type: 'modal',
      callback_id: 'domain.jit',
      private_metadata: JSON.stringify({ team, domain }),
      app_installed_team_id: who.workspace,
      hash: '1.a',
      blocks: [
        {
          type: 'input',
          block_id: 'jit',
          optional: true,
          label: { type: 'plain_text', text: 'SSO access' },
          element: { type: 'checkboxes', action_id: 'jit', options: [option] },
        },
      ],
      state: { values: { jit: { jit: { type: 'checkboxes', selected_options: jit ? [option] : [] } } } },
    },
  });
}

/** A payload that asks for nothing: a modal was closed. */
export const CLOSED = {
  ...commonOf(ADMIN),
  type: 'view_closed',
  is_cleared: false,
  view: { id: 'V1', type: 'modal', callback_id: 'domain.jit', private_metadata: '{}', blocks: [] },
};

/** @returns the body of a payload that asks for nothing */
export function closed(): string {
  return interaction(CLOSED);
}

function interaction(payload: unknown): string {
  return `payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** @returns the headers under which Slack would send the body now */
export function headers(body: string): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature(SECRET, timestamp, body),
  };
}
