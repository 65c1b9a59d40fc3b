import { expect } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import type { EffectContext, Operation, Refusal, Tools } from '../../src/operations/operation.ts';
import type { Effect } from '../../src/service/effects/effect.ts';
import type { Facts, Impact } from '../../src/service/facts/facts.ts';
import { type Document, plain, type Step } from '../../src/words/document.ts';
import { ID, NOW } from './facts.ts';

/** Every kind that a button may lead to. */
export const KINDS = new Set(operations.map(({ kind }) => kind));

/** What came of asking: as much as an operation says of it, in the order the service looks. */
export type Asked<Ready> =
  | { errors: Record<string, string> }
  | { refusal: Refusal }
  | { ready: Ready; impact: Impact | null; needed: number | null; effects: Effect[]; done: Document };

/** Tools of an outside world in which nothing answers; a test replaces what it needs. */
export function tools(over: Partial<Tools> = {}): Tools {
  let made = 0;
  return {
    lookForProof: async () => ({ unknown: true, cause: 'no DNS server was given' }),
    fetchMetadata: async () => ({ ok: false, message: 'Nothing can be fetched here.' }),
    publicUrl: 'https://sso.example',
    supportContact: null,
    newId: () => `${ID}new-${++made}`,
    ...over,
  };
}

/** What effects are made in: no approval was needed, and Anna asked. */
export function effectContext(over: Partial<EffectContext> = {}): EffectContext {
  let made = 0;
  return {
    now: NOW,
    newId: () => `${ID}effect-${++made}`,
    newToken: () => 'fresh-token',
    requestId: null,
    askedBy: `${ID}anna`,
    ...over,
  };
}

/**
 * Asks for an operation as the service does: schema, what must hold before, preparation, what must hold for it.
 * @param operation the operation
 * @param facts what was read
 * @param input the modal's raw values
 * @param world tools and context, where a test needs its own
 */
export async function ask<Input, Ready>(
  operation: Operation<Input, Ready>,
  facts: Facts,
  input: unknown,
  world: { tools?: Tools; context?: EffectContext } = {},
): Promise<Asked<Ready>> {
  const parsed = operation.input.safeParse(input);
  if (!parsed.success)
    return { errors: Object.fromEntries(parsed.error.issues.map((i) => [i.path.join('.'), i.message])) };
  for (const requirement of operation.before ?? []) {
    const refusal = requirement(facts, undefined as never);
    if (refusal) return { refusal };
  }
  const prepared = operation.prepare
    ? await operation.prepare(facts, parsed.data, world.tools ?? tools())
    : { ok: true as const, ready: parsed.data as unknown as Ready };
  if (!prepared.ok) return 'errors' in prepared ? { errors: prepared.errors } : { refusal: prepared.refusal };
  const { ready } = prepared;
  for (const requirement of operation.requires) {
    const refusal = requirement(facts, ready);
    if (refusal) return { refusal };
  }
  const { approval } = operation;
  return {
    ready,
    impact: operation.impact?.(facts, ready) ?? null,
    needed: typeof approval === 'function' ? approval(facts, ready) : approval,
    effects: operation.effects(facts, ready, world.context ?? effectContext()),
    done: operation.done(facts, ready),
  };
}

/** @returns the outcome of asking that went through; fails the test when it did not */
export function granted<Ready>(asked: Asked<Ready>) {
  if (!('ready' in asked)) throw new Error(`not granted: ${JSON.stringify(asked)}`);
  expectSaneDocument(asked.done);
  return asked;
}

/** @returns the refusal, after looking at its words and steps; fails the test when there is none */
export function refused(asked: Asked<unknown>): {
  text: string;
  code: string;
  kinds: string[];
  refusal: Refusal;
} {
  if (!('refusal' in asked)) throw new Error(`not refused: ${JSON.stringify(asked)}`);
  const { refusal } = asked;
  const text = plain(refusal.text);
  expect(text).toMatch(/\.$/);
  expect(text).not.toContain(ID);
  expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  for (const step of refusal.steps ?? []) expectSaneStep(step);
  return { text, code: refusal.code, kinds: (refusal.steps ?? []).map(({ kind }) => kind), refusal };
}

/** @returns the errors under fields; fails the test when there are none */
export function errors(asked: Asked<unknown>): Record<string, string> {
  if (!('errors' in asked)) throw new Error(`no errors: ${JSON.stringify(asked)}`);
  for (const words of Object.values(asked.errors)) expect(words).toMatch(/\.$/);
  return asked.errors;
}

/** Looks at what people read: sentences without ids, buttons that lead somewhere. */
export function expectSaneDocument(document: Document): void {
  expect(document.text).toMatch(/[.?]$/);
  expect(document.text).not.toContain(ID);
  expect(document.text).not.toMatch(/undefined|null|NaN|\[object/);
  expect(document.parts.length).toBeLessThanOrEqual(40);
  for (const part of document.parts) {
    if (part.type === 'steps') for (const step of part.steps) expectSaneStep(step);
    if (part.type === 'list') for (const { step } of part.items) if (step) expectSaneStep(step);
  }
}

/** Looks at a button: a known kind, a label that fits, ids that are there. */
export function expectSaneStep(step: Step): void {
  expect(KINDS).toContain(step.kind);
  expect(step.label.length).toBeGreaterThan(0);
  expect(step.label.length).toBeLessThanOrEqual(75);
  for (const [key, value] of Object.entries(step.args)) expect(value, `${step.kind}.${key}`).toBeTruthy();
}
