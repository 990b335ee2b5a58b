/**
 * EFs that a SIM codes otherwise: read and written through class A0, and what stays as it was.
 *
 * Contents are worked by hand from the codings of both documents.
 *
 * @see 3GPP TS 51.011 §10.3; 3GPP TS 31.102 §4.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import {
  ADMINISTRATIVE_DATA,
  type Conversion,
  EMERGENCY_CODES,
  LANGUAGE_PREFERENCE,
  PLMN_SELECTOR,
} from '../../../src/card/gsm/conversions.ts';
import type { ElementaryNode } from '../../../src/card/memory.ts';
import { octet, type TestCard, withChangedFile } from '../support/test-card.ts';
import { ADM1, CHV1, DF_GSM, go, simCard } from './support/sim-card.ts';

/** A card with other content in an EF of the USIM, on which an EF of DF_GSM is current. */
function cardWith(path: string, data: string, fid: string): TestCard {
  const profile = withChangedFile(`MF/ADF.USIM/${path}`, (file) =>
    file.type === 'transparent'
      ? { ...file, size: data.length / 2, data }
      : { ...file, recLen: 6, recCount: data.length / 12, records: data.match(/.{12}/gu) ?? [] },
  );
  return simCard([...go(DF_GSM, fid), CHV1, ADM1], { profile });
}

/** What the EF of the USIM holds now. */
function contentOf(card: TestCard, fid: string): string {
  const { image, root } = card.uicc;
  for (const [file, first] of image.nodes.entries()) {
    const node = root.files[file] ?? first;
    const parent = image.nodes[node.parent];
    const isUsim = parent?.kind === 'directory' && parent.aid?.[6] === 0x02;
    if (isUsim && node.kind === 'ef' && node.fid === Number.parseInt(fid, 16)) {
      return toHex(node.content).toUpperCase();
    }
  }
  return '';
}

const PLMNS = '00F110C88062F2104000FFFFFF0000';

describe('EF_PLMNsel', () => {
  const card = (): TestCard => cardWith('EF.PLMNwAcT', PLMNS, '6F30');

  it('is EF_PLMNwAcT without access technologies', () => {
    expect(card().send('A0B0000009')).toBe('00F11062F210FFFFFF9000');
  });

  it.each([
    ['the same again', 'A0D600000900F11062F210FFFFFF', PLMNS],
    ['a new PLMN in an empty place', 'A0D6000603130014', '00F110C88062F21040001300140080'],
    ['a PLMN taken away', 'A0D6000303FFFFFF', '00F110C880FFFFFF0000FFFFFF0000'],
    ['another order', 'A0D600000662F21000F110', '62F210008000F1100080FFFFFF0000'],
    ['one octet of a PLMN', 'A0D600050120', '00F110C88062F2200080FFFFFF0000'],
  ])('is written back: %s', (_what, command, content) => {
    const one = card();
    expect(one.send(command)).toBe('9000');
    expect(contentOf(one, '6F60')).toBe(content);
  });

  it.each([
    ['A0B000000A', '6709'],
    ['A0B0000900', '9402'],
    ['A0D6000901FF', '9402'],
    ['A0D6000703FFFFFF', '6702'],
    ['A0B201040F', '9408'],
  ])('is refused where it ends: %s', (command, sw) => {
    const one = card();
    expect(one.send(command)).toBe(sw);
    expect(contentOf(one, '6F60')).toBe(PLMNS);
  });
});

describe('EF_ECC', () => {
  // 112 with the name "A", service 1F; 911 without; empty
  const CODES = '11F2FF41FF1F19F1FFFFFF00FFFFFFFFFFFF';
  const card = (): TestCard => cardWith('EF.ECC', CODES, '6FB7');

  it('is the codes of all records', () => {
    expect(card().send('A0B0000009')).toBe('11F2FF19F1FFFFFFFF9000');
  });

  it.each([
    ['the same again', 'A0D600000911F2FF19F1FFFFFFFF', CODES],
    ['another code', 'A0D600000399F9FF', '99F9FFFFFF0019F1FFFFFF00FFFFFFFFFFFF'],
    ['a code taken away', 'A0D6000303FFFFFF', '11F2FF41FF1FFFFFFFFFFFFFFFFFFFFFFFFF'],
  ])('is written back: %s', (_what, command, content) => {
    const one = card();
    expect(one.send(command)).toBe('9000');
    expect(contentOf(one, '6FB7')).toBe(content);
  });

  it('is of records no more', () => {
    expect(card().send('A0B2010406')).toBe('9408');
    expect(card().send('A0DC010406112233445566')).toBe('9408');
    expect(card().send('A0A200000111')).toBe('9408');
  });
});

describe('EF_LP', () => {
  // German, an unknown language, none
  const LETTERS = '64657A7AFFFF';
  const card = (): TestCard => cardWith('EF.LI', LETTERS, '6F05');

  it('has the number of each language, and none for others', () => {
    expect(card().send('A0B0000003')).toBe('00FFFF9000');
    expect(cardWith('EF.LI', '454E706C6974', '6F05').send('A0B0000003')).toBe('010E029000');
  });

  it.each([
    ['what was not seen stays', 'A0D600000301FFFF', '656E7A7AFFFF'],
    ['a language in an empty place', 'A0D600020103', '64657A7A6672'],
    ['a language taken away', 'A0D6000001FF', 'FFFF7A7AFFFF'],
  ])('is written back: %s', (_what, command, content) => {
    const one = card();
    expect(one.send(command)).toBe('9000');
    expect(contentOf(one, '6F05')).toBe(content);
  });

  it.each(['0F', '10', '20', '80', 'FE'])('has no letters for the number %s', (number) => {
    const one = card();
    expect(one.send(`A0D6000001${number}`)).toBe('6F00');
    expect(one.send(`A0D600000301${number}FF`)).toBe('6F00');
    expect(contentOf(one, '6F05')).toBe(LETTERS);
  });
});

describe('EF_AD', () => {
  it('is no longer than a SIM has it', () => {
    const card = cardWith('EF.AD', '000000020102', '6FAD');
    expect(card.send('A0B0000004')).toBe('000000029000');
    expect(card.send('A0B0000005')).toBe('6704');
    expect(card.send('A0D600030103')).toBe('9000');
    expect(card.send('A0D600040100')).toBe('9402');
    expect(contentOf(card, '6FAD')).toBe('000000030102');
  });

  it('may be shorter', () => {
    expect(cardWith('EF.AD', '010001', '6FAD').send('A0B0000003')).toBe('0100019000');
  });
});

describe('an EF that is converted', () => {
  const shapes: readonly (readonly [string, Conversion, Partial<ElementaryNode>])[] = [
    ['EF_PLMNsel', PLMN_SELECTOR, { structure: 'transparent' }],
    ['EF_ECC', EMERGENCY_CODES, { structure: 'linear', recordLength: 5 }],
    ['EF_LP', LANGUAGE_PREFERENCE, { structure: 'transparent' }],
    ['EF_AD', ADMINISTRATIVE_DATA, { structure: 'transparent' }],
  ];
  const nodeOf = (shape: Partial<ElementaryNode>, content: Uint8Array): ElementaryNode =>
    ({ kind: 'ef', recordLength: 0, ...shape, content }) as ElementaryNode;

  it.each(shapes)('is the same when what was read is written: %s', (_name, conversion, shape) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (octets) => {
        const node = nodeOf(shape, octets.slice(0, octets.length - (octets.length % 5) || 5));
        expect(conversion.suits(node)).toBe(true);
        expect(conversion.write(node, conversion.read(node))).toEqual(node.content);
      }),
    );
  });

  it.each(shapes)('reads as it was written, or refuses: %s', (_name, conversion, shape) => {
    const content = fc.uint8Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(content, content, (octets, more) => {
        const node = nodeOf(shape, octets);
        const seen = more.slice(0, conversion.read(node).length);
        const written = conversion.write(node, seen);
        expect(written?.length ?? octets.length).toBe(octets.length);
        if (written !== undefined)
          expect(conversion.read({ ...node, content: written })).toEqual(seen);
        expect(node.content).toEqual(octets);
      }),
    );
  });

  it('takes the rules and the life of the EF of the card', () => {
    const card = simCard([...go(DF_GSM, '6F30')]);
    expect(card.send('A0B0000001')).toBe('9804');
    card.sendAll([CHV1, ADM1]);
    expect(card.send('A004000000')).toBe('9000');
    expect(card.send('A0B0000001')).toBe('9810');
    expect(card.send('A0D6000001FF')).toBe('9810');
    expect(card.sendAll([...go('6F60'), 'A0B0000001'])).toBe('9810');
    expect(card.send('A044000000')).toBe('9000');
    expect(card.sendAll([...go('6F30'), `A0B00000${octet(24)}`])).toMatch(/^00F110.*9000$/u);
  });
});
