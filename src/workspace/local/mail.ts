import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type Mailer, outboxMailer } from '../../identity/mail.ts';
import type { Panel } from '../ui/panels.ts';
import { jsonFile } from './json-file.ts';

/** The local workspace's mail: kept and shown, never sent. */
export interface LocalMail {
  mailer: Mailer;
  panel: Panel;
}

interface KeptMail {
  id: string;
  at: string;
  from: string;
  to: string;
  subject: string;
  text: string;
}

const FROM = 'Drawbridge <drawbridge@localhost>';
const KEPT = 100;

/**
 * @param path where mail is kept
 * @param clock when it was sent
 * @param changed called after a mail came or the box was emptied
 */
export async function localMail(path: string, clock: Clock, changed: () => void): Promise<LocalMail> {
  const kept = await jsonFile<KeptMail[]>(path, []);
  // The same checks as on real mail, but for the sending.
  const checked = outboxMailer({
    from: FROM,
    now: () => clock.now(),
    keep: 1,
    onMail: ({ at, ...mail }) => {
      kept.value = [{ id: randomUUID(), at: at.toISOString(), ...mail }, ...kept.value].slice(0, KEPT);
    },
  });
  const save = async () => {
    await kept.save();
    changed();
  };
  return {
    mailer: {
      ready: true,
      async send(mail) {
        await checked.send(mail);
        await save();
      },
      close: () => checked.close(),
    },
    panel: {
      state: () => ({ messages: kept.value }),
      actions: {
        async clear() {
          kept.value = [];
          await save();
        },
      },
    },
  };
}
