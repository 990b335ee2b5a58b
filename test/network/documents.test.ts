import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Iccid, Imsi } from '../../src/bytes/identity.ts';
import { documentText, parseDocument, type SignedDocument } from '../../src/network/documents.ts';

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max })
    .map((found) => found.join(''));
const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
const iccid = digits(18, 20) as unknown as fc.Arbitrary<Iccid>;
const imsi = digits(6, 15) as unknown as fc.Arbitrary<Imsi>;
const index = fc.integer({ min: 1, max: 254 });
const heading = { id: name, from: name, to: name };

function devices<T extends { readonly iccid: Iccid; readonly imsi?: Imsi }>(
  shape: fc.Arbitrary<T>,
): fc.Arbitrary<T[]> {
  const selector = ({ iccid: card }: T): string => card;
  return fc
    .uniqueArray(shape, { minLength: 1, maxLength: 4, selector })
    .filter(
      (all) => all[0]?.imsi === undefined || new Set(all.map((d) => d.imsi)).size === all.length,
    );
}

const document: fc.Arbitrary<SignedDocument> = fc.oneof(
  fc.record(
    {
      devices: devices(fc.record({ imsi, iccid })),
      mncLength: fc.constantFrom<2 | 3>(2, 3),
      operatorData: fc.constantFrom('800300f110', '86020008'),
      ...heading,
      type: fc.constant('imsi-list' as const),
    },
    { requiredKeys: ['devices', 'mncLength', 'id', 'from', 'to', 'type'] },
  ),
  fc.record({
    type: fc.constant('transfer-list' as const),
    ...heading,
    devices: devices(
      fc.record({
        iccid,
        imsi,
        index,
        state: fc.constantFrom<'confirmed' | 'unconfirmed'>('confirmed', 'unconfirmed'),
      }),
    ),
  }),
  fc.record({
    devices: devices(fc.record({ iccid, index, attachSeen: fc.boolean() })),
    list: fc.string({ minLength: 1 }),
    type: fc.constant('pair-request' as const),
    ...heading,
  }),
  fc.record({
    type: fc.constant('attach-report' as const),
    ...heading,
    devices: devices(fc.record({ iccid, imsi })),
  }),
);

const LIST = {
  type: 'imsi-list',
  id: 'L-1',
  from: 'MNO-B',
  to: 'MNO-A',
  mncLength: 2,
  devices: [
    { iccid: '89999010000000000013', imsi: '001020000000001' },
    { iccid: '89999010000000000021', imsi: '001020000000002' },
  ],
};
const TEXT = JSON.stringify(LIST);

describe('a document', () => {
  it('is read as it was written, whatever the order of its members was', () => {
    fc.assert(
      fc.property(document, (value) => {
        const parsed = parseDocument(documentText(value));
        expect(parsed).toEqual({ ok: true, document: value });
      }),
    );
  });

  it('is written as it was read', () => {
    fc.assert(
      fc.property(document, (value) => {
        const parsed = parseDocument(documentText(value));
        if (!parsed.ok) throw new Error(parsed.refusal);
        expect(documentText(parsed.document)).toBe(documentText(value));
      }),
    );
  });

  it('is never read from text that would be written otherwise', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseDocument(text).ok).toBe(false);
      }),
    );
  });

  it.each([
    ['no JSON', TEXT.slice(0, -1), '$'],
    ['an array', '[]', '$'],
    ['null', 'null', '$'],
    ['an unknown type', TEXT.replace('imsi-list', 'imei-list'), '$.type'],
    ['a member more', TEXT.replace('{', '{"a":1,'), '$'],
    ['a member more in a device', TEXT.replace('"imsi"', '"a":1,"imsi"'), '$.devices[0]'],
    ['a member less', TEXT.replace('"mncLength":2,', ''), '$.mncLength'],
    ['an MNC of 4 digits', TEXT.replace('"mncLength":2', '"mncLength":4'), '$.mncLength'],
    ['no devices', TEXT.replace(/\[.*\]/, '[]'), '$.devices'],
    ['an ICCID of 17 digits', TEXT.replace('899990', '990'), '$.devices[0].iccid'],
    ['an IMSI of 16 digits', TEXT.replace('00102', '000102'), '$.devices[0].imsi'],
    ['an IMSI that is a number', TEXT.replace('"001020000000001"', '1020'), '$.devices[0].imsi'],
    ['an empty id', TEXT.replace('L-1', ''), '$.id'],
    ['an id of 65 characters', TEXT.replace('L-1', 'x'.repeat(65)), '$.id'],
    ['a name with white space', TEXT.replace('MNO-A', 'MNO A'), '$.to'],
    ['operator data that is no TLV', withData('8003'), '$.operatorData'],
    ['operator data of an unknown tag', withData('990100'), '$.operatorData'],
    ['operator data in upper case', withData('8003 00F110'.replace(' ', '')), '$.operatorData'],
    ['no operator data, with its member', withData(''), '$.operatorData'],
  ])('is malformed: %s', (_what, text, path) => {
    expect(parseDocument(text)).toEqual({ ok: false, refusal: 'malformed', path });
  });

  it.each([
    ['white space', TEXT.replace(':', ': ')],
    ['white space behind', `${TEXT}\n`],
    ['its members in another order', JSON.stringify(Object.assign({ id: '' }, LIST))],
    ['a member twice', TEXT.replace('"id"', '"id":"L-0","id"')],
    ['a number as a fraction', TEXT.replace('"mncLength":2', '"mncLength":2.0')],
    ['an escaped letter', TEXT.replace('L-1', '\\u004c-1')],
  ])('is not canonical: %s', (_what, text) => {
    expect(parseDocument(text)).toEqual({ ok: false, refusal: 'not-canonical', path: '$' });
  });

  it.each([
    ['duplicate-iccid', '89999010000000000021', '89999010000000000013', '$.devices[1].iccid'],
    ['duplicate-imsi', '001020000000002', '001020000000001', '$.devices[1].imsi'],
  ])('is refused: %s', (refusal, from, to, path) => {
    expect(parseDocument(TEXT.replace(from, to))).toEqual({ ok: false, refusal, path });
  });

  it.each([
    ['index 0', 0],
    ['index 255, which means none', 255],
    ['half an index', 1.5],
  ])('is malformed: %s', (_what, wrong) => {
    const { mncLength: _, ...rest } = LIST;
    const [device] = LIST.devices;
    const list = { ...rest, type: 'transfer-list' };
    const text = JSON.stringify({
      ...list,
      devices: [{ ...device, index: wrong, state: 'confirmed' }],
    });
    expect(parseDocument(text)).toMatchObject({ refusal: 'malformed', path: '$.devices[0].index' });
  });

  it('is not written with a value that nobody would read', () => {
    const wrong = { ...LIST, id: 'no good' } as unknown as SignedDocument;
    expect(() => documentText(wrong)).toThrow(new RangeError('document: wrong value at $.id'));
  });
});

function withData(hex: string): string {
  return TEXT.replace('"devices"', `"operatorData":"${hex}","devices"`);
}
