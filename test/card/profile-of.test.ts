/**
 * A card is written back as a profile: makes the same card again.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { filled } from '../../src/bytes/octets.ts';
import { makeImage } from '../../src/card/image.ts';
import {
  type CardRoot,
  type Change,
  type FileDescription,
  MF,
  nodeOf,
} from '../../src/card/memory.ts';
import { profileOf } from '../../src/card/profile-of.ts';
import { applyChange } from '../../src/card/store/changes.ts';
import { imageDigest } from '../../src/card/store/kept-state.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { withServices } from '../../src/profile/services.ts';
import { challengeFor } from './support/aka.ts';
import { change, IMSI_B, sendCommand } from './support/subscription.ts';
import { ADM1, PIN1, SELECT_USIM, TestCard, WRONG_PIN1 } from './support/test-card.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);

/** The root of a new card behind some changes. */
function changed(...changes: readonly Change[]): CardRoot {
  return changes.reduce((root, one) => applyChange(IMAGE, root, one), IMAGE.root);
}

function fileNumber(path: string): number {
  const index = DEFAULT_PROFILE.files.findIndex((file) => file.path === path);
  return DEFAULT_PROFILE.directories.length + index;
}

const USIM = 1;
const EF_X: FileDescription = {
  kind: 'ef',
  fid: 0x6f3b,
  structure: 'linear',
  recordLength: 28,
  sfi: undefined,
  rule: { kind: 'referenced', arr: fileNumber('MF/ADF.USIM/EF.ARR'), arrFid: 0x6f06, record: 5 },
  lifeCycle: undefined,
  specialInformation: 0x40,
  size: 56,
};

/** The same with rules of its own: where there is no EF_ARR. */
const OPEN_EF: FileDescription = {
  ...EF_X,
  rule: { kind: 'expanded', octets: fromHex('80017F9000') },
};

/** A card made of its own dump has this content in its files, by number. */
function expectSameFiles(dump: CardProfile, root: CardRoot): void {
  const again = makeImage(dump);
  expect(again.nodes.length).toBe(IMAGE.nodes.length);
  for (const [n, node] of again.nodes.entries()) expect(node).toEqual(nodeOf(IMAGE, root, n));
}

describe('the profile of a card', () => {
  it('is that of which it was made, as long as it is new', () => {
    const { profile, lost } = profileOf(DEFAULT_PROFILE, IMAGE.root);
    expect(profile).toEqual(DEFAULT_PROFILE);
    expect(lost).toEqual([]);
    const all = withServices(DEFAULT_PROFILE, { usim: 'all', isim: 'all' });
    expect(profileOf(all, makeImage(all).root).profile).toEqual(all);
  });

  it('has what commands have changed, and makes the same image', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, ADM1] });
    card.sendAll(['00D68D000300F110', '00A40004022F05', '00D60000026465']);
    card.expectOk('002400011031323334FFFFFFFF3433323130FFFFFF');
    card.expectOk('00260081083030 3030FFFFFFFF');
    card.expectOk(SELECT_USIM);
    const [entry] = DEFAULT_PROFILE.keyTable.entries;
    expect(card.ask(challengeFor(entry!, 0x20))).toMatch(/^DB/u);
    expect(card.send('00A4080C047FFF6F46')).toBe('9000');
    card.expectOk('00040000');
    const { profile, lost } = profileOf(DEFAULT_PROFILE, card.uicc.root);
    expect(lost).toEqual([]);
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    expectSameFiles(profile, card.uicc.root);
    const again = makeImage(profile).root;
    expect(again.entries).toEqual(card.uicc.root.entries);
    expect(again.pins).toEqual(card.uicc.root.pins);
    expect(profile.pins.map(({ value, enabled }) => [value, enabled])).toEqual([
      ['43210', true],
      ['0000', false],
      ['3131313131313131', true],
    ]);
    const spn = profile.files.find(({ fid }) => fid === '6F46');
    expect(spn).toMatchObject({ lifeCycle: 'deactivated' });
  });

  it('has IMSI, active pair and counter behind a change of subscription', () => {
    const card = new TestCard();
    sendCommand(card, change('00', IMSI_B), { cntr: 5 });
    expect(profileOf(DEFAULT_PROFILE, card.uicc.root)).toMatchObject({
      profile: { imsi: DEFAULT_PROFILE.imsi },
      lost: ['a change of subscription that is staged'],
    });
    card.reset();
    const { profile, lost } = profileOf(DEFAULT_PROFILE, card.uicc.root);
    expect({ lost, active: profile.keyTable.active }).toEqual({ lost: [], active: 1 });
    expect(profile.imsi).not.toBe(DEFAULT_PROFILE.imsi);
    expect(profile.keyTable.entries[0]?.keySets[0]?.cntr).toBe('0000000005');
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    expectSameFiles(profile, card.uicc.root);
  });

  it('says what it loses: tries, and data of applets', () => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    card.sendAll([WRONG_PIN1, `002C000110${'30'.repeat(16)}`]);
    const root = applyChange(IMAGE, card.uicc.root, {
      kind: 'applet-data',
      applet: 7,
      data: Uint8Array.of(1, 2),
    });
    expect(profileOf(DEFAULT_PROFILE, root).lost).toEqual([
      'applet BFFF3B: 2 octets of its data',
      'PIN1: 2 of 3 tries are left',
      'UNBLOCK PIN1: 9 of 10 tries are left',
    ]);
  });

  it('has the files that were created, by the names of the standard, and no deleted one', () => {
    const number = IMAGE.nodes.length;
    const root = changed(
      { kind: 'create', file: number, parent: USIM, description: EF_X },
      { kind: 'content', file: number, content: filled(56, 0x41) },
      { kind: 'delete', file: fileNumber('MF/ADF.USIM/EF.GID1') },
      { kind: 'resize', file: fileNumber('MF/ADF.USIM/EF.GID2'), size: 6 },
    );
    const { profile, lost } = profileOf(DEFAULT_PROFILE, root);
    expect(lost).toEqual([]);
    expect(profile.files.at(-1)).toEqual({
      ...{ path: 'MF/ADF.USIM/EF.FDN', fid: '6F3B', sfi: null, arr: 5, type: 'linear' },
      ...{ specialFileInformation: '40', recLen: 28, recCount: 2 },
      ...{ records: ['41'.repeat(28)], recordsFill: 'same-as-record-1' },
    });
    const paths = profile.files.map(({ path }) => path);
    expect(paths).not.toContain('MF/ADF.USIM/EF.GID1');
    expect(profile.files.find(({ fid }) => fid === '6F3F')).toMatchObject({ size: 6 });
    expect(checkProfile(profile)).toMatchObject({ ok: true });
  });

  it('has directories that were created, and what is in them', () => {
    const [rule] = [nodeOf(IMAGE, IMAGE.root, USIM).rule];
    const description: FileDescription = {
      ...{ kind: 'directory', fid: 0x5f70, aid: undefined, rule, pins: [0x01] },
      lifeCycle: undefined,
    };
    const number = IMAGE.nodes.length;
    const root = changed(
      { kind: 'create', file: number, parent: USIM, description },
      { kind: 'create', file: number + 1, parent: number, description: { ...EF_X, fid: 0x4f01 } },
    );
    const { profile } = profileOf(DEFAULT_PROFILE, root);
    expect(profile.directories.at(-1)).toEqual({
      path: 'MF/ADF.USIM/DF.5F70',
      ...{ fid: '5F70', arr: '2F06/9', pins: ['01'] },
    });
    expect(profile.files.at(-1)).toMatchObject({ path: 'MF/ADF.USIM/DF.5F70/EF.4F01' });
    expect(checkProfile(profile)).toMatchObject({ ok: true });
  });

  it.each([
    ['7FFF', 0x7fff, []],
    [
      '5F80, which no profile can say',
      0x5f80,
      ['MF/ADF.A000000087100A: the FID 5F80 of an ADF, which is 7FFF in a profile'],
    ],
  ])('has an application that was created with the FID %s', (_, fid, lost) => {
    const aid = fromHex('A000000087100A');
    const { rule } = nodeOf(IMAGE, IMAGE.root, USIM);
    const description: FileDescription = {
      ...{ kind: 'directory', fid, aid, rule, pins: [0x01, 0x81] },
      lifeCycle: undefined,
    };
    const root = changed({ kind: 'create', file: IMAGE.nodes.length, parent: 0, description });
    const dump = profileOf(DEFAULT_PROFILE, root);
    expect(dump.lost).toEqual(lost);
    expect(dump.profile.directories.at(-1)).toEqual({
      ...{ path: 'MF/ADF.A000000087100A', fid: '7FFF', aid: 'A000000087100A' },
      ...{ arr: '2F06/9', pins: ['01', '81'] },
    });
    expect(checkProfile(dump.profile)).toMatchObject({ ok: true });
  });

  it('has a directory before what is in it, whatever their numbers', () => {
    const { rule } = nodeOf(IMAGE, IMAGE.root, USIM);
    const df = { kind: 'directory', aid: undefined, rule, pins: [], lifeCycle: undefined } as const;
    const number = IMAGE.nodes.length;
    const outer: Change = {
      ...{ kind: 'create', file: number + 2, parent: MF },
      description: { ...df, fid: 0x5f01 },
    };
    const inner: Change = {
      ...{ kind: 'create', file: number, parent: number + 2 },
      description: { ...df, fid: 0x5f02 },
    };
    const ef: Change = {
      ...{ kind: 'create', file: number + 1, parent: number },
      description: OPEN_EF,
    };
    const { profile } = profileOf(DEFAULT_PROFILE, changed(outer, inner, ef));
    expect(profile.directories.slice(-2).map(({ path }) => path)).toEqual([
      'MF/DF.5F01',
      'MF/DF.5F01/DF.5F02',
    ]);
    expect(profile.files.at(-1)).toMatchObject({ path: 'MF/DF.5F01/DF.5F02/EF.6F3B' });
    expect(checkProfile(profile)).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<FileDescription>, object]>([
    [
      'BER-TLV',
      { structure: 'ber-tlv', recordLength: 0, size: 100 },
      { type: 'ber-tlv', size: 100, data: '' },
    ],
    [
      'access rules of its own',
      { rule: { kind: 'expanded', octets: fromHex('8001019000') } },
      { rules: { expanded: '8001019000' } },
    ],
    [
      'another EF_ARR',
      { rule: { kind: 'referenced', arr: undefined, arrFid: 0x2f06, record: 1 } },
      { rules: { referenced: '2F0601' } },
    ],
  ])('has a created EF with %s', (_, other, fields) => {
    const description = { ...EF_X, ...other } as FileDescription;
    const root = changed({ kind: 'create', file: IMAGE.nodes.length, parent: USIM, description });
    const { profile, lost } = profileOf(DEFAULT_PROFILE, root);
    expect(lost).toEqual([]);
    expect(profile.files.at(-1)).toMatchObject({ path: 'MF/ADF.USIM/EF.FDN', ...fields });
    expect(profile.files.at(-1)).not.toHaveProperty('lifeCycle');
    expect(checkProfile(profile)).toMatchObject({ ok: true });
  });

  it('is no sound one when EF_IMSI is no IMSI; the IMSI is the old one then', () => {
    const content = filled(9, 0x5a);
    const root = changed({ kind: 'content', file: fileNumber('MF/ADF.USIM/EF.IMSI'), content });
    const { profile } = profileOf(DEFAULT_PROFILE, root);
    expect(profile.imsi).toBe(DEFAULT_PROFILE.imsi);
    expect(checkProfile(profile)).toMatchObject({ ok: false });
  });

  const writable = DEFAULT_PROFILE.files.flatMap((file, n) =>
    ['2FE2', '6F07'].includes(file.fid) ? [] : [n + DEFAULT_PROFILE.directories.length],
  );
  it('makes the same card, whatever its contents', () => {
    const octet = fc.constantFrom(0x00, 0xff, 0x41);
    const one = fc.record({ file: fc.constantFrom(...writable), octets: fc.array(octet) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (contents) => {
        const changes = contents.map(({ file, octets }): Change => {
          const node = nodeOf(IMAGE, IMAGE.root, file);
          if (node.kind !== 'ef') throw new Error('an EF');
          const content = node.content.slice();
          for (const [at, value] of octets.entries()) content[(at * 31) % content.length] = value;
          return { kind: 'content', file, content };
        });
        const root = changed(...changes);
        const { profile } = profileOf(DEFAULT_PROFILE, root);
        expectSameFiles(profile, root);
        expect(
          toHex(imageDigest(makeImage(profileOf(profile, makeImage(profile).root).profile))),
        ).toBe(toHex(imageDigest(makeImage(profile))));
      }),
      { numRuns: 40 },
    );
  });
});
