import { strings } from '../../words/pages.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail, SHAPE_FIX } from './checks.ts';

const words = strings.checks.signature;
const { algorithm: algorithmWords, none } = strings.checks;

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
 * Refuses a signature that is anything but one reference to the very element that bears it, by known transforms
 * and algorithms.
 * @param signature the Signature element
 * @param parent the element that bears it
 * @returns the failed check, if there is one
 */
export function signatureProblem(signature: XmlElement, parent: XmlElement): Check | undefined {
  const odd = (code: string, detail: string) => fail('signature', code, detail, SHAPE_FIX);
  const ds = (element: XmlElement | undefined, local: string) =>
    element ? childrenNamed(element, NS.signature, local) : [];
  const [info, ...moreInfos] = ds(signature, 'SignedInfo');
  if (!info || moreInfos.length > 0 || ds(signature, 'SignatureValue').length !== 1) {
    return odd('malformed-signature', words.malformed);
  }
  const allowed = new Set(['SignedInfo', 'SignatureValue', 'KeyInfo']);
  if (signature.children.some(({ local, uri }) => uri !== NS.signature || !allowed.has(local))) {
    return odd('signature-object', words.object);
  }
  const references = ds(info, 'Reference');
  const [reference] = references;
  if (!reference || references.length !== 1) return odd('references', words.references);
  const id = attribute(parent, 'ID');
  if (!id || attribute(reference, 'URI') !== `#${id}`) {
    return odd('reference-target', words.target);
  }
  const transforms = ds(ds(reference, 'Transforms')[0], 'Transform').map(
    (one) => attribute(one, 'Algorithm') ?? '',
  );
  const known = transforms.every((one) => one === ENVELOPED || EXCLUSIVE.includes(one));
  if (!known || transforms.length > 2 || transforms.filter((one) => one === ENVELOPED).length !== 1) {
    return odd('transforms', words.transforms);
  }
  const parts = reference.children.map(({ local, uri }) => (uri === NS.signature ? local : '?'));
  if (parts.join(' ') !== 'Transforms DigestMethod DigestValue') {
    return odd('malformed-reference', words.malformedReference);
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
      algorithmWords.canonicalization(named(canonical)),
      algorithmWords.fix,
    );
  }
  const method = one(info, 'SignatureMethod');
  if (!SIGNATURE_METHODS.has(method)) {
    const code = /sha1$/.test(method) ? 'sha1' : /hmac/.test(method) ? 'hmac' : 'signature-algorithm';
    return fail('algorithm', code, algorithmWords.signature(named(method)), algorithmWords.fix);
  }
  const digest = one(reference, 'DigestMethod');
  if (!DIGEST_METHODS.has(digest)) {
    const code = /sha1$/.test(digest) ? 'sha1-digest' : 'digest-algorithm';
    return fail('algorithm', code, algorithmWords.digest(named(digest)), algorithmWords.fix);
  }
  return undefined;
}

function named(uri: string): string {
  return uri === '' ? none : (uri.split('#').at(-1)?.slice(0, 60) ?? uri);
}
