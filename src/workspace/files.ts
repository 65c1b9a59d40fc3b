import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';
import { secret, slackId } from './ids.ts';
import type { FileRecord, Json } from './types.ts';

/** Where the bytes are: in memory, or in a directory. */
export interface Bytes {
  put(id: string, bytes: Buffer): Promise<void>;
  get(id: string): Promise<Buffer | undefined>;
  remove(id: string): Promise<void>;
}

/** @returns bytes that live as long as the process */
export function memoryBytes(): Bytes {
  const all = new Map<string, Buffer>();
  return {
    put: async (id, bytes) => void all.set(id, bytes),
    get: async (id) => all.get(id),
    remove: async (id) => void all.delete(id),
  };
}

/** An upload the app has announced and not yet completed. */
export interface PendingUpload {
  file_id: string;
  name: string;
  length: number;
  bytes?: Buffer;
}

const PENDING_KEPT = 100;

/** Files people and the app have put into the workspace. */
export class Files {
  readonly records = new Map<string, FileRecord>();
  /** Ids of files that were here, since this process began. */
  readonly removed = new Set<string>();
  /** By the secret of the upload's address. */
  readonly pending = new Map<string, PendingUpload>();
  readonly bytes: Bytes;
  readonly #clock: Clock;
  readonly #bus: Bus;

  constructor(bytes: Bytes, clock: Clock, bus: Bus) {
    this.bytes = bytes;
    this.#clock = clock;
    this.#bus = bus;
  }

  /** Announces an upload. @returns the secret of its address, and the file's id */
  announce(name: string, length: number): { key: string; file_id: string } {
    const key = secret();
    const file_id = slackId('F');
    this.pending.set(key, { file_id, name, length });
    if (this.pending.size > PENDING_KEPT) this.pending.delete(this.pending.keys().next().value as string);
    return { key, file_id };
  }

  /** Keeps a file. */
  async add(
    file: { id?: string; name: string; title?: string; user: string },
    bytes: Buffer,
  ): Promise<FileRecord> {
    const record: FileRecord = {
      id: file.id ?? slackId('F'),
      name: file.name,
      title: file.title || file.name,
      size: bytes.length,
      mimetype: mimeType(file.name),
      user: file.user,
      created: Math.floor(this.#clock.now().getTime() / 1000),
      channels: [],
      shown_to_app: false,
    };
    await this.bytes.put(record.id, bytes);
    this.records.set(record.id, record);
    this.#bus.tell({ type: 'files' });
    return record;
  }

  /** Notes that a file was shared in a channel, or given to the app by a modal. */
  share(id: string, how: { channel?: string; toApp?: boolean }): void {
    const record = this.records.get(id);
    if (!record) return;
    if (how.channel && !record.channels.includes(how.channel)) record.channels.push(how.channel);
    if (how.toApp) record.shown_to_app = true;
    this.#bus.tell({ type: 'files' });
  }

  /** Takes a file away. */
  async remove(id: string): Promise<void> {
    this.records.delete(id);
    this.removed.add(id);
    await this.bytes.remove(id);
    this.#bus.tell({ type: 'files' });
  }

  /**
   * @param base address of the workspace
   * @returns the file as Slack's Web API and payloads show it
   */
  slackFile(record: FileRecord, base: string): Json {
    const url = `${base}/files/${record.id}/${encodeURIComponent(record.name)}`;
    return {
      id: record.id,
      created: record.created,
      timestamp: record.created,
      name: record.name,
      title: record.title,
      mimetype: record.mimetype,
      filetype: extension(record.name) || 'binary',
      pretty_type: (extension(record.name) || 'Binary').toUpperCase(),
      user: record.user,
      editable: false,
      size: record.size,
      mode: 'hosted',
      is_external: false,
      external_type: '',
      is_public: record.channels.length > 0,
      public_url_shared: false,
      display_as_bot: false,
      username: '',
      url_private: url,
      url_private_download: url,
      permalink: `${base}/files/${record.id}`,
      channels: record.channels,
      groups: [],
      ims: [],
      file_access: 'visible',
    };
  }
}

const TYPES: Record<string, string> = {
  csv: 'text/csv',
  xml: 'text/xml',
  txt: 'text/plain',
  json: 'application/json',
  pem: 'application/x-pem-file',
  crt: 'application/x-x509-ca-cert',
  cer: 'application/x-x509-ca-cert',
  png: 'image/png',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
};

/** @returns a file name's extension in lower case, without the dot */
export function extension(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

function mimeType(name: string): string {
  return TYPES[extension(name)] ?? 'application/octet-stream';
}
