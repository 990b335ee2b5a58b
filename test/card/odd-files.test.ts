/**
 * A card whose files are not what a USIM needs: deleted, resized, or made anew of another kind. It
 * starts, authenticates, and changes its subscription, or refuses.
 *
 * @see ETSI TS 102 222 §6; docs/subscription-change.md
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { run } from '../me/world.ts';
import {
  BER_TLV,
  CYCLIC,
  command,
  create,
  deleteFile,
  LINEAR,
  type Objects,
  OPEN_RULE,
  resize,
  TRANSPARENT,
} from './support/administration.ts';
import { challengeFor, RAND } from './support/aka.ts';
import { channelCard, on } from './support/channels.ts';
import { change, IMSI_B, QUERY, sendCommand } from './support/subscription.ts';
import { ADM1, PIN1, SELECT_ISIM, SELECT_USIM, select, TestCard } from './support/test-card.ts';

const [PAIR, NEXT] = DEFAULT_PROFILE.keyTable.entries;
const rule = OPEN_RULE;

/** Where files are, and how to get there. */
const PLACES: readonly (readonly [path: string, steps: readonly string[]])[] = [
  ['MF', [select('2F05')]],
  ['MF/ADF.USIM', [SELECT_USIM]],
  ['MF/ADF.USIM/DF.GSM-ACCESS', [SELECT_USIM, select('7FFF5F3B')]],
  ['MF/ADF.USIM/DF.5GS', [SELECT_USIM, select('7FFF5FC0')]],
  ['MF/ADF.ISIM', [SELECT_ISIM]],
];

/** A session of class A0, with CHV1. */
const SIM = [
  ...['A0A40000023F00', `A0${PIN1.slice(2)}`, 'A0A40000022FE2', 'A0A40000027F20', 'A0F2000016'],
  ...['6F07', '6FAD', '6F20', '6F7E', '6F38', '6F42'].flatMap((fid) => [
    `A0A4000002${fid}`,
    'A0B0000001',
    'A0B2010401',
  ]),
  `A088000010${RAND}`,
];

/** What may become of a file. */
type Fate = 'deleted' | { readonly objects: Objects; readonly size: string };

const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constant('deleted' as const),
  fc
    .tuple(fc.constantFrom(TRANSPARENT, LINEAR, CYCLIC, BER_TLV), fc.integer({ min: 1, max: 60 }))
    .map(([objects, count]) => {
      const size = objects === CYCLIC ? 3 * count : count;
      return { objects, size: size.toString(16).padStart(4, '0') };
    }),
);

const fates = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...DEFAULT_PROFILE.files.filter(
        ({ path }) => !path.includes('TELECOM') && !/ARR/u.test(path),
      ),
    ),
    fate,
  ),
  { maxLength: 8 },
);

function apply(
  card: TestCard,
  wishes: readonly (readonly [{ path: string; fid: string }, Fate])[],
) {
  card.expectOk(ADM1);
  for (const [{ path, fid }, of] of wishes) {
    const directory = path.slice(0, path.lastIndexOf('/'));
    card.sendAll(PLACES.find(([place]) => place === directory)?.[1] ?? []);
    card.send(deleteFile(fid));
    if (of === 'deleted') continue;
    const change = { fid: `8302${fid}`, rule, size: `8002${of.size}`, sfi: '' };
    card.send(create(of.objects, change));
  }
}

describe('a card whose files are deleted, or others', () => {
  it('starts, authenticates, and changes its subscription, or refuses; and never a fault', () => {
    fc.assert(
      fc.property(fates, (of) => {
        const card = new TestCard();
        apply(card, of);
        card.reset();
        run(new MobileEquipment({ pin: '1234' }).boot(), card.uicc);
        card.reset();
        card.sendAll([SELECT_USIM, PIN1]);
        expect(card.ask(challengeFor(PAIR!, 0x20))).toMatch(/^DB.*9000$/u);
        expect(card.ask(`008800801110${RAND}`)).toMatch(/9000$|^9864$/u);
        expect(card.send('8078000100')).toMatch(/^(?:61..|6...|9000)$/u);
        card.reset();
        for (const sent of SIM) expect(card.send(sent)).toMatch(/^(?:.*9000|9F..|9[48]..|67..)$/u);
        card.reset();
        card.sendAll([SELECT_USIM, PIN1]);
        const answer = sendCommand(card, change('00', IMSI_B));
        const isStaged = answer.data.startsWith('019000');
        if (!isStaged) expect(answer.data).toMatch(/^016A8[02]$/u);
        card.reset();
        expect(card.uicc.root.active).toBe(isStaged ? 1 : 0);
        card.sendAll([SELECT_USIM, PIN1]);
        expect(card.ask(challengeFor(isStaged ? NEXT! : PAIR!, 0x40))).toMatch(/^DB.*9000$/u);
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('stays as it is while its files do not take a change that was staged', () => {
    fc.assert(
      fc.property(fates, (of) => {
        const card = new TestCard();
        expect(sendCommand(card, change('00', IMSI_B)).data).toMatch(/^019000/u);
        apply(card, of);
        const { files, staged } = card.uicc.root;
        card.reset();
        const { root } = card.uicc;
        if (root.active === 0) expect([root.files, root.staged]).toEqual([files, staged]);
        else expect(root.staged).toBeUndefined();
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a change of subscription', () => {
  function usim(...steps: readonly string[]): TestCard {
    return new TestCard({ setUp: [SELECT_USIM, PIN1, ADM1, ...steps] });
  }
  const imsi = (objects: Objects, size: string): string =>
    create(objects, { fid: '83026F07', rule, size: `8002${size}`, sfi: '880138' });

  it.each([
    ['EF_IMSI', '6F07'],
    ['EF_UST', '6F38'],
    ['EF_AD', '6FAD'],
    ['EF_SMSP', '6F42'],
    ['the DF of 5G', '5FC0'],
  ])('passes over %s when it was deleted', (_what, fid) => {
    const card = usim(deleteFile(fid));
    expect(sendCommand(card, change('00', IMSI_B)).data).toMatch(/^019000/u);
    card.reset();
    expect(card.uicc.root.active).toBe(1);
  });

  it('writes an EF_IMSI that is larger, and fills it', () => {
    const card = usim(deleteFile('6F07'), imsi(TRANSPARENT, '000C'));
    expect(sendCommand(card, change('00', IMSI_B)).data).toMatch(/^019000/u);
    card.reset();
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.send('00B087000C')).toBe(`${IMSI_B}FFFFFF9000`);
  });

  it.each([
    ['smaller', TRANSPARENT, '0008'],
    ['of small records', LINEAR, '0010'],
  ])('is refused for an EF_IMSI that is %s', (_what, objects, size) => {
    const card = usim(deleteFile('6F07'), imsi(objects, size));
    const { files } = card.uicc.root;
    expect(sendCommand(card, change('00', IMSI_B)).data).toBe('016A80');
    expect(card.uicc.root.staged).toBeUndefined();
    expect(card.uicc.root.files).toBe(files);
  });

  it('stays staged while EF_IMSI is too small, and is made when it is large enough', () => {
    const card = usim(deleteFile('6F07'), imsi(TRANSPARENT, '0009'));
    expect(sendCommand(card, change('00', IMSI_B)).data).toMatch(/^019000/u);
    card.expectOk(resize('6F07', 4));
    card.reset();
    expect(card.uicc.root.active).toBe(0);
    expect(card.uicc.root.staged).toBeDefined();
    card.sendAll([SELECT_USIM, resize('6F07', 9)]);
    card.reset();
    expect(card.uicc.root.active).toBe(1);
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.send('00B0870009')).toBe(`${IMSI_B}9000`);
  });

  it.each([
    ['deleted', []],
    ['too small', [create(TRANSPARENT, { fid: '83022FE2', size: '80020009' })]],
    ['no digits', [create(TRANSPARENT, { fid: '83022FE2', size: '8002000A' })]],
    ['data objects', [create(BER_TLV, { fid: '83022FE2' })]],
  ])('and a query are refused when EF_ICCID is %s', (_what, steps) => {
    const card = new TestCard({ setUp: [ADM1, deleteFile('2FE2'), ...steps] });
    expect(sendCommand(card, QUERY).data).toBe('016A82');
    expect(sendCommand(card, change('00', IMSI_B), { cntr: 2 }).data).toBe('016A82');
    expect(card.uicc.root.staged).toBeUndefined();
    expect(card.faults).toEqual([]);
  });

  it.each([
    ['EF_IMSI', '6F07'],
    ['EF_FPLMN', '6F7B'],
  ])('passes over a BER-TLV EF in the place of %s, with what it holds', (_what, fid) => {
    const made = create(BER_TLV, { fid: `8302${fid}`, rule });
    const card = usim(deleteFile(fid), made, '80DB0080038201A5');
    expect(sendCommand(card, change('00', IMSI_B)).data).toMatch(/^019000/u);
    card.reset();
    expect(card.uicc.root.active).toBe(1);
    card.sendAll([SELECT_USIM, PIN1, select(`7FFF${fid}`)]);
    expect(card.ask('80CB00800182')).toBe('8201A59000');
  });
});

describe('AUTHENTICATE', () => {
  it('has no GSM context and no Kc without EF_UST', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, ADM1, deleteFile('6F38')] });
    expect(card.send(command('00880080', `10${RAND}`))).toBe('9864');
    expect(card.ask(challengeFor(PAIR!, 0x20))).toMatch(/^DB08.{16}10.{32}10.{32}9000$/u);
  });

  it('goes on in the ADF when the DF that it stood in is deleted, and not in the MF', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM, PIN1, ADM1, select('7FFF5FC0')] });
    card.sendAll([on(1, SELECT_USIM), on(1, select('7FFF5FC0'))]);
    card.expectOk(deleteFile('5FC0'));
    expect(card.ask(challengeFor(PAIR!, 0x20))).toMatch(/^DB.*9000$/u);
    expect(card.send(on(1, challengeFor(PAIR!, 0x40)))).toBe('6985');
  });
});
