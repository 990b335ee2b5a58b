/**
 * Random traffic of class A0: every answer is well formed, none holds a secret, nothing breaks, and
 * what is refused changes nothing.
 *
 * @see 3GPP TS 51.011 §9.2, §9.4; docs/architecture.md, "Errors"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { EF_ACM, octet, TestCard, withFiles } from '../support/test-card.ts';
import { ADM1, CHV1, CHV2, DF_GSM, DF_TELECOM, go, MF, select } from './support/sim-card.ts';

const PROFILE = withFiles([EF_ACM]);
const INSTRUCTIONS = [
  ...[0xa4, 0xf2, 0xc0, 0xb0, 0xd6, 0xb2, 0xdc, 0xa2, 0x32, 0x20, 0x24, 0x26, 0x28, 0x2c],
  ...[0x04, 0x44, 0x88, 0x10, 0xc2, 0x12, 0x14, 0xfa],
];
const FIDS = [MF, DF_GSM, DF_TELECOM, '6F07', '6F20', '6F30', '6F38', '6F39', '6F3A', '6F3C']
  .concat(['6F42', '6F05', '6FAD', '6FAE', '6FB7', '5F3A', '4F3A', '2FE2', '2F00', '6F74'])
  .map(select);

const small = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4), fc.nat({ max: 255 })).map(octet);
const tail = fc.oneof(
  fc.constant(''),
  small,
  fc
    .uint8Array({ minLength: 1, maxLength: 24 })
    .map((data) => octet(data.length) + toHex(data).toUpperCase()),
);
const random = fc
  .tuple(fc.constantFrom(...INSTRUCTIONS).map(octet), small, small, tail)
  .map(([ins, p1, p2, more]) => `A0${ins}${p1}${p2}${more}`);
const meant = fc.constantFrom(
  ...FIDS,
  ...['A0B0000001', 'A0B2010428', 'A0B2000403', 'A0C0000016', 'A0C000000F', 'A044000000'],
  `A088000010${'11'.repeat(16)}`,
);
const traffic = fc.array(fc.oneof(random, meant), { minLength: 1, maxLength: 30 });

/** Words that class A0 may answer, with what comes before them. */
const DONE = '(?:[0-9A-F]{2})*9(?:000|1..)|9F..';
const REFUSED = '9(?:240|40[0248]|80[248]|8[145]0)|6(?:7..|[BDEF]00)';
const ANSWER = new RegExp(`^(?:${DONE}|${REFUSED})$`, 'u');

/** Keys, PINs and OTA keys of the built-in profile. */
const SECRETS = DEFAULT_PROFILE.keyTable.entries
  .flatMap(({ k, opc = '', op = '', keySets }) => [
    ...[k, opc, op],
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ])
  .concat(['31323334FFFFFFFF', '30303030FFFFFFFF', '3131313131313131'])
  .concat(['3132333435363738', '3837363534333231'])
  .filter((secret) => secret !== '')
  .map((secret) => secret.toUpperCase());

function expectSound(card: TestCard, command: string): void {
  const before = card.uicc.root;
  const response = card.send(command);
  expect(response, command).toMatch(ANSWER);
  for (const secret of SECRETS) expect(response.includes(secret), command).toBe(false);
  const isRefused = /^(?:94|6)/u.test(response) && response.length === 4;
  // A try of a CHV that is wrong is stored; nothing else that is refused is.
  if (isRefused) expect(card.uicc.root, command).toBe(before);
}

describe('random traffic of class A0', () => {
  it.each([
    ['without any key', []],
    ['with all keys', [CHV1, CHV2, ADM1]],
    ['in DF_GSM', [CHV1, ...go(DF_GSM)]],
  ])('is answered %s', (_what, setUp) => {
    fc.assert(
      fc.property(traffic, (commands) => {
        const card = new TestCard({ profile: PROFILE });
        card.sendAll(setUp);
        for (const command of commands) expectSound(card, command);
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is answered when it is no command at all', () => {
    const card = new TestCard({ profile: PROFILE });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const response = card.uicc.transmit(Uint8Array.of(0xa0, ...octets));
        expect(toHex(response).toUpperCase()).toMatch(ANSWER);
      }),
      { numRuns: 1000 },
    );
    expect(card.faults).toEqual([]);
  });

  it('is bound to one class once it is mixed with that of the UICC', () => {
    const other = fc.constantFrom('00A4000C023F00', '80F2000C00', '00B082000A', '0020000100');
    fc.assert(
      fc.property(fc.array(fc.oneof(random, meant, other), { maxLength: 40 }), (commands) => {
        const card = new TestCard({ profile: PROFILE });
        let bound: string | undefined;
        for (const command of commands) {
          const isSim = command.startsWith('A0');
          const response = card.send(command);
          if (bound !== undefined) expect(response === '6E00').toBe((bound === 'sim') !== isSim);
          const isDone = /(?:9000|91..)$/u.test(response) || /^(?:9F|61)..$/u.test(response);
          const isLook = /^(?:A0|00|80)(?:A4|F2|C0)/u.test(command);
          if (isDone && !isLook) bound ??= isSim ? 'sim' : 'uicc';
        }
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the secrets that are looked for', () => {
  it('would be found', () => {
    expect(SECRETS.length).toBeGreaterThan(8);
    for (const secret of SECRETS) expect(fromHex(secret).length).toBeGreaterThanOrEqual(8);
  });
});
