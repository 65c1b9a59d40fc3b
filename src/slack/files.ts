import type { WebClient } from '@slack/web-api';
import { Agent, request } from 'undici';
import type { UploadedFile } from '../operations/operation.ts';
import { seen, shorten } from './inert.ts';
import { LIMITS } from './limits.ts';
import type { SlackFile } from './values.ts';

/** A file cannot be read or handed over. The message is for the person. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** Files between people and the bot. */
export interface Files {
  /** @throws FileProblem when it is too big, gone, or not where files of Slack are */
  read(client: WebClient, file: SlackFile): Promise<UploadedFile>;
  /** Where a person finds the file in Slack, or null when Slack does not say. @throws what the client throws */
  permalink(client: WebClient, file: SlackFile): Promise<string | null>;
  /** Sends a file to the person's direct messages. @throws FileProblem, or what the client throws */
  send(client: WebClient, slackId: string, name: string, title: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 20_000;

/**
 * @param apiUrl the Web API's base: files are taken from its host or from Slack's own, never from elsewhere, so that
 *   a payload cannot make the bot call another address with its token
 */
export function createFiles(apiUrl: string): Files {
  const agent = new Agent({ connections: 4, connect: { timeout: 5000 } });
  const api = new URL(apiUrl);

  const allowed = (address: string): string => {
    const url = URL.canParse(address) ? new URL(address) : null;
    const slack = url?.protocol === 'https:' && /(^|\.)slack(-files)?\.com$/.test(url.hostname);
    if (url && !url.username && (slack || url.origin === api.origin)) return url.href;
    throw new FileProblem(
      'This file is not kept in Slack, so it cannot be read. Upload it from your computer.',
    );
  };

  return {
    async read(client, file) {
      const known = file.url_private ? file : await lookUp(client, file);
      const name = known.name ?? 'file';
      if ((known.size ?? 0) > LIMITS.fileBytes) throw tooBig(name);
      const url = allowed(known.url_private_download ?? known.url_private ?? '');
      const { statusCode, headers, body } = await request(url, {
        dispatcher: agent,
        headers: { authorization: `Bearer ${client.token}` },
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (statusCode !== 200 || Number(headers['content-length'] ?? 0) > LIMITS.fileBytes) {
        await body.dump();
        throw statusCode === 200 ? tooBig(name) : unreadable(name);
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        length += chunk.length;
        if (length > LIMITS.fileBytes) throw tooBig(name);
        chunks.push(chunk);
      }
      return { name, bytes: new Uint8Array(Buffer.concat(chunks)) };
    },

    permalink: async (client, file) => (await lookUp(client, file)).permalink ?? null,

    async send(client, slackId, name, title, bytes) {
      const opened = await client.conversations.open({ users: slackId });
      const { upload_url, file_id } = await client.files.getUploadURLExternal({
        filename: name,
        length: bytes.length,
      });
      if (!opened.channel?.id || !upload_url || !file_id)
        throw new FileProblem('Slack did not take the file.');
      const { statusCode, body } = await request(allowed(upload_url), {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: Buffer.from(bytes),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await body.dump();
      if (statusCode !== 200) throw new FileProblem('Slack did not take the file. Please try again.');
      await client.files.completeUploadExternal({
        files: [{ id: file_id, title: shorten(seen(title), 200) }],
        channel_id: opened.channel.id,
      });
    },

    close: () => agent.close(),
  };
}

/** A file of another organisation comes without its address (docs: "files.info", `check_file_info`). */
async function lookUp(client: WebClient, file: SlackFile): Promise<SlackFile> {
  const answer = await client.files.info({ file: file.id });
  return { ...file, ...(answer.file as SlackFile | undefined) };
}

function tooBig(name: string): FileProblem {
  return new FileProblem(`${name} is larger than 10 MB. Choose a smaller file.`);
}

function unreadable(name: string): FileProblem {
  return new FileProblem(`${name} could not be read from Slack. Upload it again.`);
}
