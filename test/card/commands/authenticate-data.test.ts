/**
 * AUTHENTICATE with data of every length, in every context, of every application: one status word
 * for each, and nothing changed.
 *
 * @see 3GPP TS 31.102 §7.1, §7.3; 3GPP TS 31.103 §7.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../../src/profile/profile.ts';
import { withServices } from '../../../src/profile/services.ts';
import { autnFor, challengeFor, RAND, sqnMsOf, withEntries } from '../support/aka.ts';
import { bootstrappingFor, GBA } from '../support/gba.ts';
import {
  octet,
  PIN1,
  SELECT_ISIM,
  SELECT_USIM,
  TestCard,
  WRONG_PIN1,
} from '../support/test-card.ts';

const [ENTRY] = DEFAULT_PROFILE.keyTable.entries as [KeyTableEntryProfile];
const BLOCKED = [WRONG_PIN1, WRONG_PIN1, WRONG_PIN1];
/** Every service that AUTHENTICATE could ask for is announced, whether the card has it or not. */
const ALL: CardProfile = withServices(DEFAULT_PROFILE, {
  usim: [27, 38, 64, 65, 68, 69, 76],
  isim: [2, 3, 4],
});

type Where = 'USIM' | 'ISIM' | 'nowhere';
const SELECTION: Readonly<Record<Where, readonly string[]>> = {
  USIM: [SELECT_USIM],
  ISIM: [SELECT_ISIM],
  nowhere: [],
};

/** P2: what the card says where PIN1 is verified, to data of a length that cannot be right. */
const CONTEXTS: Readonly<Record<string, Readonly<Record<'USIM' | 'ISIM', string>>>> = {
  '80': { USIM: '6700', ISIM: '9864' },
  '81': { USIM: '6700', ISIM: '6700' },
  '82': { USIM: '9864', ISIM: '9864' },
  '84': { USIM: '6700', ISIM: '6700' },
  '85': { USIM: '9864', ISIM: '9864' },
  '86': { USIM: '9864', ISIM: '9864' },
};

const PINS: Readonly<Record<string, readonly string[]>> = {
  verified: [PIN1],
  'not verified': [],
  blocked: [PIN1, ...BLOCKED],
};

function expected(where: Where, pin: string, p2: string): string {
  const sws = CONTEXTS[p2];
  if (sws === undefined) return '6A86';
  if (where === 'nowhere') return '6985';
  return pin === 'verified' ? sws[where] : '6982';
}

const CASES = (Object.keys(SELECTION) as Where[]).flatMap((where) =>
  Object.keys(PINS).map((pin) => [where, pin] as const),
);

describe.each(CASES)('in the %s, PIN1 %s', (where, pin) => {
  it('data of every length are refused in every context, and nothing changes', () => {
    const card = new TestCard({ profile: ALL, setUp: SELECTION[where] });
    card.sendAll(PINS[pin] ?? []);
    const before = card.uicc.root;
    card.clearLog();
    for (const p2 of ['00', '01', '07', '80', '81', '82', '83', '84', '85', '86', '87', 'FF']) {
      const sw = expected(where, pin, p2);
      for (let length = 0; length <= 255; length++) {
        // No data are no challenge, wherever it is asked; RAND of 16 octets in the GSM context is.
        const isNone = length === 0 && sw !== '6A86';
        const data = `${octet(length)}${octet(length === 17 ? 15 : 16)}${'5A'.repeat(254)}`;
        const command = `008800${p2}${length === 0 ? '' : data.slice(0, 2 + 2 * length)}`;
        expect(card.send(command), command).toBe(isNone ? '6700' : sw);
      }
    }
    expect(card.uicc.root).toBe(before);
    expect(card.commits).toHaveLength(0);
  });
});

describe('any data', () => {
  it('are answered with a status word of the list, and change nothing but by a right AUTN', () => {
    const card = new TestCard({ profile: GBA, setUp: [SELECT_USIM, PIN1] });
    const before = card.uicc.root;
    const random = fc.uint8Array({ minLength: 1, maxLength: 255 }).map(toHex);
    const framed = fc
      .tuple(
        fc.constantFrom('', 'DD', 'DE'),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
      )
      .map(([tag, rand, autn]) => `${tag}10${toHex(rand)}10${toHex(autn)}`);
    fc.assert(
      fc.property(
        fc.constantFrom('81', '82', '84', '85', '86'),
        fc.oneof(random, framed),
        (p2, data) => {
          const sw = card.send(`008800${p2}${octet(data.length / 2)}${data}`);
          expect(['6700', '6985', '9862', '9864']).toContain(sw);
          expect(card.uicc.root).toBe(before);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('before an application is selected', () => {
  it.each(['80', '81', '82', '84', '85', '86'])(
    "context %s is '6985', with PIN1 and without",
    (p2) => {
      const card = new TestCard({ profile: ALL });
      expect(card.send(`008800${p2}0100`)).toBe('6985');
      card.expectOk(PIN1);
      expect(card.send(`008800${p2}0100`)).toBe('6985');
    },
  );
});

describe('contexts that the card does not have', () => {
  it.each(['82', '85', '86'])("are '9864', announced in EF_UST and EF_IST or not: %s", (p2) => {
    for (const profile of [DEFAULT_PROFILE, ALL]) {
      for (const application of [SELECT_USIM, SELECT_ISIM]) {
        const card = new TestCard({ profile, setUp: [application, PIN1] });
        // Of VGCS: Vservice_Id, VK_Id and VSTK_RAND. Of HTTP Digest: realm, nonce, cnonce.
        expect(card.send(`008800${p2}0C040000000101010400000002`)).toBe('9864');
      }
    }
  });

  it.each(['80', '81', '82', '84', '85', '86'])(
    "are '6D00' with the odd instruction, which this card does not have, announced or not: %s",
    (p2) => {
      for (const profile of [DEFAULT_PROFILE, ALL]) {
        const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
        for (const p1 of ['00', '80', 'A0', '20']) {
          expect(card.send(`0089${p1}${p2}0473020000`)).toBe('6D00');
        }
      }
    },
  );
});

describe('the last SQN that there is', () => {
  const LAST = 2 ** 48 - 1;
  const far = { ...ENTRY, sqn: { indBits: 5, delta: 2 ** 43 } };
  const cardOf = (entry: KeyTableEntryProfile): TestCard =>
    new TestCard({ profile: withEntries(GBA, [entry]), setUp: [SELECT_USIM, PIN1] });

  it('is taken once; then each other is answered with it', () => {
    const card = cardOf(far);
    expect(card.ask(challengeFor(ENTRY, LAST))).toMatch(/^DB/u);
    expect(card.uicc.root.entries[0]?.seq[31]).toBe(2 ** 43 - 1);
    for (const command of [challengeFor(ENTRY, LAST), bootstrappingFor(ENTRY, LAST)]) {
      const answer = card.ask(command);
      expect(answer).toMatch(/^DC0E/u);
      expect(sqnMsOf(ENTRY, answer)).toBe(LAST);
    }
  });

  it('is taken once by bootstrapping too', () => {
    const card = cardOf(far);
    expect(card.ask(bootstrappingFor(ENTRY, LAST))).toMatch(/^DB/u);
    const answer = card.ask(bootstrappingFor(ENTRY, LAST));
    expect(sqnMsOf(ENTRY, answer)).toBe(LAST);
  });

  it('is too far ahead where the jump is limited', () => {
    const card = cardOf(ENTRY);
    const before = card.uicc.root;
    expect(card.ask(challengeFor(ENTRY, LAST))).toMatch(/^DC0E/u);
    expect(card.ask(bootstrappingFor(ENTRY, LAST))).toMatch(/^DC0E/u);
    expect(card.uicc.root).toBe(before);
  });
});

describe('Kc', () => {
  const gsm = `008800801110${RAND}`;
  const aka = `008800812210${RAND}10${autnFor(ENTRY, 0x20)}`;
  const cardOf = (services: readonly number[]): TestCard =>
    new TestCard({
      profile: {
        ...DEFAULT_PROFILE,
        files: DEFAULT_PROFILE.files.map((file) =>
          file.path === 'MF/ADF.USIM/EF.UST' && file.type === 'transparent'
            ? { ...file, data: table(services, file.size) }
            : file,
        ),
      },
      setUp: [SELECT_USIM, PIN1],
    });

  function table(services: readonly number[], size: number): string {
    const octets = new Uint8Array(size);
    for (const service of services) octets[(service - 1) >> 3]! |= 1 << ((service - 1) & 7);
    return toHex(octets);
  }

  it.each<[readonly number[], boolean, boolean]>([
    [[], false, false],
    [[27], true, false],
    [[38], false, true],
    [[27, 38], true, true],
  ])('with services %j: in the 3G context %s, the GSM context %s', (services, inAka, inGsm) => {
    const card = cardOf(services);
    expect(card.ask(gsm)).toBe(inGsm ? '0446F8416A08EAE4BE823AF9A08B9000' : '9864');
    expect(fromHex(card.ask(aka))).toHaveLength(inAka ? 0x37 : 0x2e);
  });
});
