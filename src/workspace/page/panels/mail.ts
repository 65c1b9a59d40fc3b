import { h } from '../dom.ts';
import { link, plainText } from '../text/render.ts';
import { time } from '../text/time.ts';
import { actButton } from './act.ts';

interface Mail {
  id?: string;
  at?: string;
  to?: string;
  from?: string;
  subject?: string;
  text?: string;
  links?: { text?: string; url: string }[];
}

const ADDRESS = /(https?:\/\/[^\s<>"]+)/;

/** @param data the mail that was sent: nothing leaves this machine */
export function mailPanel(data: unknown): (Node | string | false)[] {
  const { messages = [] } = (data ?? {}) as { messages?: Mail[] };
  if (messages.length === 0)
    return [
      h(
        'p',
        { class: 'empty' },
        'No mail yet. Invitations and password resets arrive here; nothing is really sent.',
      ),
    ];
  return [
    h(
      'ul',
      { class: 'cards' },
      messages.map((mail) =>
        h(
          'li',
          null,
          h('strong', null, mail.subject ?? '(no subject)'),
          h(
            'p',
            { class: 'quiet' },
            'To ',
            mail.to ?? '?',
            mail.at && [', ', time(Date.parse(mail.at) / 1000, '{date_short_pretty} {time}')],
          ),
          h('div', { class: 'mail-text' }, linked(mail.text ?? '')),
          mail.links?.map((one) => h('p', null, link(one.url, one.text || one.url))),
        ),
      ),
    ),
    actButton('Empty the mailbox', 'mail', 'clear'),
  ];
}

/** Addresses in a mail can be followed. */
function linked(text: string): Node[] {
  return text
    .split(ADDRESS)
    .flatMap((part) => (ADDRESS.test(part) ? [link(part, part)] : plainText(part, false)));
}
