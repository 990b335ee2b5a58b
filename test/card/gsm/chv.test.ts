/**
 * The CHV commands: the PINs of the card under other numbers, refused in other words.
 *
 * @see 3GPP TS 51.011 §8.9 to §8.13, §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/apdu/connection.ts';
import { guardedPins } from '../../../src/apdu/pin-guard.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { createUicc } from '../../../src/card/uicc.ts';
import { hasRecords } from '../../../src/profile/profile.ts';
import { octet, TestCard, withPin, withUniversalPin } from '../support/test-card.ts';
import {
  ADM1,
  CHV1,
  CHV2,
  DF_GSM,
  go,
  select,
  simCard,
  WRONG_CHV1,
  WRONG_CHV2,
} from './support/sim-card.ts';

const PIN = '31323334FFFFFFFF';
const NEW = '35363738FFFFFFFF';
const WRONG = '39393939FFFFFFFF';
const PUK1 = '3132333435363738';
const PUK2 = '3837363534333231';

const CHANGE_1 = `A024000110${PIN}${NEW}`;
const DISABLE = `A026000108${PIN}`;
const ENABLE = `A028000108${PIN}`;
const UNBLOCK_1 = `A02C000010${PUK1}${NEW}`;
const UNBLOCK_2 = `A02C000210${PUK2}${NEW}`;
const WRONG_UNBLOCK_1 = `A02C000010${WRONG}${NEW}`;

const BLOCKED = [WRONG_CHV1, WRONG_CHV1, WRONG_CHV1] as const;

/** Tries of CHV1, UNBLOCK CHV1, CHV2 and UNBLOCK CHV2. */
function tries(card: TestCard): string {
  return card.send('A0F2000016').slice(36, 44);
}

/** Sends all, and gives the last answer. */
function lastOf(commands: readonly string[], card: TestCard = new TestCard()): string {
  return card.sendAll(commands);
}

describe('a CHV command', () => {
  it.each([
    ['VERIFY CHV1', [CHV1]],
    ['VERIFY CHV2', [CHV2]],
    ['VERIFY of an ADM key', [ADM1]],
    ['CHANGE CHV1', [CHANGE_1]],
    ['CHANGE CHV2', [`A02400021030303030FFFFFFFF${NEW}`, `A020000208${NEW}`]],
    ['DISABLE CHV1', [DISABLE]],
    ['ENABLE CHV1', [DISABLE, ENABLE]],
    ['UNBLOCK CHV1', [...BLOCKED, UNBLOCK_1, `A020000108${NEW}`]],
    ['UNBLOCK CHV2', [WRONG_CHV2, WRONG_CHV2, WRONG_CHV2, UNBLOCK_2, `A020000208${NEW}`]],
  ])('does what it is for: %s', (_what, commands) => {
    expect(lastOf(commands)).toBe('9000');
  });

  it.each([
    ['a wrong CHV', [WRONG_CHV1], '9804'],
    ['a wrong CHV, again', [WRONG_CHV1, WRONG_CHV1], '9804'],
    ['the last wrong CHV', BLOCKED, '9840'],
    ['a blocked CHV', [...BLOCKED, CHV1], '9840'],
    ['a wrong CHV2', [WRONG_CHV2], '9804'],
    ['a wrong ADM key', [`A020000A08${WRONG}`], '9804'],
    ['a CHV that is disabled', [DISABLE, CHV1], '9808'],
    ['an old CHV', [CHANGE_1, CHV1], '9804'],
    ['CHANGE with a wrong CHV', [`A024000110${WRONG}${NEW}`], '9804'],
    ['CHANGE of a blocked CHV', [...BLOCKED, CHANGE_1], '9840'],
    ['CHANGE of a disabled CHV', [DISABLE, CHANGE_1], '9808'],
    ['CHANGE to letters', [`A024000110${PIN}41424344FFFFFFFF`], '6F00'],
    ['CHANGE to three digits', [`A024000110${PIN}313233FFFFFFFFFF`], '6F00'],
    ['DISABLE with a wrong CHV', [`A026000108${WRONG}`], '9804'],
    ['DISABLE of a disabled CHV', [DISABLE, DISABLE], '9808'],
    ['DISABLE of a blocked CHV', [...BLOCKED, DISABLE], '9840'],
    ['ENABLE of an enabled CHV', [ENABLE], '9808'],
    ['ENABLE with a wrong CHV', [DISABLE, `A028000108${WRONG}`], '9804'],
    ['ENABLE of a blocked CHV', [DISABLE, ...Array(3).fill(`A028000108${WRONG}`), ENABLE], '9840'],
    ['a wrong UNBLOCK CHV', [WRONG_UNBLOCK_1], '9804'],
    ['the last wrong UNBLOCK CHV', Array(10).fill(WRONG_UNBLOCK_1), '9840'],
    ['a blocked UNBLOCK CHV', [...Array(10).fill(WRONG_UNBLOCK_1), UNBLOCK_1], '9840'],
    ['UNBLOCK to letters', [`A02C000010${PUK1}41424344FFFFFFFF`], '6F00'],
  ])('is refused for %s', (_what, commands, sw) => {
    expect(lastOf(commands)).toBe(sw);
  });

  it.each([
    ['P1', `A020010108${PIN}`, '6B00'],
    ['P2 00', `A020000008${PIN}`, '6B00'],
    ['P2 03', `A020000308${PIN}`, '6B00'],
    ['the key reference of PIN2', `A020008108${PIN}`, '6B00'],
    ['the universal PIN', `A020001108${PIN}`, '6B00'],
    ['no such ADM key', `A020000B08${PIN}`, '9802'],
    ['no data', 'A020000100', '6708'],
    ['a CHV of 7 octets', 'A02000010731323334FFFFFF', '6708'],
    ['a CHV of 9 octets', 'A02000010931323334FFFFFFFFFF', '6708'],
    ['octets that are not there', 'A02000010831323334', '6708'],
    ['CHANGE with one CHV', `A024000108${PIN}`, '6710'],
    ['CHANGE of CHV 00', `A024000010${PIN}${NEW}`, '6B00'],
    ['DISABLE of CHV2', `A026000208${PIN}`, '6B00'],
    ['DISABLE of an ADM key', `A026000A08${PIN}`, '6B00'],
    ['DISABLE that replaces', `A026910108${PIN}`, '6B00'],
    ['ENABLE of CHV2', `A028000208${PIN}`, '6B00'],
    ['ENABLE with no data', 'A028000100', '6708'],
    ['UNBLOCK of CHV 01', `A02C000110${PUK1}${NEW}`, '6B00'],
    ['UNBLOCK with no data', 'A02C000000', '6710'],
    ['UNBLOCK of an ADM key', `A02C000A10${PUK1}${NEW}`, '6B00'],
  ])('costs no try when it is wrong in itself: %s', (_what, command, sw) => {
    const card = new TestCard();
    expect(card.send(command)).toBe(sw);
    expect(tries(card)).toBe('838A838A');
    expect(card.commits).toEqual([]);
  });

  it('is refused for a CHV that the card does not have', () => {
    const profile = withPin('81', {});
    const pins = profile.pins.filter(({ reference }) => reference !== '81');
    const card = new TestCard({ profile: { ...profile, pins } });
    expect(lastOf([CHV2], card)).toBe('9802');
    expect(lastOf([UNBLOCK_2], card)).toBe('9802');
    expect(lastOf([`A024000210${PIN}${NEW}`], card)).toBe('9802');
  });

  it('is refused for a CHV that the universal PIN replaces', () => {
    const card = new TestCard({ profile: withUniversalPin() });
    expect(card.send(`0026910108${PIN}`)).toBe('9000');
    card.reset();
    expect(lastOf([CHV1], card)).toBe('9808');
    expect(lastOf([...go(DF_GSM, '6F07'), 'A0B0000009'], card)).toBe('9804');
  });

  it('is refused when the try cannot be stored, and compares nothing', () => {
    const card = new TestCard();
    card.isStored = () => false;
    for (const command of [CHV1, WRONG_CHV1, CHANGE_1, DISABLE, UNBLOCK_1]) {
      expect(card.send(command)).toBe('9240');
    }
    card.isStored = () => true;
    expect(tries(card)).toBe('838A838A');
    expect(lastOf([...go(DF_GSM, '6F07'), 'A0B0000009'], card)).toBe('9804');
  });

  it('counts a try before it compares', () => {
    const card = new TestCard();
    card.send(WRONG_CHV1);
    card.clearLog();
    card.isStored = (offered) => offered === 0;
    expect(card.send(CHV1)).toBe('9240');
    expect(tries(card)).toBe('818A838A');
  });
});

describe('what a CHV opens', () => {
  const READ_IMSI = [...go(DF_GSM, '6F07'), 'A0B0000009'];

  it('is shut again by a wrong CHV, and by a blocked one', () => {
    const card = simCard([CHV1]);
    expect(lastOf(READ_IMSI, card)).toMatch(/9000$/u);
    card.send(WRONG_CHV1);
    expect(lastOf(READ_IMSI, card)).toBe('9804');
    card.sendAll([CHV1, ...BLOCKED]);
    expect(lastOf(READ_IMSI, card)).toBe('9804');
    card.send(UNBLOCK_1);
    expect(lastOf(READ_IMSI, card)).toMatch(/9000$/u);
  });

  it('stays open to a wrong CHV of another number', () => {
    const card = simCard([CHV1]);
    card.sendAll([WRONG_CHV2, `A020000A08${WRONG}`]);
    expect(lastOf(READ_IMSI, card)).toMatch(/9000$/u);
  });

  it('is open without CHV1 while that is disabled, and shut after a reset when it is not', () => {
    const card = simCard([DISABLE]);
    expect(card.send('A0F2000016').slice(26, 28)).toBe('81');
    card.reset();
    expect(lastOf(READ_IMSI, card)).toMatch(/9000$/u);
    card.send(ENABLE);
    card.reset();
    expect(lastOf(READ_IMSI, card)).toBe('9804');
  });

  it('is, for CHV2, what PIN2 of the USIM opens', () => {
    const rule = '800102A406830181950108';
    const profile = withPin('01', { enabled: false });
    const files = profile.files.map((file) =>
      file.path === 'MF/ADF.USIM/EF.ARR' && hasRecords(file)
        ? { ...file, records: [...file.records.slice(0, 9), rule] }
        : file.path === 'MF/ADF.USIM/EF.FPLMN'
          ? { ...file, arr: 10 }
          : file,
    );
    const card = simCard(go(DF_GSM, '6F7B'), { profile: { ...profile, files } });
    expect(card.send('A0D600000101')).toBe('9804');
    card.expectOk(CHV2);
    expect(card.send('A0D600000101')).toBe('9000');
    expect(card.send('A0B0000001')).toBe('9804');
  });
});

describe('the tries that STATUS tells', () => {
  it.each([0, 1, 2, 3])('are those that are left after %i wrong CHVs', (wrong) => {
    const card = new TestCard();
    for (let n = 0; n < wrong; n++) card.send(WRONG_CHV1);
    expect(tries(card)).toBe(`${octet(0x83 - wrong)}8A838A`);
    card.reset();
    expect(tries(card)).toBe(`${octet(0x83 - wrong)}8A838A`);
    expect(card.send(select(DF_GSM))).toBe('9F16');
  });

  it('are what the guard before a last try asks for', async () => {
    const uicc = createUicc();
    const card = guardedPins(connect(uicc));
    await card.reset();
    for (const answer of ['9804', '9804']) {
      expect(toHex(await card.transmit(fromHex(WRONG_CHV1)))).toBe(answer);
    }
    await expect(card.transmit(fromHex(CHV1))).rejects.toMatchObject({ triesLeft: 1 });
    await expect(card.transmit(fromHex(ADM1))).rejects.toMatchObject({ triesLeft: undefined });
    expect(toHex(await card.transmit(fromHex(CHV2)))).toBe('9000');
  });
});
