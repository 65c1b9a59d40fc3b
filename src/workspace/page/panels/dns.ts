import { h } from '../dom.ts';
import { actButton } from './act.ts';

interface Wanted {
  domain?: string;
  name: string;
  value: string;
  published?: boolean;
}

interface Zone {
  address?: string;
  records?: { name: string; type?: string; values?: string[]; fault?: string | null }[];
  wanted?: Wanted[];
}

/** @param data the zone of the DNS server that runs here, and the records that the app waits for */
export function dnsPanel(data: unknown): (Node | string | false)[] {
  const { address, records = [], wanted = [] } = (data ?? {}) as Zone;
  return [
    h(
      'p',
      { class: 'quiet' },
      'A real DNS server on this machine',
      address && [' at ', h('code', null, address)],
      '. The app asks it.',
    ),
    h('h3', null, 'Records the app waits for'),
    wanted.length === 0 && h('p', { class: 'empty' }, 'None. Add a domain with /sso add.'),
    h(
      'ul',
      { class: 'cards' },
      wanted.map((one) =>
        h(
          'li',
          null,
          h('strong', null, one.domain ?? one.name),
          h('pre', { tabindex: 0 }, `${one.name}\nTXT  ${one.value}`),
          one.published
            ? h(
                'p',
                { class: 'quiet' },
                '✓ Published. Now run ',
                h('kbd', null, `/sso verify ${one.domain ?? ''}`),
              )
            : actButton(
                'Publish TXT record',
                'dns',
                'publish',
                { name: one.name, value: one.value },
                'Record published',
                'primary',
              ),
        ),
      ),
    ),
    h('h3', null, 'Zone'),
    records.length === 0 && h('p', { class: 'empty' }, 'Empty.'),
    h(
      'ul',
      { class: 'cards' },
      records.map((record) =>
        h(
          'li',
          null,
          h(
            'pre',
            { tabindex: 0 },
            [record.name, ...(record.values ?? []).map((value) => `${record.type ?? 'TXT'}  ${value}`)].join(
              '\n',
            ),
          ),
          record.fault && h('p', { class: 'error' }, `Fails: ${record.fault}`),
          h(
            'div',
            { class: 'row-buttons' },
            actButton('Remove', 'dns', 'remove', { name: record.name }),
            record.fault
              ? actButton('Mend', 'dns', 'fault', { name: record.name, fault: null }, 'It answers again')
              : actButton(
                  'Let it fail',
                  'dns',
                  'fault',
                  { name: record.name, fault: 'servfail' },
                  'This name now answers with a server error',
                ),
          ),
        ),
      ),
    ),
  ];
}
