/**
 * Files of the largest size that a command can reach: 33023 octets, 254 records of 255.
 *
 * READ BINARY reaches offset '7FFF' and 256 octets from there, UPDATE BINARY one less. In EF_MAX
 * octet n is n modulo 251; in the records every octet is the record's number.
 *
 * @see ETSI TS 102 221 §11.1.3 to §11.1.7, §11.1.1.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommandApdu } from '../../src/apdu/command.ts';
import { runOnLine } from '../../src/apdu/line.ts';
import { T0Card } from '../../src/apdu/t0-card.ts';
import { transmitT0 } from '../../src/apdu/t0-terminal.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { CardRoot } from '../../src/card/memory.ts';
import { decodeRoot, encodeRoot } from '../../src/card/store/commit-codec.ts';
import { rootOf } from '../../src/card/store/kept-state.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { RFM, runScript } from './support/remote.ts';
import { apdus, definite, go, rapdus, response } from './support/scripts.ts';
import { octet, PIN1, TestCard, withFiles } from './support/test-card.ts';

const SIZE = 0x7fff + 256;
const CONTENT = Array.from({ length: SIZE }, (_, n) => octet(n % 251)).join('');
const RECORDS = 254;
const LENGTH = 255;

const EF_MAX: FileProfile = {
  path: 'MF/EF.MAX',
  fid: '2F30',
  type: 'transparent',
  size: SIZE,
  sfi: 20,
  arr: 4,
  data: CONTENT,
};
/** One octet less, so that the last READ BINARY is one too long. */
const EF_LESS: FileProfile = {
  ...EF_MAX,
  path: 'MF/EF.LESS',
  fid: '2F31',
  sfi: null,
  size: SIZE - 1,
  data: CONTENT.slice(2),
};

function ofRecords(type: 'linear' | 'cyclic', fid: string, sfi: number): FileProfile {
  return {
    path: `MF/EF.${fid}`,
    fid,
    type,
    recLen: LENGTH,
    recCount: RECORDS,
    sfi,
    arr: 4,
    records: Array.from({ length: RECORDS }, (_, n) => octet(n + 1).repeat(LENGTH)),
    recordsFill: 'FF',
  };
}

const LINEAR = '2F32';
const CYCLIC = '2F33';
const PROFILE = withFiles([
  EF_MAX,
  EF_LESS,
  ofRecords('linear', LINEAR, 21),
  ofRecords('cyclic', CYCLIC, 22),
]);
const OVER_T1: CardProfile = { ...PROFILE, protocol: 'T=1' };
/** Numbers of the records, ascending. */
const ALL = Array.from({ length: RECORDS }, (_, n) => octet(n + 1)).join('');

function cardOn(fid: string, profile: CardProfile = PROFILE): TestCard {
  return new TestCard({ profile, setUp: [PIN1, go(fid)] });
}

function place(offset: number): string {
  return octet(offset >> 8) + octet(offset & 0xff);
}

function part(from: number, octets: number): string {
  return CONTENT.slice(from * 2, (from + octets) * 2);
}

function contentOf({ uicc }: TestCard, root: CardRoot, fid: string): string {
  const number = Number.parseInt(fid, 16);
  const file = uicc.image.nodes.findIndex((node) => node.fid === number);
  const node = root.files[file];
  return node?.kind === 'ef' ? toHex(node.content).toUpperCase() : '';
}

describe('a profile', () => {
  it('may have them, and no larger ones', () => {
    const withSize = (size: number): CardProfile =>
      withFiles([{ ...EF_MAX, size, data: '00'.repeat(size) }], DEFAULT_PROFILE);
    expect(checkProfile(PROFILE)).toMatchObject({ ok: true });
    expect(checkProfile(withSize(SIZE))).toMatchObject({ ok: true });
    expect(checkProfile(withSize(SIZE + 1))).toMatchObject({ ok: false });
  });
});

describe('their FCP', () => {
  it.each([
    [EF_MAX.fid, '62178202412183022F308A01058B032F0604800280FF8801A0'],
    [LINEAR, '621A82054221 00FFFE 83022F328A01058B032F06048002FD028801A8'],
    [CYCLIC, '621A82054621 00FFFE 83022F338A01058B032F06048002FD028801B0'],
  ])('of %s has the size in two octets', (fid, fcp) => {
    const answer = new TestCard({ profile: PROFILE }).ask(`00A4000402${fid}00`);
    expect(answer).toBe(`${fcp.replaceAll(' ', '')}9000`);
  });
});

describe('READ BINARY', () => {
  it('gives any part that an offset reaches', () => {
    const card = cardOn(EF_MAX.fid);
    fc.assert(
      fc.property(fc.nat({ max: 0x7fff }), fc.integer({ min: 1, max: 256 }), (from, octets) => {
        const answer = card.send(`00B0${place(from)}${octet(octets % 256)}`);
        expect(answer).toBe(`${part(from, octets)}9000`);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['00B07FFF00', part(0x7fff, 256), 'the last 256 octets'],
    ['00B07FFF', part(0x7fff, 256), 'the same without Le'],
    ['00B07FFFFF', part(0x7fff, 255), 'one less'],
    ['00B07FFF01', part(0x7fff, 1), 'one octet'],
    ['00B094FF00', part(255, 256), 'from the highest offset with an SFI'],
    ['00B0940000', part(0, 256), 'from the lowest'],
  ])('%s gives %#: %s', (command, data) => {
    expect(cardOn(EF_MAX.fid).send(command)).toBe(`${data}9000`);
  });

  it.each([
    ['00B07FFF00', '6CFF'],
    ['00B07FFF', '6CFF'],
    ['00B07F0100', `${CONTENT.slice(2).slice(0x7f01 * 2, (0x7f01 + 256) * 2)}9000`],
  ])('%s in an EF of one octet less is answered %s', (command, answer) => {
    expect(cardOn(EF_LESS.fid).send(command)).toBe(answer);
  });

  it.each([
    ['T=0', PROFILE, 255],
    ['T=0', PROFILE, 256],
    ['T=1', OVER_T1, 255],
    ['T=1', OVER_T1, 256],
  ])('over %s reads all of it, piece by piece: %#', (_protocol, profile, octets) => {
    const card = cardOn(EF_MAX.fid, profile);
    let found = '';
    for (let at = 0; at < SIZE; at += octets) {
      const from = Math.min(at, 0x7fff);
      const answer = card.ask(`00B0${place(from)}${octet(octets % 256)}`);
      expect(answer.slice(-4)).toBe('9000');
      found = found.slice(0, from * 2) + answer.slice(0, -4);
    }
    expect(found).toBe(CONTENT.slice(0, found.length));
    expect(found.length / 2).toBeGreaterThanOrEqual(SIZE - 1);
  });

  it('over the line of T=0 brings 256 octets behind one procedure octet', () => {
    const { uicc } = cardOn(EF_MAX.fid);
    const line = transmitT0(decodeCommandApdu(fromHex('00B07FFF00')));
    const result = runOnLine(line, new T0Card(uicc));
    expect(result.ok && toHex(result.value.data).toUpperCase()).toBe(part(0x7fff, 256));
  });
});

describe('UPDATE BINARY', () => {
  const DATA = 'A5'.repeat(255);

  it('writes up to the last octet but one, and no further', () => {
    const card = cardOn(EF_MAX.fid);
    expect(card.send(`00D67FFFFF${DATA}`)).toBe('9000');
    expect(card.send('00B07FFF00')).toBe(`${DATA}${part(SIZE - 1, 1)}9000`);
    expect(contentOf(card, card.uicc.root, EF_MAX.fid)).toBe(
      `${part(0, 0x7fff)}${DATA}${part(SIZE - 1, 1)}`,
    );
  });

  it('by SFI writes from offset 255', () => {
    const card = cardOn(LINEAR);
    expect(card.send(`00D694FFFF${DATA}`)).toBe('9000');
    expect(card.send('00B000FE00')).toBe(`${part(254, 1)}${DATA}9000`);
  });

  it('that goes beyond the end is 6700, and writes nothing', () => {
    const small = withFiles([{ ...EF_MAX, size: 0x7fff + 254, data: part(0, 0x7fff + 254) }]);
    const card = cardOn(EF_MAX.fid, small);
    const before = card.uicc.root;
    expect(card.send(`00D67FFFFF${DATA}`)).toBe('6700');
    expect(card.uicc.root).toBe(before);
    expect(card.send(`00D67FFFFE${DATA.slice(2)}`)).toBe('9000');
  });

  it('that cannot be stored is 6581, and writes nothing', () => {
    const card = cardOn(EF_MAX.fid);
    card.isStored = () => false;
    expect(card.send(`00D67FFFFF${DATA}`)).toBe('6581');
    expect(card.send('00B07FFF00')).toBe(`${part(0x7fff, 256)}9000`);
  });
});

describe('records', () => {
  it.each([
    ['00B2FE04FF', `${'FE'.repeat(255)}9000`, 'the last'],
    ['00B2FE0400', '6CFF', 'the last, with Le 00'],
    ['00B2FE04FE', '6CFF', 'the last, with Le too small'],
    ['00B2FEACFF', `${'FE'.repeat(255)}9000`, 'the last by SFI'],
    ['00B2FF04FF', '6A83', 'one behind it'],
    [`00DCFE04FE${'A5'.repeat(254)}`, '6700', 'an update that is too short'],
    [`00DCFF04FF${'A5'.repeat(255)}`, '6A83', 'an update of one behind the last'],
  ])('%s is answered as it must be: %#', (command, answer) => {
    expect(cardOn(LINEAR).send(command)).toBe(answer);
  });

  it('over T=1 come for Le 00', () => {
    expect(cardOn(LINEAR, OVER_T1).send('00B2FE0400')).toBe(`${'FE'.repeat(255)}9000`);
  });

  it('are updated up to the last, and the others stay', () => {
    const card = cardOn(LINEAR);
    expect(card.send(`00DCFE04FF${'A5'.repeat(255)}`)).toBe('9000');
    const expected = ALL.slice(0, -2).replaceAll(/../gu, (number) => number.repeat(LENGTH));
    expect(contentOf(card, card.uicc.root, LINEAR)).toBe(expected + 'A5'.repeat(255));
  });

  it('of a cyclic EF move by one, and the oldest goes', () => {
    const card = cardOn(CYCLIC);
    expect(card.send(`00DC0003FF${'A5'.repeat(255)}`)).toBe('9000');
    expect(card.send('00B20104FF')).toBe(`${'A5'.repeat(255)}9000`);
    expect(card.send('00B2FE04FF')).toBe(`${'FD'.repeat(255)}9000`);
    expect(card.send('00B20003FF')).toBe(`${'FD'.repeat(255)}9000`);
  });
});

describe('SEARCH RECORD', () => {
  const BACKWARD = (ALL.match(/../gu) ?? []).reverse().join('');
  /** Every record has 'A5' in its last octet. */
  const MARKED = withFiles([
    {
      ...ofRecords('linear', LINEAR, 21),
      records: Array.from({ length: RECORDS }, (_, n) => `${octet(n + 1).repeat(254)}A5`),
    } as FileProfile,
  ]);

  it.each([
    ['00A2010401A500', ALL, 'forward'],
    ['00A2FE0501A500', BACKWARD, 'backward'],
    ['00A201060304FEA500', ALL, 'enhanced, from the last octet'],
    ['00A2FEAE0305FEA500', BACKWARD, 'enhanced and backward, by SFI'],
  ])('%s gives the numbers of all: %#', (command, numbers) => {
    const card = cardOn(LINEAR, MARKED);
    expect(card.send(command)).toBe('61FE');
    expect(card.send('00C00000FE')).toBe(`${numbers}9000`);
    expect(cardOn(LINEAR, { ...MARKED, protocol: 'T=1' }).send(command)).toBe(`${numbers}9000`);
  });

  it('finds a pattern of a whole record, and the record alone', () => {
    const card = cardOn(LINEAR, MARKED);
    expect(card.ask(`00A20104FF${'FE'.repeat(254)}A5`)).toBe('FE9000');
    expect(card.send(`00A20104FF${'FE'.repeat(255)}`)).toBe('6282');
    expect(card.send('00A201060304FFA5')).toBe('6282');
    expect(card.send('00A2FF0401A5')).toBe('6A83');
  });
});

describe('what is kept', () => {
  it('is the same when it comes back: commits, and the card at rest', () => {
    const card = cardOn(EF_MAX.fid);
    card.expectOk(`00D67FFFFF${'A5'.repeat(255)}`);
    card.sendAll([go(LINEAR), `00DCFE04FF${'A5'.repeat(255)}`]);
    card.sendAll([go(CYCLIC), `00DC0003FF${'A5'.repeat(255)}`]);
    const { image, root } = card.uicc;
    const replayed = rootOf(image, { base: undefined, commits: card.commits });
    expect(replayed).toEqual(root);
    expect(decodeRoot(image, encodeRoot(image, root))).toEqual(root);
  });
});

describe('over the air', () => {
  const FAR = '00B07FFF00';

  it('are read from the highest offset, in both formats', () => {
    const card = new TestCard({ profile: PROFILE, setUp: ['8010000004FFFFFFFF'] });
    const data = part(0x7fff, 256);
    expect(runScript(card, RFM.compact, go(EF_MAX.fid) + FAR)).toBe(`029000${data}`);
    const script = definite(apdus(go(EF_MAX.fid), FAR));
    expect(runScript(card, RFM.expanded, script)).toBe(response(2, rapdus('9000', `${data}9000`)));
  });

  it('are cut to what a PoR holds, from their first octet', () => {
    const card = new TestCard({ profile: PROFILE, setUp: ['8010000004FFFFFFFF'] });
    const answer = runScript(card, RFM.compact, `${go(EF_MAX.fid)}00B0000000`);
    expect(answer).toBe(`0262F1${part(0, 4093)}`);
  });

  it('are updated at the highest offset, and refused behind it', () => {
    const card = new TestCard({ profile: PROFILE, setUp: ['8010000004FFFFFFFF'] });
    const update = `00D67FFFFF${'A5'.repeat(255)}`;
    expect(runScript(card, RFM.compact, go(EF_LESS.fid) + update)).toBe('029000');
    expect(contentOf(card, card.uicc.root, EF_LESS.fid).slice(-510)).toBe('A5'.repeat(255));
    expect(runScript(card, RFM.compact, `${go(EF_LESS.fid)}00B07FFF01`)).toBe('029000A5');
  });

  it('are searched, and a record of 255 octets comes whole', () => {
    const card = new TestCard({ profile: PROFILE, setUp: ['8010000004FFFFFFFF'] });
    const search = definite(apdus(go(LINEAR), '00A2010402010100', '00A2FE0501FE00'));
    expect(runScript(card, RFM.expanded, search)).toBe(
      response(3, rapdus('9000', '019000', 'FE9000')),
    );
    const read = definite(apdus(go(LINEAR), '00B2FE0400'));
    const record = `${'FE'.repeat(255)}9000`;
    expect(runScript(card, RFM.expanded, read)).toBe(response(2, rapdus('9000', record)));
  });
});
