import { expect } from 'vitest';
import type { Message } from '../../src/slack/blocks.ts';
import { messageContent, viewContent } from '../../src/workspace/block-kit/content.ts';

/** Markup made of ids and numbers only: the one mrkdwn that is ours. */
const OURS = /^(<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>]+>)$/;
/** Characters that change how what stands around them is read, and halves of characters. */
const UNSEEN = /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

/**
 * Looks through everything that Slack would parse or show: mrkdwn is ours alone, no broadcast, nothing unseen, no
 * emoji made of words.
 */
export function expectInert(value: unknown): void {
  if (Array.isArray(value)) {
    for (const inner of value) expectInert(inner);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Record<string, unknown>;
  if (node.type === 'mrkdwn') {
    expect(node.text).toMatch(OURS);
    expect(node.verbatim).toBe(true);
  }
  if (node.type === 'plain_text') expect(node.emoji).toBe(false);
  expect(node.type).not.toBe('broadcast');
  if (typeof node.text === 'string') {
    expect(node.text).not.toMatch(UNSEEN);
  }
  for (const inner of Object.values(node)) expectInert(inner);
}

/** A message that Slack takes, within the limits, saying the same in `text`, in which nothing of people's is alive. */
export function expectMessage({ text, blocks }: Message): void {
  expect(text.trim()).not.toBe('');
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(text.replace(/<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>]+>/g, '')).not.toMatch(
    /[<>]/,
  );
  messageContent({ text, blocks });
  expectInert(blocks);
}

/** A modal or Home that Slack takes. */
export function expectView(view: object, type: 'modal' | 'home' = 'modal'): void {
  viewContent(JSON.parse(JSON.stringify(view)), type);
  expectInert((view as { blocks: unknown }).blocks);
}
