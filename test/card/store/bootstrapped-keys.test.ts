/**
 * Keys of GBA as octets: in a commit, and in a card at rest.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage } from '../../../src/card/image.ts';
import {
  decodeCommit,
  decodeRoot,
  encodeCommit,
  encodeRoot,
  rootAfter,
} from '../../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { applicationsOf } from '../support/bootstrapped-keys.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);
const [USIM = 0, ISIM = 0] = applicationsOf(IMAGE);
const RAND = 'A5'.repeat(16);
const KS = `20 ${'5A'.repeat(32)}`;

function keysOf(file: number, ks = KS): string {
  return `${file.toString(16).padStart(4, '0')} ${RAND} ${ks} 02 0301`;
}

function found(application: number, ks = 32): object {
  const [rand, octets] = [new Uint8Array(16).fill(0xa5), new Uint8Array(ks).fill(0x5a)];
  return { application, rand, ks: octets, records: [3, 1] };
}

describe('a commit of keys', () => {
  it.each([32, 48, 64])('has the octets that stored cards rely on, with a Ks of %i', (octets) => {
    const ks = `${octets.toString(16)} ${'5A'.repeat(octets)}`;
    const written = fromHex(`0D ${keysOf(0x0102, ks)}`);
    const changes = decodeCommit(written);
    expect(changes).toEqual([{ kind: 'bootstrapped', keys: found(0x0102, octets) }]);
    expect(toHex(encodeCommit(changes))).toBe(toHex(written));
  });

  it.each([
    '0D',
    '0D0102',
    `0D0102${RAND.slice(2)}`,
    `0D0102${RAND}`,
    `0D0102${RAND}00`,
    `0D0102${RAND}10${'5A'.repeat(16)}00`,
    `0D0102${RAND}21${'5A'.repeat(33)}00`,
    `0D0102${RAND}20${'5A'.repeat(31)}`,
    `0D0102${RAND}20${'5A'.repeat(32)}`,
    `0D0102${RAND}20${'5A'.repeat(32)}0102FF`,
    `0D0102${RAND}20${'5A'.repeat(32)}0301`,
  ])('is not the octets %s', (of) => {
    expect(() => decodeCommit(fromHex(of))).toThrow(DecodeError);
  });

  it('takes the place of those that the application had, and of no others', () => {
    const commits = [USIM, ISIM, USIM].map((file) => fromHex(`0D ${keysOf(file)}`));
    const root = rootAfter(IMAGE, IMAGE.root, commits);
    expect(root.bootstrapped).toEqual([found(ISIM), found(USIM)]);
  });

  it.each([0, 7, 0x0fff])('of file %i, which is no application, fits no card', (file) => {
    const commit = fromHex(`0D ${keysOf(file)}`);
    expect(() => rootAfter(IMAGE, IMAGE.root, [commit])).toThrow(DecodeError);
  });
});

describe('a card at rest', () => {
  /** Behind 'FFFF', no PINs, pair 0, nothing staged and 'FF': no data of applets. */
  const keyTable = toHex(encodeRoot(IMAGE, IMAGE.root)).slice(14);

  it('may have keys of GBA before the pairs, as written here, and a tree behind them', () => {
    for (const tree of ['', 'FFFF FFFF FFFF']) {
      const of = `02 ${keysOf(ISIM)} ${keysOf(USIM)}`;
      const root = decodeRoot(IMAGE, fromHex(`FFFF 00 00 0000 FF 00 ${of} ${keyTable} ${tree}`));
      expect(root.bootstrapped).toEqual([found(ISIM), found(USIM)]);
      expect(decodeRoot(IMAGE, encodeRoot(IMAGE, root))).toEqual(root);
    }
  });

  it('that was kept before there were keys of GBA has none, and is written as before', () => {
    const written = fromHex(`FFFF 00 00 0000 FF ${keyTable}`);
    expect(decodeRoot(IMAGE, written).bootstrapped).toEqual([]);
    expect(encodeRoot(IMAGE, IMAGE.root)).toEqual(written);
  });

  it.each([
    ['fewer than they are said to be', `02 ${keysOf(USIM)}`],
    ['said to be there twice', `00 00 01 ${keysOf(USIM)}`],
    ['two of one application', `02 ${keysOf(USIM)} ${keysOf(USIM)}`],
    ['those of the MF', `01 ${keysOf(0)}`],
    ['those of an EF', `01 ${keysOf(7)}`],
    ['those of a file that is not there', `01 ${keysOf(0x0fff)}`],
    ['of a Ks of 31 octets', `01 ${keysOf(USIM, `1F ${'5A'.repeat(31)}`)}`],
    ['of a Ks of 40 octets', `01 ${keysOf(USIM, `28 ${'5A'.repeat(40)}`)}`],
  ])('is refused with keys of GBA that are %s', (_what, of) => {
    const written = fromHex(`FFFF 00 00 0000 FF 00 ${of} ${keyTable}`);
    expect(() => decodeRoot(IMAGE, written)).toThrow(DecodeError);
  });
});
