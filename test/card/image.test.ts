/**
 * Images and the cards that are made of one: the same as a card made from its own profile, small at
 * rest, and able to go back.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iccid, imsi } from '../../src/bytes/identity.ts';
import { makeImage, manufacture } from '../../src/card/image.ts';
import { decodeRoot, encodeRoot } from '../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type Person, personalise } from '../../src/profile/personalise.ts';
import type {
  CardProfile,
  DirectoryProfile,
  KeyTableEntryProfile,
} from '../../src/profile/profile.ts';
import { challengeFor } from './support/aka.ts';
import { contentOf } from './support/files.ts';
import {
  ADM1,
  octet,
  PIN1,
  PIN2,
  SELECT_USIM,
  TestCard,
  WRONG_PIN1,
  withChangedFile,
  withoutFiles,
} from './support/test-card.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);
const { entries: ENTRIES } = DEFAULT_PROFILE.keyTable;

function hex(octets: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: octets, maxLength: octets })
    .map((of) => [...of].map(octet).join(''));
}

function digits(count: number): fc.Arbitrary<string> {
  return fc
    .array(fc.nat({ max: 9 }), { minLength: count, maxLength: count })
    .map((of) => of.join(''));
}

const pair: fc.Arbitrary<KeyTableEntryProfile> = fc
  .record({ k: hex(16), opc: hex(16), kic: hex(16), kid: hex(16) })
  .map(({ k, opc, kic, kid }) => ({
    algorithm: 'milenage',
    k,
    opc,
    sqn: { indBits: 5, delta: 2 ** 28 },
    keySets: [
      {
        kvn: 1,
        kic: { type: 'AES', key: kic },
        kid: { type: 'AES', key: kid, macLength: 8 },
        cntr: '0000000000',
      },
    ],
  }));

const person: fc.Arbitrary<Person> = fc.record({
  iccid: digits(16).map((last) => iccid(`8999${last}`)),
  imsi: digits(10).map((last) => imsi(`00101${last}`)),
  mncLength: fc.constant(2 as const),
  entries: fc.array(pair, { minLength: 4, maxLength: 4 }),
});

/** All that a terminal can see of a card's files. */
function seen(card: TestCard, profile: CardProfile): string[] {
  card.sendAll([PIN1, PIN2, ADM1]);
  return profile.files.map((file) => `${file.path} ${contentOf(card, file)}`);
}

describe('a card made of another profile on the same image', () => {
  it('is the card that its own profile makes: files, PINs and keys', () => {
    fc.assert(
      fc.property(person, (of) => {
        const profile = personalise(DEFAULT_PROFILE, of);
        const own = new TestCard({ profile });
        const made = new TestCard({ root: manufacture(IMAGE, profile) });
        expect(seen(made, profile)).toEqual(seen(own, profile));
        const [entry] = of.entries;
        const challenge = challengeFor(entry!, 0x20);
        made.expectOk(SELECT_USIM);
        own.expectOk(SELECT_USIM);
        const answer = made.ask(challenge);
        expect(answer).toMatch(/^DB.*9000$/u);
        expect(answer).toBe(own.ask(challenge));
      }),
      { numRuns: 10 },
    );
  });

  it('is under 700 octets at rest, with four pairs', () => {
    fc.assert(
      fc.property(person, (of) => {
        const root = manufacture(IMAGE, personalise(DEFAULT_PROFILE, of));
        const atRest = encodeRoot(IMAGE, root);
        expect(atRest.length).toBeLessThan(700);
        expect(decodeRoot(IMAGE, atRest)).toEqual(root);
      }),
      { numRuns: 50 },
    );
  });

  it('does not change the image or the card before', () => {
    const before = encodeRoot(IMAGE, IMAGE.root);
    const of = { iccid: iccid('89999010000000000021'), imsi: imsi('001010000000002') };
    const profile = personalise(DEFAULT_PROFILE, { ...of, mncLength: 2, entries: ENTRIES });
    const card = new TestCard({ root: manufacture(IMAGE, profile), setUp: [SELECT_USIM, PIN1] });
    card.expectOk('00D68D000300F110');
    expect(encodeRoot(IMAGE, IMAGE.root)).toEqual(before);
    const other = new TestCard({ root: manufacture(IMAGE, profile), setUp: [SELECT_USIM, PIN1] });
    expect(other.send('00B08D0003')).toBe('FFFFFF9000');
  });

  it('has the PINs of its profile', () => {
    const pins = DEFAULT_PROFILE.pins.map((pin) => ({ ...pin, value: '99999999', retries: 5 }));
    const root = manufacture(IMAGE, { ...DEFAULT_PROFILE, pins });
    const card = new TestCard({ root });
    expect(card.send(PIN1)).toBe('63C4');
    expect(card.send('00200001083939393939393939')).toBe('9000');
    const woken = new TestCard({ root: decodeRoot(IMAGE, encodeRoot(IMAGE, root)) });
    expect(woken.send(PIN1)).toBe('63C4');
  });

  it.each([
    ['fewer files', withoutFiles(['MF/EF.PL'])],
    [
      'a file with another FID',
      {
        ...DEFAULT_PROFILE,
        files: DEFAULT_PROFILE.files.map((file) =>
          file.path === 'MF/EF.PL' ? { ...file, fid: '2F07' } : file,
        ),
      },
    ],
    [
      'a file of another size',
      {
        ...DEFAULT_PROFILE,
        files: DEFAULT_PROFILE.files.map((file) =>
          file.path === 'MF/EF.PL' && file.type === 'transparent'
            ? { ...file, size: 4, data: '656EFFFF' }
            : file,
        ),
      },
    ],
    [
      'a file of other records',
      {
        ...DEFAULT_PROFILE,
        files: DEFAULT_PROFILE.files.map((file) =>
          file.path === 'MF/ADF.USIM/EF.ECC' && file.type === 'linear'
            ? { ...file, recLen: 20, recCount: 1, records: ['FF'.repeat(20)] }
            : file,
        ),
      },
    ],
    [
      'a file that is not shareable',
      withChangedFile('MF/EF.PL', (file) => ({ ...file, shareable: false })),
    ],
    ['more directories', { ...DEFAULT_PROFILE, directories: moreDirectories() }],
    [
      'a file with another record of EF_ARR',
      withChangedFile('MF/EF.PL', (file) => ({ ...file, arr: 3 })),
    ],
    [
      'a file with rules of its own',
      withChangedFile('MF/EF.PL', ({ arr: _, ...file }) => ({
        ...file,
        rules: { compact: '0100' },
      })),
    ],
    [
      'a file with a record for each security environment',
      withChangedFile('MF/EF.PL', ({ arr: _, ...file }) => ({
        ...file,
        rules: { referenced: '2F060101' },
      })),
    ],
    ['a directory with another record of EF_ARR', withArrOfMf({ arr: '2F06/1' })],
    ['a directory with rules of its own', withArrOfMf({ rules: { expanded: '8001019000' } })],
  ])('is refused with %s', (_what, profile) => {
    expect(() => manufacture(IMAGE, profile)).toThrow(RangeError);
  });
});

describe('a file that says it is shareable', () => {
  it('is what it is when it says nothing, so cards that were kept stay readable', () => {
    const profile = withChangedFile('MF/EF.PL', (file) => ({ ...file, shareable: true }));
    expect(makeImage(profile)).toEqual(IMAGE);
    expect(JSON.stringify(makeImage(profile))).not.toContain('hareable');
  });
});

function withArrOfMf(to: Pick<DirectoryProfile, 'arr' | 'rules'>): CardProfile {
  const [mf, ...others] = DEFAULT_PROFILE.directories;
  const { arr: _, ...rest } = mf!;
  return { ...DEFAULT_PROFILE, directories: [{ ...rest, ...to }, ...others] };
}

function moreDirectories(): CardProfile['directories'] {
  const [mf, ...others] = DEFAULT_PROFILE.directories;
  return [mf!, ...others, { path: 'MF/DF.X', fid: '7F99', arr: '2F06/9', pins: [] }];
}

describe('an image', () => {
  it('fills missing records as the profile says', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    const sms = DEFAULT_PROFILE.files.find(({ path }) => path === 'MF/ADF.USIM/EF.SMS');
    expect(contentOf(card, sms!)).toBe(`00${'FF'.repeat(175)}`.repeat(10));
    const ecc = DEFAULT_PROFILE.files.find(({ path }) => path === 'MF/ADF.USIM/EF.ECC');
    expect(contentOf(card, ecc!)).toBe(`11F2FF00${'FF'.repeat(16)}`);
  });

  it('holds every file of the profile with its content', () => {
    const card = new TestCard({ setUp: [PIN1, PIN2, ADM1] });
    for (const file of DEFAULT_PROFILE.files) {
      if (file.type !== 'transparent') continue;
      expect(contentOf(card, file), file.path).toBe(file.data.toUpperCase());
    }
  });

  it('gives its ATR at every reset, in a copy', () => {
    const card = new TestCard();
    const atr = card.uicc.reset();
    atr.fill(0);
    expect(card.reset()).toBe(DEFAULT_PROFILE.atr);
  });
});

describe('a card that goes back', () => {
  it('is what it was, powered off', () => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    const kept = card.uicc.root;
    card.sendAll([WRONG_PIN1, PIN1, '00D68D000300F110', WRONG_PIN1]);
    card.uicc.rewind(kept);
    expect(card.uicc.root).toBe(kept);
    expect(card.send('80F2000C00')).toBe('6F00');
    card.reset();
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.send('00B08D0003')).toBe('FFFFFF9000');
  });

  it('keeps nothing of the session: no PIN, no application, no answer', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    card.send('00A40004023F00');
    card.uicc.rewind(card.uicc.root);
    card.reset();
    expect(card.send('00C0000022')).toBe('6985');
    expect(card.send('80F2000112')).toBe('6A88');
    expect(card.sendAll([SELECT_USIM, '00B0870009'])).toBe('6982');
  });

  it('tells the log nothing of it', () => {
    const card = new TestCard({ setUp: [PIN1] });
    const kept = card.commits.length;
    card.uicc.rewind(card.uicc.image.root);
    expect(card.commits).toHaveLength(kept);
  });
});
