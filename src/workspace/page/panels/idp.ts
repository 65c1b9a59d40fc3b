import { h } from '../dom.ts';
import { link } from '../text/render.ts';
import { time } from '../text/time.ts';
import { actButton } from './act.ts';

interface Idp {
  entity_id?: string;
  metadata_url?: string;
  sign_on_url?: string;
  people?: { email: string; name?: string }[];
  sign_ins?: { at?: string; email?: string; to?: string; ok?: boolean; detail?: string }[];
  certificate?: { fingerprint?: string; not_after?: string };
}

/** @param data the identity provider that runs here and signs for real */
export function idpPanel(data: unknown): (Node | string | false)[] {
  const {
    entity_id: entity,
    metadata_url: metadata,
    sign_on_url: signOn,
    people = [],
    sign_ins: signIns = [],
    certificate,
  } = (data ?? {}) as Idp;
  const rows: [string, Node | string | undefined][] = [
    ['Entity ID', entity],
    ['Metadata', metadata && link(metadata, metadata)],
    ['Sign-on URL', signOn && link(signOn, signOn)],
    ['Certificate', certificate?.fingerprint && h('code', null, certificate.fingerprint)],
    ['Valid until', certificate?.not_after && time(Date.parse(certificate.not_after) / 1000, '{date_long}')],
  ];
  return [
    h(
      'p',
      { class: 'quiet' },
      'A test identity provider on this machine. It signs for real; its people need no password.',
    ),
    h(
      'dl',
      null,
      rows.filter(([, value]) => value).map(([label, value]) => [h('dt', null, label), h('dd', null, value)]),
    ),
    certificate !== undefined &&
      actButton(
        'Take a new certificate',
        'idp',
        'renew',
        {},
        'The identity provider signs with a new certificate',
      ),
    people.length > 0 && h('h3', null, 'Its people'),
    h(
      'ul',
      { class: 'plain-list' },
      people.map((one) => h('li', null, one.name ?? '', ' ', h('span', { class: 'quiet' }, one.email))),
    ),
    h('h3', null, 'Sign-ins'),
    signIns.length === 0 && h('p', { class: 'empty' }, 'None yet. Try /sso test, or sign in at /sign-in.'),
    h(
      'ul',
      { class: 'plain-list' },
      signIns.map((one) =>
        h(
          'li',
          null,
          one.ok === false ? '✕ ' : '✓ ',
          one.email,
          ' ',
          h(
            'span',
            { class: 'quiet' },
            one.at && time(Date.parse(one.at) / 1000, '{date_short_pretty} {time}'),
            ' ',
            one.detail ?? one.to ?? '',
          ),
        ),
      ),
    ),
  ];
}
