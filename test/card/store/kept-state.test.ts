/**
 * A card that is kept: what belongs to which image, and a store that is not certain.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage } from '../../../src/card/image.ts';
import { decodeRoot, encodeRoot } from '../../../src/card/store/commit-codec.ts';
import { imageDigest, rootOf } from '../../../src/card/store/kept-state.ts';
import { createUicc, restoreUicc, Uicc } from '../../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { change, IMSI_B, sendCommand } from '../support/subscription.ts';
import { EF_ACM, PIN1, TestCard, WRONG_PIN1, withFiles } from '../support/test-card.ts';

const digestOf = (profile: CardProfile): string => toHex(imageDigest(makeImage(profile)));
const DIGEST = digestOf(DEFAULT_PROFILE);
const TRIES = '0020000100';

describe('the digest of an image', () => {
  it('is the same for a profile whose members come in another order', () => {
    const reversed = JSON.parse(JSON.stringify(DEFAULT_PROFILE), (_name, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as CardProfile;
    expect(Object.keys(reversed)).not.toEqual(Object.keys(DEFAULT_PROFILE));
    expect(digestOf(reversed)).toBe(DIGEST);
  });

  const [entry, ...others] = DEFAULT_PROFILE.keyTable.entries;
  const [pin, ...pins] = DEFAULT_PROFILE.pins;
  it.each<[string, Partial<CardProfile>]>([
    ['protocol', { protocol: 'T=1' }],
    ['files', { files: withFiles([EF_ACM]).files }],
    ['a switch', { switches: { ...DEFAULT_PROFILE.switches, porPolicy: 'hardened' } }],
    ['tries of a PIN', { pins: [{ ...pin!, retries: 9 }, ...pins] }],
    ['K', { keyTable: { active: 0, entries: [{ ...entry!, k: 'ab'.repeat(16) }, ...others] } }],
    ['pairs', { keyTable: { active: 0, entries: [entry!] } }],
    ['applets', { applets: DEFAULT_PROFILE.applets.slice(1) }],
  ])('is another with other %s', (_what, other) => {
    expect(digestOf({ ...DEFAULT_PROFILE, ...other })).not.toBe(DIGEST);
  });
});

describe('a kept state', () => {
  it('comes back from the card at rest and the commits behind it', () => {
    const commits: Uint8Array[] = [];
    const card = createUicc(undefined, { log: { append: (commit) => commits.push(commit) > 0 } });
    card.reset();
    card.transmit(fromHex(WRONG_PIN1));
    const base = encodeRoot(card.image, card.root);
    const behind = commits.length;
    card.transmit(fromHex(WRONG_PIN1));
    const kept = { base, commits: commits.slice(behind) };
    const again = restoreUicc(card.image, { kept, append: () => true });
    again.reset();
    expect(toHex(again.transmit(fromHex(TRIES)))).toBe('63c1');
  });

  it.each([
    ['a base that is cut', { base: Uint8Array.of(0xff, 0xff), commits: [] }],
    [
      'a commit of a file that is not there',
      { base: undefined, commits: [fromHex('01fffe0001ff')] },
    ],
    [
      'a commit of a PIN that is not there',
      { base: undefined, commits: [fromHex(`0277${'00'.repeat(11)}`)] },
    ],
    ['a commit that is none', { base: undefined, commits: [fromHex('99')] }],
  ])('is refused for %s', (_what, kept) => {
    const image = makeImage(DEFAULT_PROFILE);
    expect(() => rootOf(image, kept)).toThrow(DecodeError);
  });
});

describe('a store that makes sure of commits', () => {
  const store = (answers: readonly boolean[]) => {
    const asked: number[] = [];
    let appended = 0;
    const left = [...answers];
    return {
      asked,
      append: () => ++appended > 0,
      flush: () => {
        asked.push(appended);
        return left.shift() ?? true;
      },
    };
  };

  it('is asked once a command, and not for one that changes nothing', () => {
    const log = store([]);
    const card = new TestCard({ log, setUp: [] });
    const answers = ['00A40004023F00', TRIES, PIN1, WRONG_PIN1].map((sent) => card.send(sent));
    expect(answers).toEqual(['6122', '63C3', '9000', '63C2']);
    expect(log.asked).toEqual([2, 3]);
  });

  it('gets the card at rest as it is with the commits of the command', () => {
    let atRest: Uint8Array | undefined;
    const flush = (write: () => Uint8Array): boolean => {
      atRest = write();
      return true;
    };
    const card = createUicc(undefined, { log: { append: () => true, flush } });
    card.reset();
    card.transmit(fromHex(WRONG_PIN1));
    const root = decodeRoot(card.image, atRest!);
    expect(root.pins.find(({ reference }) => reference === 1)?.retriesLeft).toBe(2);
  });

  it('that is not certain leaves the card as it was, without power', () => {
    const card = createUicc(undefined, { log: store([false]) });
    card.reset();
    const before = card.root;
    expect(toHex(card.transmit(fromHex(WRONG_PIN1)))).toBe('6581');
    expect(card.root).toBe(before);
    expect(toHex(card.transmit(fromHex(TRIES)))).toBe('6f00');
    card.reset();
    expect(toHex(card.transmit(fromHex(TRIES)))).toBe('63c3');
  });

  it('that throws is not certain, and a fault', () => {
    const faults: unknown[] = [];
    const fault = new Error('of the store');
    const flush = (): boolean => {
      throw fault;
    };
    const log = { append: () => true, flush };
    const card = createUicc(undefined, { log, onFault: (error) => faults.push(error) });
    card.reset();
    expect(toHex(card.transmit(fromHex(WRONG_PIN1)))).toBe('6581');
    expect(faults).toEqual([fault]);
  });

  it('that is not certain of an activation leaves the change staged, and the ATR comes', () => {
    const staging = new TestCard({ setUp: [] });
    expect(sendCommand(staging, change('00', IMSI_B)).sw).toBe('9000');
    const { image, root } = staging.uicc;
    const card = new Uicc(image, { root, log: store([false]) });
    expect(card.reset()).toEqual(card.atr);
    expect(card.root).toBe(root);
    expect(root.staged).toBeDefined();
    card.reset();
    expect(card.root.staged).toBeUndefined();
    expect(card.root.active).toBe(root.active + 1);
  });
});
