import type { Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { base64, given, idp, judge } from '../saml-fixture.ts';
import { leastCpu } from './least-cpu.ts';
import { corrupt, EVIL, open, WRAPPINGS, write } from './wrapping.ts';

const signedXml = { response: '', assertion: '', both: '' };
for (const sign of ['response', 'assertion', 'both'] as const)
  signedXml[sign] = idp.respondXml(given({ sign }));

describe('signature wrapping', () => {
  it('begins from responses that are accepted, also when written anew', async () => {
    for (const xml of Object.values(signedXml)) {
      expect((await judge(base64(xml))).ok).toBe(true);
      expect((await judge(base64(write(open(xml))))).ok).toBe(true);
    }
  });

  it.each(WRAPPINGS)('$name', async ({ signed, apply }) => {
    const message = open(signedXml[signed]);
    apply(message);
    const attack = base64(write(message));
    const verdict = await judge(attack);
    if (verdict.ok) throw new Error(`accepted as ${verdict.identity.email}`);
    // The tree alone gives it away: no cryptography, no time.
    expect(['format', 'signature']).toContain(verdict.failed.name);
    expect([
      'several-assertions',
      'misplaced-assertion',
      'duplicate-id',
      'misplaced-signature',
      'several-signatures',
      'signature-object',
      'reference-target',
    ]).toContain(verdict.failed.code);
    expect(await leastCpu(() => judge(attack))).toBeLessThan(10);
  });

  it('tells wrappings apart by their codes', async () => {
    const codes = await Promise.all(
      WRAPPINGS.map(async ({ signed, apply }) => {
        const message = open(signedXml[signed]);
        apply(message);
        const verdict = await judge(base64(write(message)));
        return verdict.ok ? 'accepted' : verdict.failed.code;
      }),
    );
    expect(new Set(codes).size).toBeGreaterThanOrEqual(5);
  });
});

/** All elements in document order. */
function elements(root: Element): Element[] {
  return [root, ...[...root.getElementsByTagName('*')]];
}

describe('every place in the tree', () => {
  const places = (xml: string) => elements(open(xml).response).length;

  it('refuses another assertion, or the signed one put aside, anywhere', async () => {
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const xml = signedXml[sign];
      for (let place = 0; place < places(xml); place += 1) {
        const message = open(xml);
        const target = elements(message.response)[place] as Element;
        const other = corrupt(message.assertion.cloneNode(true) as Element);
        other.setAttribute('ID', '_evil');
        target.appendChild(other);
        const verdict = await judge(base64(write(message)));
        expect(verdict.ok, `${sign} ${place} ${target.nodeName}`).toBe(false);
      }
    }
  });

  it('refuses the signature anywhere but where it was, and a second one', async () => {
    for (const sign of ['assertion', 'response'] as const) {
      const xml = signedXml[sign];
      for (let place = 0; place < places(xml); place += 1) {
        const message = open(xml);
        const target = elements(message.response)[place] as Element;
        const owner = message.signature.parentNode;
        const inside = elements(message.signature).includes(target);
        target.appendChild(
          inside || target === owner ? message.signature.cloneNode(true) : message.signature,
        );
        const verdict = await judge(base64(write(message)));
        expect(verdict.ok, `${sign} ${place} ${target.nodeName}`).toBe(false);
      }
    }
  });

  it('never reads a changed value: each text and attribute in turn', async () => {
    for (const sign of ['assertion', 'response'] as const) {
      const xml = signedXml[sign];
      for (let place = 0; place < places(xml); place += 1) {
        const target = (message = open(xml)) =>
          [message, elements(message.response)[place] as Element] as const;
        const names = [...target()[1].attributes]
          .map(({ name }) => name)
          .filter((name) => !name.startsWith('xmlns'));
        for (const name of [undefined, ...names]) {
          const [message, element] = target();
          if (name === undefined) element.appendChild(message.document.createTextNode('x'));
          else element.setAttribute(name, `${element.getAttribute(name)}x`);
          const verdict = await judge(base64(write(message)));
          if (!verdict.ok) continue;
          // Outside what is signed and checked, a change may be harmless; then it changes nothing that is read.
          expect(verdict.identity, `${sign} ${element.nodeName} ${name}`).toMatchObject({
            email: 'anna@acme.test',
            nameId: 'anna@acme.test',
            objectGuid: 'guid-1',
            requestId: '_request1',
          });
        }
      }
    }
  });

  it('knows the attacker nowhere', async () => {
    const message = open(signedXml.both);
    corrupt(message.assertion);
    const verdict = await judge(base64(write(message)));
    expect(verdict.ok).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain(EVIL);
  });
});
