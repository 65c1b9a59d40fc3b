import { SlackError } from '../errors.ts';
import type { Block, Json } from '../types.ts';
import { withIds } from './elements.ts';
import { ruleErrors, textLength } from './rules.ts';
import { schemaErrors } from './schema.ts';

const MESSAGE_BLOCKS = 50;
const MESSAGE_TEXT = 40_000;
/** All texts of a message's blocks together. Slack names no figure; measured at about this. */
const MESSAGE_BLOCK_TEXT = 13_000;
const VIEW_BYTES = 250 * 1024;

export interface Content {
  text: string;
  blocks?: Block[];
  attachments?: unknown[];
  metadata?: Json;
}

/**
 * Checks what a message says.
 * @param body `text`, `blocks`, `attachments`, `metadata` and `markdown_text`, JSON already decoded
 * @returns it with ids filled in
 * @throws SlackError no_text, invalid_blocks, invalid_blocks_format, msg_blocks_too_long, msg_too_long …
 */
export function messageContent(body: Json): Content {
  const { blocks, attachments, metadata, markdown_text } = body;
  const text = body.text ?? '';
  if (typeof text !== 'string')
    throw new SlackError('invalid_arguments', ['must be a string [json-pointer:/text]']);
  if (markdown_text && (text || blocks)) throw new SlackError('markdown_text_conflict');
  if (typeof markdown_text === 'string' && markdown_text.length > 12_000)
    throw new SlackError('msg_too_long');
  if (blocks !== undefined && blocks !== null && !Array.isArray(blocks)) {
    throw new SlackError('invalid_blocks_format');
  }
  const list = (blocks ?? []) as Block[];
  const attached = Array.isArray(attachments) ? attachments : [];
  if (!text && !markdown_text && list.length === 0 && attached.length === 0) throw new SlackError('no_text');
  if (text.length > MESSAGE_TEXT) throw new SlackError('msg_too_long');
  if (attached.length > 100) throw new SlackError('too_many_attachments');
  if (list.length > 0) refuseBlocks(list);
  for (const inner of attached as Json[]) {
    if (Array.isArray(inner?.blocks)) refuseBlocks(inner.blocks as Block[]);
  }
  const meta = metadataOf(metadata);
  return {
    text: String(text || markdown_text || ''),
    ...(list.length > 0 && { blocks: withIds(list) }),
    ...(attached.length > 0 && { attachments: attached }),
    ...(meta && { metadata: meta }),
  };
}

/** @throws SlackError with all that is wrong in a message's blocks */
function refuseBlocks(blocks: Block[]): void {
  const fail = (error: string, details: string[]) => {
    throw new SlackError(error, details, { extra: { errors: details } });
  };
  if (blocks.length > MESSAGE_BLOCKS) {
    fail('invalid_blocks', [`no more than ${MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]`]);
  }
  const errors = blockErrors(blocks, '/blocks', 'message');
  if (errors.length > 0) fail('invalid_blocks', errors);
  if (blocks.filter((b) => b.type === 'table').length > 1)
    fail('invalid_attachments', ['only_one_table_allowed']);
  if (textLength(blocks) > MESSAGE_BLOCK_TEXT) throw new SlackError('msg_blocks_too_long');
}

/**
 * @param blocks a list of what should be blocks
 * @param base its JSON pointer
 * @returns what is wrong with them as a message's blocks
 */
export function blockErrors(
  blocks: unknown[],
  base: string,
  surface: 'message' | 'modal' | 'home',
): string[] {
  const errors = blocks.flatMap((block, i) => schemaErrors('block', block, `${base}/${i}`));
  return errors.length > 0 ? errors : ruleErrors(blocks as Block[], surface, base);
}

function metadataOf(metadata: unknown): Json | undefined {
  if (metadata === undefined || metadata === null || metadata === '') return undefined;
  if (typeof metadata !== 'object' || Array.isArray(metadata))
    throw new SlackError('invalid_metadata_format');
  const { event_type, event_payload } = metadata as Json;
  if (Object.keys(metadata).length === 0) return undefined;
  if (typeof event_type !== 'string' || typeof event_payload !== 'object' || event_payload === null) {
    throw new SlackError('invalid_metadata_schema');
  }
  if (JSON.stringify(metadata).length > 8000) throw new SlackError('metadata_too_large');
  return metadata as Json;
}

/**
 * Checks a view.
 * @param view decoded JSON
 * @param wanted which type it must have
 * @returns it with ids filled in
 * @throws SlackError invalid_arguments with what is wrong, view_too_large
 */
export function viewContent(view: unknown, wanted: 'modal' | 'home'): Json & { blocks: Block[] } {
  if (!view || typeof view !== 'object' || Array.isArray(view)) {
    throw new SlackError('invalid_arguments', ['must be a valid view object [json-pointer:/view]']);
  }
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES) throw new SlackError('view_too_large');
  if ((view as Json).type !== wanted) {
    throw new SlackError('invalid_arguments', [`must be of type ${wanted} [json-pointer:/view/type]`]);
  }
  const errors = viewErrors(view as Json, '/view');
  if (errors.length > 0) throw new SlackError('invalid_arguments', errors);
  return { ...(view as Json), blocks: withIds((view as { blocks: Block[] }).blocks) };
}

/** @returns what is wrong with a modal or Home view */
export function viewErrors(view: Json, base: string): string[] {
  const home = view.type === 'home';
  const errors = schemaErrors(home ? 'home_view' : 'modal_view', view, base);
  if (errors.length > 0) return errors;
  return ruleErrors(view.blocks as Block[], home ? 'home' : 'modal', `${base}/blocks`);
}
