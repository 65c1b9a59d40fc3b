import type { ModalView } from '@slack/types';
import type { Document, StepArgs } from '../words/document.ts';
import { asBlocks, type Block, documentBlocks } from './blocks.ts';
import { ActionIds } from './buttons.ts';
import { type PlainText, plainText, shorten } from './inert.ts';
import { LIMITS } from './limits.ts';

export interface ModalParts {
  /** What a submit of it means; see `submits.ts`. */
  callback: string;
  title: string;
  submit?: string;
  close?: string;
  blocks: Block[];
  args?: StepArgs;
}

/**
 * @param parts a modal's parts, of any length
 * @returns the modal within Slack's limits
 */
export function modal(parts: ModalParts): ModalView {
  const { callback, title, submit, close = 'Cancel', blocks, args = {} } = parts;
  return {
    type: 'modal',
    callback_id: callback,
    title: label(title),
    ...(submit && { submit: label(submit) }),
    close: label(close),
    private_metadata: shorten(JSON.stringify(args), LIMITS.privateMetadata),
    blocks: asBlocks(blocks, 'view'),
  };
}

function label(words: string): PlainText {
  return plainText(words, LIMITS.viewLabel);
}

/** What a view without fields is called: its submit means nothing, its buttons do. */
export const RESULT = 'result';

/**
 * A view that only tells something.
 * @param title what it is about
 * @param document what to tell
 * @param args ids kept for its buttons
 */
export function resultView(title: string, document: Document, args: StepArgs = {}): ModalView {
  const blocks = documentBlocks(document, new ActionIds());
  return modal({
    callback: RESULT,
    title,
    close: 'Close',
    blocks:
      blocks.length > 0 ? blocks : documentBlocks({ text: '', parts: [{ type: 'text', words: 'Done.' }] }),
    args,
  });
}

/**
 * @param document what Home shows
 * @param args ids that come back with Home's buttons and when it is next opened
 * @returns the view for `views.publish`
 */
export function homeView(
  document: Document,
  args: StepArgs = {},
): { type: 'home'; private_metadata: string; blocks: ModalView['blocks'] } {
  return {
    type: 'home',
    private_metadata: JSON.stringify(args),
    blocks: asBlocks(documentBlocks(document), 'view'),
  };
}
