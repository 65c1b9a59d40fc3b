import { strings } from '../../words/pages.ts';
import { allNamed, attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail, SHAPE_FIX } from './checks.ts';
import { signatureProblem } from './signature-shape.ts';

export type SignedElement = 'Response' | 'Assertion';

const words = strings.checks;

/** Real signatures name some five prefixes each. */
const PREFIXES_LENGTH = 1000;

/** The parts of a response whose places in the tree are as they must be. Nothing of it is trusted yet. */
export interface Outline {
  response: XmlElement;
  assertion: XmlElement;
  /** What bears a signature, and that signature. */
  signatures: { of: SignedElement; signature: XmlElement }[];
}

/**
 * Finds the one assertion and the signatures, and refuses every arrangement in which what is signed and what is
 * read could be two things (signature wrapping): by the tree alone, before any cryptography.
 * @param response the root element
 * @returns the parts, or the failed check
 */
export function outlineOf(
  response: XmlElement,
): { ok: true; outline: Outline } | { ok: false; check: Check } {
  const check =
    rootProblem(response) ??
    assertionProblem(response) ??
    idProblem(response) ??
    prefixProblem(response) ??
    signaturePlaces(response);
  if (check) return { ok: false, check };
  const [assertion] = childrenNamed(response, NS.assertion, 'Assertion') as [XmlElement];
  const signatures = [
    ...signaturesOf(response).map((signature) => ({ of: 'Response' as const, signature, parent: response })),
    ...signaturesOf(assertion).map((signature) => ({
      of: 'Assertion' as const,
      signature,
      parent: assertion,
    })),
  ];
  for (const { signature, parent } of signatures) {
    const problem = signatureProblem(signature, parent);
    if (problem) return { ok: false, check: problem };
  }
  return { ok: true, outline: { response, assertion, signatures } };
}

/**
 * @param root the root element of a message
 * @returns a failed check when it is not a SAML 2.0 response
 */
export function rootProblem(root: XmlElement): Check | undefined {
  if (root.local === 'Response' && root.uri === NS.protocol && attribute(root, 'Version') === '2.0')
    return undefined;
  const detail = words.format.notAResponse(root.local.slice(0, 60));
  return fail('format', 'not-a-response', detail, words.format.setProtocol);
}

function assertionProblem(response: XmlElement): Check | undefined {
  if (allNamed(response, NS.assertion, 'EncryptedAssertion').length > 0) {
    return fail('format', 'encrypted', words.format.encrypted, words.format.noEncryption);
  }
  const everywhere = allNamed(response, NS.assertion, 'Assertion');
  if (everywhere.length === 0) {
    return fail('format', 'no-assertion', words.format.noAssertion, words.format.assign);
  }
  if (everywhere.length > 1) {
    return fail('format', 'several-assertions', words.format.severalAssertions(everywhere.length), SHAPE_FIX);
  }
  if (childrenNamed(response, NS.assertion, 'Assertion').length !== 1) {
    return fail('format', 'misplaced-assertion', words.format.misplacedAssertion, SHAPE_FIX);
  }
  return undefined;
}

/** Every ID once: a reference must be able to mean one element only, whatever the case of the attribute. */
function idProblem(response: XmlElement): Check | undefined {
  const seen = new Set<string>();
  const visit = (element: XmlElement): boolean =>
    element.attributes.every(({ local, value }) => {
      if (local.toLowerCase() !== 'id') return true;
      const fresh = !seen.has(value);
      seen.add(value);
      return fresh;
    }) && element.children.every(visit);
  if (visit(response)) return undefined;
  return fail('format', 'duplicate-id', words.format.duplicateId, SHAPE_FIX);
}

/**
 * Prefixes that the canonicalization is told to include (exclusive XML canonicalization 2.3) are looked for at every
 * namespace, for each certificate anew, and before anything is verified: some thousand of them would take the thread
 * seconds. The library takes them from wherever it finds them, so they are counted wherever they stand.
 */
function prefixProblem(response: XmlElement): Check | undefined {
  const length = (element: XmlElement): number =>
    element.children.reduce(
      (sum, child) => sum + length(child),
      element.local === 'InclusiveNamespaces' ? (attribute(element, 'PrefixList') ?? '').length : 0,
    );
  if (length(response) <= PREFIXES_LENGTH) return undefined;
  return fail('signature', 'too-many-prefixes', words.signature.prefixes, SHAPE_FIX);
}

function signaturePlaces(response: XmlElement): Check | undefined {
  const everywhere = allNamed(response, NS.signature, 'Signature').length;
  if (everywhere === 0) {
    return fail('signature', 'unsigned', words.signature.unsigned, words.signature.turnOn);
  }
  const [assertion] = childrenNamed(response, NS.assertion, 'Assertion') as [XmlElement];
  const ofResponse = signaturesOf(response).length;
  const ofAssertion = signaturesOf(assertion).length;
  if (ofResponse + ofAssertion !== everywhere) {
    return fail('signature', 'misplaced-signature', words.signature.misplaced, SHAPE_FIX);
  }
  if (ofResponse > 1 || ofAssertion > 1) {
    return fail('signature', 'several-signatures', words.signature.several, SHAPE_FIX);
  }
  return undefined;
}

function signaturesOf(element: XmlElement): XmlElement[] {
  return childrenNamed(element, NS.signature, 'Signature');
}
