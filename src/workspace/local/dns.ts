import { type DnsFault, type DnsServer, startDnsServer } from '../dns-server.ts';
import type { Panel } from '../ui/panels.ts';
import { jsonFile } from './json-file.ts';

/** A TXT record that the bot waits for. */
export interface WantedRecord {
  domain: string;
  name: string;
  value: string;
}

/** The local workspace's zone, answered by a real DNS server on loopback. */
export interface LocalDns {
  server: DnsServer;
  panel: Panel;
  /** Publishes a TXT record, as somebody at the domain's DNS host would. */
  publish(name: string, value: string): Promise<void>;
}

/**
 * @param path where the zone is kept
 * @param wanted the records that the bot waits for
 * @param changed called after the zone changed
 */
export async function localDns(
  path: string,
  wanted: () => Promise<WantedRecord[]>,
  changed: () => void,
): Promise<LocalDns> {
  const kept = await jsonFile<{ name: string; values: string[] }[]>(path, []);
  const server = await startDnsServer();
  for (const { name, values } of kept.value) server.setTxt(name, values);
  const save = async () => {
    kept.value = server.zone();
    await kept.save();
    changed();
  };
  const publish = async (name: string, value: string) => {
    const already = server.zone().find((record) => record.name === name.toLowerCase())?.values ?? [];
    server.setTxt(name, [...already.filter((one) => one !== value), value]);
    await save();
  };
  return {
    server,
    publish,
    panel: {
      async state() {
        const records = server.zone();
        const published = (record: WantedRecord) =>
          records.some(({ name, values }) => name === record.name && values.includes(record.value));
        return {
          address: server.address,
          records: records.map((record) => ({
            ...record,
            type: 'TXT',
            fault: server.faultOf(record.name) ?? null,
          })),
          wanted: (await wanted()).map((record) => ({ ...record, published: published(record) })),
        };
      },
      actions: {
        publish: ({ name, value }) => publish(recordName(name), String(value).slice(0, 1000)),
        async remove({ name }) {
          server.remove(recordName(name));
          await save();
        },
        fault({ name, fault }) {
          server.setFault(recordName(name), fault === null ? undefined : faultNamed(fault));
          changed();
        },
      },
    },
  };
}

const FAULTS: readonly DnsFault[] = ['servfail', 'refused', 'timeout', 'nxdomain'];

function faultNamed(value: unknown): DnsFault {
  const fault = FAULTS.find((one) => one === value);
  if (!fault) throw new RangeError(`a fault is one of ${FAULTS.join(', ')}`);
  return fault;
}

function recordName(value: unknown): string {
  const name = String(value);
  if (name !== '*' && !/^[\w.-]{1,253}$/.test(name))
    throw new RangeError('a name of letters, digits, dots, - and _');
  return name;
}
