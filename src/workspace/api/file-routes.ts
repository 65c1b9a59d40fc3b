import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { bodyOf, fieldsOf, sendFile, sendText } from '../http.ts';
import { needScope } from './channels.ts';
import { visibleFile } from './files.ts';

const MOST_UPLOAD = 100 * 1024 * 1024;

/** Takes the bytes of an upload that the app has announced. */
export async function receive(
  ctx: Context,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await bodyOf(request, MOST_UPLOAD);
  const pending = ctx.files.pending.get(key);
  if (!pending || request.method !== 'POST') return sendText(response, 404, 'No such upload');
  const fault = ctx.faults.take('upload', { filename: pending.name });
  if (fault) {
    if (fault.delayMs) await sleep(fault.delayMs);
    if (fault.dropConnection) return void request.socket.destroy();
    if (fault.status) return sendText(response, fault.status, 'A fault that was asked for');
  }
  const type = request.headers['content-type'] ?? '';
  const content = type.startsWith('multipart/form-data')
    ? Object.values(await fieldsOf(type, bytes)).find((value) => Buffer.isBuffer(value))
    : bytes;
  if (!Buffer.isBuffer(content)) return sendText(response, 400, 'No file in the form');
  if (content.length !== pending.length) {
    ctx.log.refuse(
      'upload',
      'length_mismatch',
      `announced ${pending.length} bytes, sent ${content.length}`,
      pending.name,
    );
    return sendText(response, 400, 'The length is not the one that was announced');
  }
  pending.bytes = content;
  sendText(response, 200, `OK - ${content.length}`);
}

/** Gives a file's content to the app; without a good token Slack shows its sign-in page instead. */
export async function download(
  ctx: Context,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const problem = ctx.tokens.problem(token, 'bot');
  const fault = ctx.faults.take('download', { file: id });
  if (fault?.delayMs) await sleep(fault.delayMs);
  if (fault?.dropConnection) return void request.socket.destroy();
  if (fault?.status) return sendText(response, fault.status, 'A fault that was asked for');
  try {
    if (problem) throw new SlackError(problem);
    needScope(ctx, 'files:read');
    const record = visibleFile(ctx, id);
    const bytes = await ctx.files.bytes.get(record.id);
    if (!bytes) throw new SlackError('file_not_found');
    sendFile(response, record.name, record.mimetype, bytes);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    ctx.log.refuse('file download', error.error, error.message, id);
    if (error.error === 'file_not_found') return sendText(response, 404, 'Not found');
    response.writeHead(302, { location: `${ctx.base()}/?redir=files` });
    response.end();
  }
}
