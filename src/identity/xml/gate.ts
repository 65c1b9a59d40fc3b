import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { XmlElement } from './tree.ts';

export interface XmlLimits {
  depth: number;
  elements: number;
  attributes: number;
  comments: boolean;
}

export type XmlProblem =
  | 'not-well-formed'
  | 'doctype'
  | 'processing-instruction'
  | 'comment'
  | 'too-deep'
  | 'too-many-elements'
  | 'too-many-attributes';

export type GatedXml =
  | { ok: true; root: XmlElement; hadComments: boolean }
  | { ok: false; problem: XmlProblem; detail: string };

class Refused extends Error {
  constructor(
    readonly problem: XmlProblem,
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * Reads XML under limits, in one pass that ends at the first thing that has no place: a document type (and with
 * it every entity of its own), a processing instruction, a comment where none may be, or too much of anything.
 * The XML declaration may stand at the start.
 * @param text the document
 * @param limits what is allowed
 * @returns the tree, or the problem with a detail for the log
 */
export function gateXml(text: string, limits: XmlLimits): GatedXml {
  const stack: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let hadComments = false;
  const parser = new SaxesParser({ xmlns: true });
  const refuse = (problem: XmlProblem, detail: string): never => {
    throw new Refused(problem, detail);
  };

  parser.on('doctype', () => refuse('doctype', 'a document type declaration'));
  parser.on('processinginstruction', ({ target }) =>
    refuse('processing-instruction', `a processing instruction (${target.slice(0, 40)})`),
  );
  parser.on('comment', () => {
    hadComments = true;
    if (!limits.comments) refuse('comment', 'a comment');
  });
  parser.on('error', (error) => refuse('not-well-formed', error.message.slice(0, 200)));
  parser.on('attribute', () => undefined);
  parser.on('opentagstart', () => {
    elements += 1;
    if (elements > limits.elements) refuse('too-many-elements', `more than ${limits.elements} elements`);
    if (stack.length >= limits.depth) refuse('too-deep', `deeper than ${limits.depth} elements`);
  });
  parser.on('opentag', (tag) => {
    const element = elementOf(tag);
    if (element.attributes.length > limits.attributes) {
      refuse('too-many-attributes', `more than ${limits.attributes} attributes on one element`);
    }
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
  });
  const onText = (chunk: string) => {
    const open = stack.at(-1);
    if (open) open.text += chunk;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => void stack.pop());

  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem, detail: error.message };
    throw error;
  }
  if (!root) return { ok: false, problem: 'not-well-formed', detail: 'no element' };
  return { ok: true, root, hadComments };
}

function elementOf(tag: SaxesTagNS): XmlElement {
  return {
    local: tag.local,
    uri: tag.uri,
    attributes: Object.values(tag.attributes).map(({ local, uri, value }) => ({ local, uri, value })),
    children: [],
    text: '',
  };
}
