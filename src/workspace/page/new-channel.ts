import { attempt, send } from './api.ts';
import { ask } from './confirm.ts';
import { h } from './dom.ts';
import type { Outcome } from './types.ts';

/** Asks for a name and makes a channel of it. */
export async function newChannel(): Promise<void> {
  const name = h('input', {
    type: 'text',
    autocomplete: 'off',
    maxlength: 80,
    'aria-label': 'Name of the channel',
  });
  const secret = h('input', { type: 'checkbox' });
  const yes = await ask({
    title: 'New channel',
    body: [
      h('label', { class: 'label' }, 'Name', name),
      h('label', { class: 'choice' }, secret, h('span', null, 'Private: only people who are invited see it')),
    ],
    yes: 'Create channel',
    no: 'Cancel',
  });
  const words = name.value.trim().toLowerCase().replace(/\s+/g, '-').replace(/^#/, '');
  if (!yes || !words) return;
  await attempt(send<Outcome>('channel', { action: 'create', name: words, is_private: secret.checked }));
}
