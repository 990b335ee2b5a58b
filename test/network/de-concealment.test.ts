/**
 * A card conceals, the home network reveals: by both profiles, in clear, of an IMSI and of a NAI.
 *
 * @see 3GPP TS 33.501 (concealed identities); test/vectors/suci.json
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeImsi, imsi } from '../../src/bytes/identity.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import { encodeSuci, type SuciProfile } from '../../src/bytes/suci.ts';
import { concealSupi, suciPublicKey } from '../../src/crypto/suci.ts';
import { EF_SUCI_Calc_Info } from '../../src/ef/concealment.ts';
import { EF_SUPI_NAI } from '../../src/ef/five-gs.ts';
import {
  type HomeNetworkKeys,
  type HomeNetworkPrivateKey,
  revealSuci,
} from '../../src/network/de-concealment.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { decodeBerTlvs } from '../../src/tlv/ber.ts';
import {
  PIN1,
  SELECT_USIM,
  TestCard,
  withContent,
  withFiles,
  withServices,
} from '../card/support/test-card.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };

const CONCEALED = [...vectors.ts33501, ...vectors.generated];
const SCHEME: Readonly<Record<string, SuciProfile>> = { A: 1, B: 2 };
const [A, B] = vectors.ts33501 as [(typeof CONCEALED)[number], (typeof CONCEALED)[number]];

function keyOf(vector: (typeof CONCEALED)[number]): HomeNetworkPrivateKey {
  const { profile, hnKeyId, hnPrivateKey } = vector;
  return { identifier: hnKeyId, scheme: SCHEME[profile]!, privateKey: fromHex(hnPrivateKey) };
}

/** The home network of annex C.4 of TS 33.501, with a key of each profile. */
const HOME: HomeNetworkKeys = { networks: ['274-012'], keys: [keyOf(A), keyOf(B)] };

/** Keys of a home network that serves the built-in profile. */
const OWN: readonly HomeNetworkPrivateKey[] = [
  { identifier: 10, scheme: 1, privateKey: filled(32, 0x11) },
  { identifier: 11, scheme: 2, privateKey: filled(32, 0x22) },
  { identifier: 12, scheme: 1, privateKey: filled(32, 0x33) },
];
const SERVING: HomeNetworkKeys = { networks: ['001-01', 'example.com'], keys: OWN };

/** A card that has the public halves of the keys, and begins with one scheme. */
function calcInfo(scheme: number, keyIndex: number): string {
  const keys = OWN.map((key) => ({
    identifier: key.identifier,
    key: suciPublicKey(key.scheme, key.privateKey),
  }));
  return toHex(EF_SUCI_Calc_Info.encode({ schemes: [{ identifier: scheme, keyIndex }], keys }));
}

function withScheme(scheme: number, keyIndex: number, services: readonly number[]): CardProfile {
  const path = 'MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info';
  return withContent(path, calcInfo(scheme, keyIndex), withServices(services));
}

function suciOf(profile: CardProfile, seed: string): Uint8Array {
  const random = seededRandomness(seed);
  const card = new TestCard({ profile, random, setUp: [SELECT_USIM, PIN1] });
  const answer = card.ask('8078000100');
  expect(answer).toMatch(/^A1.*9000$/u);
  return decodeBerTlvs(fromHex(answer.slice(0, -4)), 'answer')[0]!.value;
}

const SCHEMES: readonly (readonly [string, number, number, number])[] = [
  ['the null scheme', 0, 0, 0],
  ['profile A', 1, 1, 10],
  ['profile B', 2, 2, 11],
  ['profile A, another key', 1, 3, 12],
];

describe('a card conceals and its home network reveals', () => {
  it.each(SCHEMES)('the IMSI, by %s', (_what, scheme, keyIndex, keyIdentifier) => {
    const seen = new Set<string>();
    for (const seed of ['1', '2', '3']) {
      const octets = suciOf(withScheme(scheme, keyIndex, [124, 125]), seed);
      const result = revealSuci(octets, SERVING);
      expect(result).toMatchObject({
        ok: true,
        supi: { kind: 'imsi', imsi: '001010123456789' },
        suci: { plmn: '001-01', routingIndicator: '0', scheme, keyIdentifier },
      });
      seen.add(toHex(octets));
    }
    expect(seen.size).toBe(scheme === 0 ? 1 : 3);
  });

  it.each(['00101012345678', '001011', '0010112'])('the IMSI %s, of any length', (digits) => {
    const path = 'MF/ADF.USIM/EF.IMSI';
    for (const [, scheme, keyIndex] of SCHEMES) {
      const profile = withScheme(scheme, keyIndex, [124, 125]);
      const octets = suciOf(withContent(path, toHex(encodeImsi(imsi(digits))), profile), 'seed');
      const result = revealSuci(octets, SERVING);
      expect(result).toMatchObject({ ok: true, supi: { kind: 'imsi', imsi: digits } });
    }
  });

  it.each(SCHEMES)('a NAI, by %s', (_what, scheme, keyIndex) => {
    const nai = EF_SUPI_NAI.encode([{ kind: 'network-specific', nai: 'user17@example.com' }]);
    const profile = withFiles(
      [
        {
          path: 'MF/ADF.USIM/DF.5GS/EF.SUPI_NAI',
          fid: '4F09',
          type: 'transparent',
          size: nai.length,
          data: toHex(nai),
          sfi: 9,
          arr: 2,
        },
      ],
      withScheme(scheme, keyIndex, [124, 125, 130]),
    );
    const result = revealSuci(suciOf(profile, 'seed'), SERVING);
    expect(result).toMatchObject({ ok: true, supi: { kind: 'nai', nai: 'user17@example.com' } });
  });

  it('to nobody else', () => {
    const others = OWN.map((key) => ({ ...key, privateKey: filled(32, 0x44) }));
    const octets = suciOf(withScheme(1, 1, [124, 125]), 'seed');
    const result = revealSuci(octets, { ...SERVING, keys: others });
    expect(result).toEqual({ ok: false, failure: 'tag-wrong' });
  });
});

describe('the home network', () => {
  it.each(CONCEALED)('reveals $name', (vector) => {
    const { mcc, mnc, msin, routingIndicator, suciValue } = vector;
    const home = { networks: [`${mcc}-${mnc}`], keys: [keyOf(vector)] };
    expect(revealSuci(fromHex(suciValue), home)).toMatchObject({
      ok: true,
      supi: { kind: 'imsi', imsi: `${mcc}${mnc}${msin}` },
      suci: { routingIndicator },
    });
  });

  it.each([
    ['no-suci', ''],
    ['no-suci', '21'],
    ['no-suci', A.suciValue.slice(0, 14)],
    ['no-suci', toHex(Uint8Array.of(0x11, ...new TextEncoder().encode('user17@example.com')))],
    ['other-network', A.suciValue.replace(/^01722410/u, '0100f110')],
    ['other-network', A.suciValue.replace(/^01722410/u, '0172f410')],
    ['unknown-key', A.suciValue.replace(/^(.{14})1b/u, '$11c')],
    ['unknown-key', A.suciValue.replace(/^(.{12})01/u, '$103')],
    // The key of the other profile has the same identifier, and is another key.
    ['ephemeral-key', A.suciValue.replace(/^(.{12})01/u, '$102')],
    ['too-short', A.suciValue.slice(0, 16)],
    ['too-short', A.suciValue.slice(0, 94)],
    ['ephemeral-key', `${A.suciValue.slice(0, 16)}${'00'.repeat(32)}${A.suciValue.slice(80)}`],
    ['tag-wrong', `${A.suciValue.slice(0, -2)}00`],
    ['tag-wrong', `${B.suciValue.slice(0, -2)}00`],
    ['tag-wrong', `${A.suciValue}00`],
    // In clear: no digits, a digit behind the filler, no digit, more than 15 digits in all; digits
    // with an octet of fillers behind them.
    ['no-supi', '0172241076f80000'],
    ['no-supi', '0172241076f800001ff2'],
    ['no-supi', '0172241076f80000a1'],
    ['no-supi', '0172241076f800001032547698'],
    ['no-supi', '0172241076f8000000f1ff'],
    ['no-supi', '0172241076f8000021ff'],
  ])('refuses: %s, %s', (failure, suci) => {
    expect(revealSuci(fromHex(suci), HOME)).toEqual({ ok: false, failure });
  });

  it.each([
    ['no digits', ''],
    ['no BCD', 'aa'],
    ['a digit behind the filler', '1ff2'],
    ['too many digits', '1032547698'],
  ])('refuses what a right tag proves and what is no MSIN: %s', (_what, plain) => {
    const result = concealSupi(fromHex(plain), {
      scheme: 1,
      homeNetworkKey: fromHex(A.hnPublicKey),
      ephemeralKey: filled(32, 1),
    });
    if (!result.ok) throw new Error(result.failure);
    const { schemeOutput } = result;
    const octets = concat(fromHex(A.suciValue.slice(0, 16)), schemeOutput);
    expect(revealSuci(octets, HOME)).toEqual({ ok: false, failure: 'no-supi' });
  });

  it('reads the null scheme whatever its key identifier is: there is no key', () => {
    expect(revealSuci(fromHex('0172241076f8001b1032f4'), HOME)).toMatchObject({
      ok: true,
      supi: { imsi: '27401201234' },
    });
  });

  it.each(['', 'a@b'])('refuses the user name "%s" of a NAI', (userName) => {
    const octets = Uint8Array.of(
      0x11,
      ...new TextEncoder().encode(`type1.rid0.schid0.userid${userName}@example.com`),
    );
    expect(revealSuci(octets, SERVING).ok).toBe(false);
  });

  it('refuses by a value, whatever the octets', () => {
    const samples = [...CONCEALED, ...vectors.nullScheme].map(({ suciValue }) => suciValue);
    const damaged = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat(3))
      .map(([sample, changes, shorter]) => {
        const octets = fromHex(sample);
        for (const [at, octet] of changes) octets[at % octets.length] = octet;
        return octets.slice(0, octets.length - shorter);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), (octets) => {
        const before = toHex(octets);
        const result = revealSuci(octets, HOME);
        expect(toHex(octets)).toBe(before);
        if (result.ok) expect(toHex(encodeSuci(result.suci))).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  it('takes a key that is none for its owner’s mistake', () => {
    const keys = [{ ...keyOf(B), privateKey: new Uint8Array(32) }];
    expect(() => revealSuci(fromHex(B.suciValue), { ...HOME, keys })).toThrow(RangeError);
  });
});
