import { allNamed, attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail } from './checks.ts';

export type SignedElement = 'Response' | 'Assertion';

/** The parts of a response whose places in the tree are as they must be. Nothing of it is trusted yet. */
export interface Outline {
  response: XmlElement;
  assertion: XmlElement;
  /** What bears a signature, and that signature. */
  signatures: { of: SignedElement; signature: XmlElement }[];
}

const ALGORITHM_FIX =
  'Set the signature algorithm of this application to RSA-SHA256 (digest SHA-256) at your identity provider.';
const SHAPE_FIX =
  'Sign in again. If it happens again, somebody may be tampering with responses: tell your security team.';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const SIGNATURE_METHODS = new Set(
  ['rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'].map(
    (name) => MORE + name,
  ),
);
const DIGEST_METHODS = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  `${MORE}sha384`,
]);
const EXCLUSIVE = [
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
];
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

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
    rootProblem(response) ?? assertionProblem(response) ?? idProblem(response) ?? signaturePlaces(response);
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
  const detail = `The message is not a SAML 2.0 response but <${root.local.slice(0, 60)}>.`;
  return fail(
    'format',
    'not-a-response',
    detail,
    'Set the protocol of this application to SAML 2.0 at your identity provider.',
  );
}

function assertionProblem(response: XmlElement): Check | undefined {
  if (allNamed(response, NS.assertion, 'EncryptedAssertion').length > 0) {
    const fix = 'Turn off assertion encryption for this application at your identity provider.';
    return fail('format', 'encrypted', 'The assertion is encrypted, which is not read here.', fix);
  }
  const everywhere = allNamed(response, NS.assertion, 'Assertion');
  if (everywhere.length === 0) {
    const fix = 'Check at your identity provider that you are assigned to this application.';
    return fail('format', 'no-assertion', 'The response has no assertion in it.', fix);
  }
  if (everywhere.length > 1) {
    return fail(
      'format',
      'several-assertions',
      `The response holds ${everywhere.length} assertions.`,
      SHAPE_FIX,
    );
  }
  if (childrenNamed(response, NS.assertion, 'Assertion').length !== 1) {
    return fail(
      'format',
      'misplaced-assertion',
      'The assertion is not where it belongs in the response.',
      SHAPE_FIX,
    );
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
  return fail('format', 'duplicate-id', 'Two elements of the response have the same ID.', SHAPE_FIX);
}

function signaturePlaces(response: XmlElement): Check | undefined {
  const everywhere = allNamed(response, NS.signature, 'Signature').length;
  if (everywhere === 0) {
    const fix =
      'Turn on signing of the assertion (or of the response) for this application at your identity provider.';
    return fail('signature', 'unsigned', 'Neither the response nor the assertion is signed.', fix);
  }
  const [assertion] = childrenNamed(response, NS.assertion, 'Assertion') as [XmlElement];
  const ofResponse = signaturesOf(response).length;
  const ofAssertion = signaturesOf(assertion).length;
  if (ofResponse + ofAssertion !== everywhere) {
    return fail(
      'signature',
      'misplaced-signature',
      'A signature is not where it belongs in the response.',
      SHAPE_FIX,
    );
  }
  if (ofResponse > 1 || ofAssertion > 1) {
    return fail('signature', 'several-signatures', 'One element bears several signatures.', SHAPE_FIX);
  }
  return undefined;
}

function signaturesOf(element: XmlElement): XmlElement[] {
  return childrenNamed(element, NS.signature, 'Signature');
}

/** One reference, to the very element that bears the signature, by known transforms and algorithms. */
function signatureProblem(signature: XmlElement, parent: XmlElement): Check | undefined {
  const odd = (code: string, detail: string) => fail('signature', code, detail, SHAPE_FIX);
  const ds = (element: XmlElement | undefined, local: string) =>
    element ? childrenNamed(element, NS.signature, local) : [];
  const [info, ...moreInfos] = ds(signature, 'SignedInfo');
  if (!info || moreInfos.length > 0 || ds(signature, 'SignatureValue').length !== 1) {
    return odd('malformed-signature', 'The signature is malformed.');
  }
  const allowed = new Set(['SignedInfo', 'SignatureValue', 'KeyInfo']);
  if (signature.children.some(({ local, uri }) => uri !== NS.signature || !allowed.has(local))) {
    return odd('signature-object', 'The signature holds something that does not belong in it.');
  }
  const references = ds(info, 'Reference');
  const [reference] = references;
  if (!reference || references.length !== 1)
    return odd('references', 'The signature covers not exactly one element.');
  const id = attribute(parent, 'ID');
  if (!id || attribute(reference, 'URI') !== `#${id}`) {
    return odd('reference-target', 'The signature covers another element than the one that bears it.');
  }
  const transforms = ds(ds(reference, 'Transforms')[0], 'Transform').map(
    (one) => attribute(one, 'Algorithm') ?? '',
  );
  const known = transforms.every((one) => one === ENVELOPED || EXCLUSIVE.includes(one));
  if (!known || transforms.length > 2 || transforms.filter((one) => one === ENVELOPED).length !== 1) {
    return odd('transforms', 'The signature uses transforms that SAML does not allow.');
  }
  const parts = reference.children.map(({ local, uri }) => (uri === NS.signature ? local : '?'));
  if (parts.join(' ') !== 'Transforms DigestMethod DigestValue') {
    return odd('malformed-reference', 'The reference of the signature is malformed.');
  }
  return algorithmProblem(info, reference);
}

function algorithmProblem(info: XmlElement, reference: XmlElement): Check | undefined {
  const one = (element: XmlElement, local: string) => {
    const found = childrenNamed(element, NS.signature, local);
    return found.length === 1 && found[0] ? (attribute(found[0], 'Algorithm') ?? '') : '';
  };
  const canonical = one(info, 'CanonicalizationMethod');
  if (!EXCLUSIVE.includes(canonical)) {
    return fail(
      'algorithm',
      'canonicalization',
      `The canonicalization ${named(canonical)} is not accepted.`,
      ALGORITHM_FIX,
    );
  }
  const method = one(info, 'SignatureMethod');
  if (!SIGNATURE_METHODS.has(method)) {
    const code = /sha1$/.test(method) ? 'sha1' : /hmac/.test(method) ? 'hmac' : 'signature-algorithm';
    return fail(
      'algorithm',
      code,
      `The signature algorithm ${named(method)} is not accepted.`,
      ALGORITHM_FIX,
    );
  }
  const digest = one(reference, 'DigestMethod');
  if (!DIGEST_METHODS.has(digest)) {
    const code = /sha1$/.test(digest) ? 'sha1-digest' : 'digest-algorithm';
    return fail('algorithm', code, `The digest algorithm ${named(digest)} is not accepted.`, ALGORITHM_FIX);
  }
  return undefined;
}

function named(uri: string): string {
  return uri === '' ? '(none)' : (uri.split('#').at(-1)?.slice(0, 60) ?? uri);
}
