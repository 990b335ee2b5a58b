/**
 * The matrix of status words: every entry can be had, and every command has the common ones.
 *
 * @see ETSI TS 102 221 §10.2.1, §11
 * @module
 */

import { describe, expect, it } from 'vitest';
import { instructionOf } from '../../src/apdu/instructions.ts';
import { findCommand } from '../../src/card/command-table.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };
import { withTerminableMf } from './support/administration.ts';
import { GBA } from './support/gba.ts';
import type { MatrixProfile, MatrixRow } from './support/matrix-row.ts';
import { COMMON_STATUS_WORDS, fits, STATUS_WORD_MATRIX } from './support/status-word-matrix.ts';
import {
  EF_ACM,
  EF_OBJECTS,
  octet,
  PIN1,
  SELECT_USIM,
  SUCI_BY_USIM,
  SUSPENDABLE,
  TestCard,
  withCalcInfo,
  withChangedFile,
  withChannels,
  withFiles,
  withoutFiles,
  withPin,
  withUniversalPin,
} from './support/test-card.ts';

/** Public keys of profile A and of profile B. */
const SUCI_KEYS = vectors.ts33501;
const BUILT_IN = withFiles([EF_ACM, EF_OBJECTS]);

function notShareable(profile: CardProfile, name: string): CardProfile {
  return withChangedFile(`MF/ADF.USIM/${name}`, (file) => ({ ...file, shareable: false }), profile);
}

const PROFILES: Readonly<Record<MatrixProfile, CardProfile>> = {
  'built-in': BUILT_IN,
  'PIN1 disabled': withPin('01', { enabled: false }, BUILT_IN),
  'universal PIN': withUniversalPin({}, BUILT_IN),
  'terminated EFs': ['EF.FPLMN', 'EF.ACM', 'EF.IMSConfigData'].reduce(
    (profile, name) =>
      withChangedFile(
        `MF/ADF.USIM/${name}`,
        (file) => ({ ...file, lifeCycle: 'terminated' }),
        profile,
      ),
    BUILT_IN,
  ),
  'no service 38': withChangedFile(
    'MF/ADF.USIM/EF.UST',
    (file) => (file.type === 'transparent' ? { ...file, data: '00'.repeat(file.size) } : file),
    BUILT_IN,
  ),
  GBA,
  'GBA without files': withoutFiles(['MF/ADF.USIM/EF.GBABP'], GBA),
  suspension: SUSPENDABLE,
  'SUCI by the USIM': SUCI_BY_USIM,
  'SUCI of profile A': withCalcInfo(`A0020101A12580011B8120${SUCI_KEYS[0]?.hnPublicKey}`),
  'SUCI of profile B': withCalcInfo(`A0020201A12680011B8121${SUCI_KEYS[1]?.hnPublicKey}`),
  'two channels': withChannels(
    0x19,
    ['EF.FPLMN', 'EF.ECC', 'EF.IMSConfigData'].reduce(notShareable, BUILT_IN),
  ),
  'terminable MF': withTerminableMf(BUILT_IN),
};

function lastAnswer({ steps, profile = 'built-in', hasDice }: MatrixRow): string {
  const dice = hasDice === true ? { random: (n: number) => new Uint8Array(n) } : {};
  const card = new TestCard({ profile: PROFILES[profile], ...dice });
  const answers = steps.map((step) => {
    if (step === 'reset') return card.reset();
    if (step !== 'refuse commits') return card.send(step);
    card.isStored = () => false;
    return '';
  });
  return answers.at(-1) ?? '';
}

describe.each(STATUS_WORD_MATRIX)('$name', ({ ins, class: commands, rows }) => {
  it.each(rows)('answers $sw: $when', (row) => {
    expect(lastAnswer(row).slice(-4)).toMatch(new RegExp(`^${row.sw.replaceAll('X', '.')}$`, 'u'));
  });

  it.each(rows.filter(({ sw }) => sw.startsWith('6') && !/^6[1C]/u.test(sw)))(
    'gives no data with $sw: $when',
    (row) => {
      expect(lastAnswer(row)).toHaveLength(4);
    },
  );

  it('is in the command table, in its class alone', () => {
    const classes = (['interindustry', 'uicc'] as const).filter(
      (one) => findCommand(one, ins) !== undefined,
    );
    expect(classes).toEqual(commands === 'both' ? ['interindustry', 'uicc'] : [commands]);
  });

  it('has a case that T=0 knows', () => {
    const classes = commands === 'both' ? ['interindustry', 'uicc'] : [commands];
    expect(instructionOf(ins)?.classes).toEqual(classes);
  });

  it('has the common refusals for class, secure messaging and channel', () => {
    const base = commands === 'uicc' ? 0x80 : 0x00;
    const card = new TestCard();
    const send = (cla: number): string => card.send(`${octet(cla)}${octet(ins)}000000`);
    expect(send(base | 0x10)).toBe('6E00');
    expect(send(base | 0x0c)).toBe('6882');
    expect(send(base | 0x01)).toBe('6881');
  });
});

describe('the matrix', () => {
  it('has a command for each instruction that the card has', () => {
    const known = Array.from({ length: 256 }, (_, ins) => ins).filter(
      (ins) => findCommand('interindustry', ins) ?? findCommand('uicc', ins),
    );
    const listed = STATUS_WORD_MATRIX.map(({ ins }) => ins).sort((a, b) => a - b);
    expect(known).toEqual(listed);
  });

  it('leaves an instruction of no command with 6D00, in both classes', () => {
    const card = new TestCard();
    const listed = STATUS_WORD_MATRIX.map(({ ins }) => ins);
    for (let ins = 0; ins < 256; ins++) {
      if (listed.includes(ins)) continue;
      expect(card.send(`00${octet(ins)}000000`)).toBe('6D00');
      expect(card.send(`80${octet(ins)}000000`)).toBe('6D00');
    }
  });

  it.each([
    ['73', 'MANAGE SECURE CHANNEL'],
    ['75', 'TRANSACT DATA'],
    ['7A', 'EXCHANGE CAPABILITIES'],
    ['89', 'AUTHENTICATE with odd instruction'],
  ])('leaves %s with 6D00, whatever the class and the data: %s', (ins) => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    for (const cla of ['00', '80']) {
      for (const behind of ['0000', '000000', '008022', '0100020102', '008103730100']) {
        expect(card.send(`${cla}${ins}${behind}`)).toBe('6D00');
      }
    }
  });

  it('tells one status word from another', () => {
    expect(fits('6CB0', '6CXX')).toBe(true);
    expect(COMMON_STATUS_WORDS.some((sw) => fits('6A82', sw))).toBe(false);
  });
});

describe('a card without power, or with half a header', () => {
  it('answers 6F00 before the first reset and after the power is taken away', () => {
    const { uicc } = new TestCard();
    uicc.powerOff();
    expect(uicc.transmit(Uint8Array.of(0x80, 0xf2, 0x00, 0x0c, 0x00))).toEqual(
      Uint8Array.of(0x6f, 0x00),
    );
    uicc.reset();
    expect(uicc.transmit(Uint8Array.of(0x80, 0xf2, 0x00, 0x0c, 0x00))).toEqual(
      Uint8Array.of(0x90, 0x00),
    );
  });

  it.each(['', '00', '00A4', '00A400'])('answers 6700 to the octets "%s"', (octets) => {
    expect(new TestCard().send(octets)).toBe('6700');
  });

  it.each([
    ['00A40004003F00', 'Lc of three octets'],
    ['00B000000000FF', 'Le of three octets'],
    [`00D600000000010000`, 'Lc of three octets and data'],
    [`00D60000FF${'00'.repeat(254)}`, 'one octet too few'],
    [`00D6000001${'00'.repeat(3)}`, 'one octet too many'],
  ])('answers 6700 to %s: %s', (octets) => {
    expect(new TestCard().send(octets)).toBe('6700');
  });
});
