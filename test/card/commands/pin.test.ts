/**
 * CHANGE, DISABLE, ENABLE and UNBLOCK PIN, beside VERIFY PIN: every command on a PIN in every
 * status.
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13
 * @module
 */

import { describe, expect, it } from 'vitest';
import { manufacture } from '../../../src/card/image.ts';
import type { CardRoot, PinState } from '../../../src/card/memory.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import {
  ADM1,
  octet,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  TestCard,
  WRONG_PIN1,
  withPin,
  withUniversalPin,
} from '../support/test-card.ts';

/** The PINs of the profile, a PIN to be set, and what is wrong for each of them. */
const OLD = pinOctets('1234');
const NEW = pinOctets('24680');
const WRONG = pinOctets('9999');
const UNBLOCK = pinOctets('12345678');
const WRONG_UNBLOCK = pinOctets('12345679');

const PROFILE = withUniversalPin();
const DISABLED = withUniversalPin({}, withPin('01', { enabled: false }));
const WITHOUT_UNBLOCK: CardProfile = {
  ...PROFILE,
  pins: PROFILE.pins.map(({ reference, value, retries, enabled }) => {
    return { reference, value, retries, enabled };
  }),
};

const VERIFY = '0020000108';
const CHANGE = '0024000110';
const DISABLE = '0026000108';
const REPLACE = '0026910108';
const ENABLE = '0028000108';
const UNBLOCK_PIN = '002C000110';
const QUERY = '0020000100';
const UNBLOCK_QUERY = '002C000100';

const UPIN = `0020001108${pinOctets('5678')}`;
const READ_IMSI = '00B0870009';
const IMSI = '0809101010325476989000';

function answers(card: TestCard, commands: readonly string[]): string[] {
  return commands.map((command) => card.send(command));
}

function pin1(root: CardRoot): PinState {
  const found = root.pins.find(({ reference }) => reference === 1);
  if (found === undefined) throw new Error('there is a PIN1');
  return found;
}

function times(count: number, command: string): string[] {
  return Array.from({ length: count }, () => command);
}

/** What PIN1 may be when a command comes: a profile, and what is sent before. */
interface Situation {
  readonly profile: CardProfile;
  readonly before: readonly string[];
}

const SITUATIONS = {
  enabled: { profile: PROFILE, before: [] },
  verified: { profile: PROFILE, before: [PIN1] },
  'with one try left': { profile: PROFILE, before: times(2, WRONG_PIN1) },
  blocked: { profile: PROFILE, before: times(3, WRONG_PIN1) },
  disabled: { profile: DISABLED, before: [] },
  replaced: { profile: PROFILE, before: [`${REPLACE}${OLD}`] },
  'disabled and blocked': { profile: DISABLED, before: times(3, `${ENABLE}${WRONG}`) },
  'replaced and blocked': {
    profile: PROFILE,
    before: [`${REPLACE}${OLD}`, ...times(3, `${ENABLE}${WRONG}`)],
  },
  'without UNBLOCK PIN': { profile: WITHOUT_UNBLOCK, before: [] },
  'with its UNBLOCK PIN blocked': {
    profile: PROFILE,
    before: times(10, `${UNBLOCK_PIN}${WRONG_UNBLOCK}${NEW}`),
  },
} as const satisfies Readonly<Record<string, Situation>>;
type SituationName = keyof typeof SITUATIONS;

function cardIn(name: SituationName): TestCard {
  const { profile, before } = SITUATIONS[name];
  const card = new TestCard({ profile });
  card.sendAll(before);
  card.clearLog();
  return card;
}

/** Each command with the right and with the wrong secret. */
const COMMANDS = {
  VERIFY: { right: `${VERIFY}${OLD}`, wrong: `${VERIFY}${WRONG}` },
  CHANGE: { right: `${CHANGE}${OLD}${NEW}`, wrong: `${CHANGE}${WRONG}${NEW}` },
  DISABLE: { right: `${DISABLE}${OLD}`, wrong: `${DISABLE}${WRONG}` },
  REPLACE: { right: `${REPLACE}${OLD}`, wrong: `${REPLACE}${WRONG}` },
  ENABLE: { right: `${ENABLE}${OLD}`, wrong: `${ENABLE}${WRONG}` },
  UNBLOCK: {
    right: `${UNBLOCK_PIN}${UNBLOCK}${NEW}`,
    wrong: `${UNBLOCK_PIN}${WRONG_UNBLOCK}${NEW}`,
  },
} as const;
type CommandName = keyof typeof COMMANDS;

/**
 * Answer to the right secret / to the wrong one, where it is another. The columns:
 *
 *     VERIFY, CHANGE, DISABLE, REPLACE, ENABLE, UNBLOCK
 */
const MATRIX: Readonly<Record<SituationName, string>> = {
  enabled: '9000/63C2 9000/63C2 9000/63C2 9000/63C2 6985 9000/63C9',
  verified: '9000/63C2 9000/63C2 9000/63C2 9000/63C2 6985 9000/63C9',
  'with one try left': '9000/63C0 9000/63C0 9000/63C0 9000/63C0 6985 9000/63C9',
  blocked: '6983 6983 6983 6983 6983 9000/63C9',
  disabled: '6984 6984 6984 6984 9000/63C2 9000/63C9',
  replaced: '6984 6984 6984 6984 9000/63C2 9000/63C9',
  'disabled and blocked': '6983 6983 6983 6983 6983 9000/63C9',
  'replaced and blocked': '6983 6983 6983 6983 6983 9000/63C9',
  'without UNBLOCK PIN': '9000/63C2 9000/63C2 9000/63C2 9000/63C2 6985 6A88',
  'with its UNBLOCK PIN blocked': '9000/63C2 9000/63C2 9000/63C2 9000/63C2 6985 6983',
};

const CELLS = (Object.keys(MATRIX) as SituationName[]).flatMap((situation) => {
  const cells = MATRIX[situation].split(' ');
  return (Object.keys(COMMANDS) as CommandName[]).flatMap((command, n) => {
    const [right = '', wrong = right] = cells[n]?.split('/') ?? [];
    return [
      { situation, command, what: 'right', apdu: COMMANDS[command].right, sw: right },
      { situation, command, what: 'wrong', apdu: COMMANDS[command].wrong, sw: wrong },
    ];
  });
});

describe('the matrix', () => {
  it.each(CELLS)('$sw: $command, $what, of a PIN that is $situation', (cell) => {
    expect(cardIn(cell.situation).send(cell.apdu)).toBe(cell.sw);
  });

  it.each(CELLS.filter(({ sw }) => sw.startsWith('69')))(
    '$command, $what, of a PIN that is $situation changes nothing: not a try is gone',
    (cell) => {
      const card = cardIn(cell.situation);
      const { root } = card.uicc;
      card.send(cell.apdu);
      expect(card.uicc.root).toBe(root);
      expect(card.rootsBefore).toEqual([]);
    },
  );

  it.each(CELLS.filter(({ sw }) => sw.startsWith('63')))(
    '$command, $what, of a PIN that is $situation takes one try and nothing else',
    (cell) => {
      const card = cardIn(cell.situation);
      const before = pin1(card.uicc.root);
      card.send(cell.apdu);
      const tries =
        cell.command === 'UNBLOCK'
          ? { unblockRetriesLeft: before.unblockRetriesLeft - 1 }
          : { retriesLeft: before.retriesLeft - 1 };
      expect(pin1(card.uicc.root)).toEqual({ ...before, ...tries });
      expect(card.commits).toHaveLength(1);
    },
  );

  it.each(CELLS.filter(({ sw }) => sw === '9000'))(
    '$command of a PIN that is $situation gives all tries back, in two commits',
    (cell) => {
      const card = cardIn(cell.situation);
      card.send(cell.apdu);
      expect(card.send(QUERY)).toBe('63C3');
      if (cell.command === 'UNBLOCK') expect(card.send(UNBLOCK_QUERY)).toBe('63CA');
      expect(card.commits).toHaveLength(2);
    },
  );
});

/** What a command that was accepted makes of the PIN, and which PIN opens it then. */
const OUTCOMES = [
  ['VERIFY', 'enabled', '1234', IMSI],
  ['CHANGE', 'enabled', '24680', IMSI],
  ['DISABLE', 'disabled', '1234', IMSI],
  ['REPLACE', 'replaced', '1234', '6982'],
  ['UNBLOCK', 'enabled', '24680', IMSI],
] as const;

describe('what a command leaves', () => {
  it.each(OUTCOMES)('%s leaves the PIN %s, of value %s', (command, status, digits, read) => {
    const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM] });
    expect(answers(card, [READ_IMSI, COMMANDS[command].right, READ_IMSI])).toEqual([
      '6982',
      '9000',
      read,
    ]);
    const { value, status: found } = pin1(card.uicc.root);
    expect([octetsOf(value), found]).toEqual([pinOctets(digits), status]);
  });

  it.each(['disabled', 'replaced'] as const)('ENABLE leaves a PIN enabled that was %s', (name) => {
    const card = cardIn(name);
    const commands = [`${ENABLE}${OLD}`, SELECT_USIM, READ_IMSI];
    expect(answers(card, commands)).toEqual(['9000', '9000', IMSI]);
    card.reset();
    expect(answers(card, [SELECT_USIM, READ_IMSI, PIN1, READ_IMSI])).toEqual([
      '9000',
      '6982',
      '9000',
      IMSI,
    ]);
  });

  it.each(['disabled', 'replaced', 'disabled and blocked', 'replaced and blocked'] as const)(
    'UNBLOCK leaves a PIN enabled, verified and of the new value that was %s',
    (name) => {
      const card = cardIn(name);
      card.expectOk(COMMANDS.UNBLOCK.right);
      expect(answers(card, [SELECT_USIM, READ_IMSI])).toEqual(['9000', IMSI]);
      card.reset();
      const commands = [SELECT_USIM, READ_IMSI, PIN1, `${VERIFY}${NEW}`, READ_IMSI];
      expect(answers(card, commands)).toEqual(['9000', '6982', '63C2', '9000', IMSI]);
    },
  );

  it('is the same after a reset, and after the power was taken away', () => {
    const card = new TestCard({ profile: PROFILE });
    card.expectOk(COMMANDS.CHANGE.right);
    card.reset();
    expect(card.send(PIN1)).toBe('63C2');
    card.expectOk(`${DISABLE}${NEW}`);
    card.uicc.powerOff();
    card.reset();
    expect(answers(card, [SELECT_USIM, READ_IMSI])).toEqual(['9000', IMSI]);
    expect(card.send(`${VERIFY}${NEW}`)).toBe('6984');
  });

  it('counts for every application: PIN1 is one PIN of the card', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, `${CHANGE}${OLD}${NEW}`, SELECT_ISIM] });
    expect(card.send('00B0870001')).not.toBe('6982');
    card.reset();
    expect(answers(card, [SELECT_ISIM, PIN1, `${VERIFY}${NEW}`])).toEqual(['9000', '63C2', '9000']);
  });

  it('leaves other PINs and ADM keys as they were', () => {
    const card = new TestCard({ profile: PROFILE });
    const others = card.uicc.root.pins.filter(({ reference }) => reference !== 1);
    for (const { right, wrong } of Object.values(COMMANDS)) card.sendAll([wrong, right]);
    expect(card.uicc.root.pins.filter(({ reference }) => reference !== 1)).toEqual(others);
    expect(answers(card, [PIN2, ADM1, UPIN])).toEqual(['9000', '9000', '9000']);
  });
});

function octetsOf(value: Uint8Array): string {
  return [...value].map(octet).join('');
}

describe('tries', () => {
  it('of a PIN are one number for all commands that present it', () => {
    const card = new TestCard();
    expect(
      answers(card, [
        COMMANDS.CHANGE.wrong,
        COMMANDS.DISABLE.wrong,
        QUERY,
        COMMANDS.VERIFY.wrong,
        COMMANDS.CHANGE.right,
        COMMANDS.DISABLE.right,
        PIN1,
      ]),
    ).toEqual(['63C2', '63C1', '63C1', '63C0', '6983', '6983', '6983']);
  });

  it('of an UNBLOCK PIN go down to none, and come back with the right one', () => {
    const card = new TestCard();
    card.sendAll(times(8, COMMANDS.UNBLOCK.wrong));
    expect(answers(card, [UNBLOCK_QUERY, COMMANDS.UNBLOCK.right, UNBLOCK_QUERY])).toEqual([
      '63C2',
      '9000',
      '63CA',
    ]);
    const all = answers(card, times(11, COMMANDS.UNBLOCK.wrong));
    expect(all.slice(0, 2)).toEqual(['63C9', '63C8']);
    expect(all.slice(-3)).toEqual(['63C1', '63C0', '6983']);
    expect(answers(card, [UNBLOCK_QUERY, COMMANDS.UNBLOCK.right])).toEqual(['63C0', '6983']);
  });

  it('of a PIN are not touched by a wrong UNBLOCK PIN, nor the other way round', () => {
    const card = new TestCard();
    card.sendAll([WRONG_PIN1, COMMANDS.UNBLOCK.wrong, COMMANDS.UNBLOCK.wrong, WRONG_PIN1]);
    expect(answers(card, [QUERY, UNBLOCK_QUERY])).toEqual(['63C1', '63C8']);
    card.expectOk(PIN1);
    expect(answers(card, [QUERY, UNBLOCK_QUERY])).toEqual(['63C3', '63C8']);
  });

  it('are not touched by the question, asked as case 1 or case 2', () => {
    const card = new TestCard();
    const questions = ['002C0001', UNBLOCK_QUERY, '002C000110', '002C008100'];
    expect(answers(card, questions)).toEqual(['63CA', '63CA', '63CA', '63CA']);
    expect(card.rootsBefore).toEqual([]);
  });

  it('of an UNBLOCK PIN are as many as the profile says, up to 15', () => {
    for (let retries = 1; retries <= 15; retries++) {
      const unblock = { value: '12345678', retries };
      const card = new TestCard({ profile: withPin('01', { unblock }) });
      expect(card.send(UNBLOCK_QUERY)).toBe(`63C${retries.toString(16).toUpperCase()}`);
      card.sendAll(times(retries, COMMANDS.UNBLOCK.wrong));
      expect(card.send(COMMANDS.UNBLOCK.right)).toBe('6983');
    }
  });
});

describe('what an earlier verification gave', () => {
  const verified = (): TestCard => new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, PIN1] });

  it.each(['VERIFY', 'CHANGE', 'DISABLE', 'REPLACE'] as const)(
    'is gone after a wrong %s',
    (command) => {
      const card = verified();
      expect(answers(card, [READ_IMSI, COMMANDS[command].wrong, READ_IMSI])).toEqual([
        IMSI,
        '63C2',
        '6982',
      ]);
    },
  );

  it('stays after a wrong UNBLOCK PIN, and when the UNBLOCK PIN is blocked', () => {
    const card = verified();
    card.sendAll(times(10, COMMANDS.UNBLOCK.wrong));
    expect(answers(card, [UNBLOCK_QUERY, READ_IMSI])).toEqual(['63C0', IMSI]);
  });

  it.each([
    ['an illegal new PIN', `${CHANGE}${WRONG}${'00'.repeat(8)}`, '6A80'],
    ['a wrong length', `0024000108${WRONG}`, '6700'],
    ['ENABLE of what is enabled', COMMANDS.ENABLE.wrong, '6985'],
    ['another key', `0026008108${WRONG}`, '63C2'],
  ])('stays after %s', (_what, command, sw) => {
    expect(answers(verified(), [command, READ_IMSI])).toEqual([sw, IMSI]);
  });

  it('of a disabled PIN is not needed, even when wrong tries of ENABLE have blocked it', () => {
    const card = cardIn('disabled and blocked');
    expect(answers(card, [COMMANDS.ENABLE.right, SELECT_USIM, READ_IMSI])).toEqual([
      '6983',
      '9000',
      IMSI,
    ]);
  });
});

/** Each command by its first octets, with the octets of data that it may have. */
const LENGTHS = [
  ['VERIFY', '00200001', [0, 8]],
  ['CHANGE', '00240001', [16]],
  ['DISABLE', '00260001', [8]],
  ['REPLACE', '00269101', [8]],
  ['ENABLE', '00280001', [8]],
  ['UNBLOCK', '002C0001', [0, 16]],
] as const;

describe('what costs no try', () => {
  it.each(LENGTHS)('another length of %s', (_name, header, allowed) => {
    const card = new TestCard({ profile: PROFILE });
    const data = `${OLD}${NEW}`.padEnd(510, 'F');
    for (let length = 1; length <= 255; length++) {
      if ((allowed as readonly number[]).includes(length)) continue;
      expect(card.send(`${header}${octet(length)}${data.slice(0, 2 * length)}`)).toBe('6700');
    }
    if (!(allowed as readonly number[]).includes(0)) {
      expect(answers(card, [header, `${header}00`])).toEqual(['6700', '6700']);
    }
    expect(card.rootsBefore).toEqual([]);
  });

  it.each(['24', '26', '28', '2C'])('a P1 that INS %s does not have', (ins) => {
    const card = new TestCard({ profile: PROFILE });
    const data = ins === '24' || ins === '2C' ? `10${WRONG}${NEW}` : `08${WRONG}`;
    const known = Array.from({ length: 256 }, (_, p1) => octet(p1)).filter(
      (p1) => card.send(`00${ins}${p1}01${data}`) !== '6A86',
    );
    expect(known).toEqual(ins === '26' ? ['00', '91'] : ['00']);
  });

  it.each(['24', '26', '28', '2C'])('a key reference without PIN, for INS %s', (ins) => {
    const card = new TestCard({ profile: PROFILE });
    const data = ins === '24' || ins === '2C' ? `10${WRONG}${NEW}` : `08${WRONG}`;
    const known = Array.from({ length: 256 }, (_, p2) => octet(p2)).filter(
      (p2) => card.send(`00${ins}00${p2}${data}`) !== '6A88',
    );
    // ADM1 has no UNBLOCK PIN.
    expect(known).toEqual(ins === '2C' ? ['01', '11', '81'] : ['01', '0A', '11', '81']);
  });

  it.each([
    ['three digits', '313233FFFFFFFFFF'],
    ['no digit', 'FFFFFFFFFFFFFFFF'],
    ['a digit behind the filler', '31323334FF35FFFF'],
    ['a filler in front', 'FF31323334FFFFFF'],
    ['00 behind the digits', '3132333400000000'],
    ['an octet below the digits', '2F323334FFFFFFFF'],
    ['an octet above the digits', '3132333AFFFFFFFF'],
    ['a letter in the eighth place', '3132333435363741'],
    ['digits two an octet', '1234FFFFFFFFFFFF'],
    ['FE behind the digits', '31323334FFFFFFFE'],
  ])('a new PIN that is none: %s', (_what, value) => {
    const card = new TestCard();
    const commands = [
      `${CHANGE}${OLD}${value}`,
      `${CHANGE}${WRONG}${value}`,
      `${UNBLOCK_PIN}${UNBLOCK}${value}`,
      `${UNBLOCK_PIN}${WRONG_UNBLOCK}${value}`,
    ];
    expect(answers(card, commands)).toEqual(['6A80', '6A80', '6A80', '6A80']);
    expect(card.rootsBefore).toEqual([]);
    expect(card.send(PIN1)).toBe('9000');
  });
});

describe('a new PIN', () => {
  it.each(['0000', '12345', '987654', '0123456', '99999999', '1234'])('may be %s', (digits) => {
    const card = new TestCard();
    const value = pinOctets(digits);
    expect(answers(card, [`${CHANGE}${OLD}${value}`, `${VERIFY}${value}`])).toEqual([
      '9000',
      '9000',
    ]);
    const again = `${UNBLOCK_PIN}${UNBLOCK}${value}`;
    expect(answers(card, [again, `${VERIFY}${value}`])).toEqual(['9000', '9000']);
  });

  it.each(['0000000000000000', 'FFFFFFFFFFFFFFFF', '31323334FF35FFFF', '00FF10203040FE7F'])(
    'may be any 8 octets for an ADM key: %s',
    (value) => {
      const card = new TestCard();
      card.expectOk(`0024000A103131313131313131${value}`);
      card.reset();
      expect(answers(card, [ADM1, `0020000A08${value}`])).toEqual(['63C9', '9000']);
    },
  );

  it('of an ADM key may be set with its UNBLOCK PIN, if it has one', () => {
    const unblock = { value: '87654321', retries: 2 };
    const card = new TestCard({ profile: withPin('0A', { unblock }) });
    card.sendAll(times(10, '0020000A083939393939393939'));
    expect(card.send(ADM1)).toBe('6983');
    const command = `002C000A10${pinOctets('87654321')}00FF10203040FE7F`;
    expect(answers(card, [command, '0020000A0800FF10203040FE7F'])).toEqual(['9000', '9000']);
  });
});

describe('an ADM key', () => {
  it('cannot be disabled, replaced or enabled, with the right value or a wrong one', () => {
    const card = new TestCard({ profile: PROFILE });
    for (const header of ['0026000A08', '0026910A08', '0028000A08']) {
      for (const value of ['3131313131313131', WRONG]) {
        expect(card.send(`${header}${value}`)).toBe('6985');
      }
    }
    expect(card.rootsBefore).toEqual([]);
  });

  it('that is blocked is refused as blocked', () => {
    const card = new TestCard({ profile: PROFILE });
    card.sendAll(times(10, '0020000A083939393939393939'));
    const commands = ['0026000A08', '0026910A08', '0028000A08'];
    expect(
      answers(
        card,
        commands.map((header) => `${header}3131313131313131`),
      ),
    ).toEqual(['6983', '6983', '6983']);
  });
});

describe('the universal PIN', () => {
  it('takes the place of no PIN on a card without one', () => {
    const card = new TestCard();
    expect(answers(card, [COMMANDS.REPLACE.right, COMMANDS.REPLACE.wrong])).toEqual([
      '6A88',
      '6A88',
    ]);
    expect(card.rootsBefore).toEqual([]);
  });

  it('takes the place of none while it is disabled', () => {
    const card = new TestCard({ profile: withUniversalPin({ enabled: false }) });
    expect(answers(card, [COMMANDS.REPLACE.right, COMMANDS.REPLACE.wrong])).toEqual([
      '6985',
      '6985',
    ]);
    expect(card.rootsBefore).toEqual([]);
  });

  it('does not take its own place', () => {
    const card = new TestCard({ profile: PROFILE });
    expect(card.send(`0026911108${pinOctets('5678')}`)).toBe('6A86');
  });

  it('can be changed, disabled, enabled and unblocked like any PIN', () => {
    const card = new TestCard({ profile: PROFILE });
    expect(
      answers(card, [
        `0024001110${pinOctets('5678')}${NEW}`,
        `0026001108${NEW}`,
        `0020001108${NEW}`,
        `0028001108${NEW}`,
        `002C001110${pinOctets('11223344')}${pinOctets('5678')}`,
        UPIN,
      ]),
    ).toEqual(['9000', '9000', '6984', '9000', '9000', '9000']);
  });
});

describe('a command whose commits cannot be stored', () => {
  const accepted = ['VERIFY', 'CHANGE', 'DISABLE', 'REPLACE', 'UNBLOCK'] as const;
  const cases = [
    ...accepted.map((command) => ({ command, situation: 'verified' as SituationName })),
    { command: 'ENABLE' as const, situation: 'disabled' as SituationName },
    { command: 'UNBLOCK' as const, situation: 'blocked' as SituationName },
  ];

  it.each(cases)('$command ($situation) is refused, and nothing is changed', (of) => {
    const card = cardIn(of.situation);
    card.send(SELECT_USIM);
    const { root } = card.uicc;
    const read = card.send(READ_IMSI);
    card.isStored = () => false;
    const { right, wrong } = COMMANDS[of.command];
    expect(answers(card, [right, wrong, READ_IMSI])).toEqual(['6581', '6581', read]);
    expect(card.uicc.root).toBe(root);
  });

  it.each(cases)('$command ($situation) costs a try when only the second fails', (of) => {
    const card = cardIn(of.situation);
    card.send(SELECT_USIM);
    const before = pin1(card.uicc.root);
    const read = card.send(READ_IMSI);
    card.isStored = (offered) => offered !== 1;
    expect(answers(card, [COMMANDS[of.command].right, READ_IMSI])).toEqual(['6581', read]);
    const tries =
      of.command === 'UNBLOCK'
        ? { unblockRetriesLeft: before.unblockRetriesLeft - 1 }
        : { retriesLeft: before.retriesLeft - 1 };
    expect(pin1(card.uicc.root)).toEqual({ ...before, ...tries });
  });

  it('opens nothing any more when that was the last try', () => {
    const card = new TestCard({
      profile: withPin('01', { retries: 1 }),
      setUp: [SELECT_USIM, PIN1],
    });
    expect(card.send(READ_IMSI)).toBe(IMSI);
    // The two commits of the first VERIFY count.
    card.isStored = (offered) => offered !== 3;
    expect(answers(card, [PIN1, READ_IMSI, PIN1])).toEqual(['6581', '6982', '6983']);
  });
});

describe('a card made of a profile with another UNBLOCK PIN', () => {
  it.each([
    ['value', { value: '87654321', retries: 10 }, pinOctets('87654321'), '63CA'],
    ['number of tries', { value: '12345678', retries: 4 }, UNBLOCK, '63C4'],
  ])("has that %s, and not the image's", (_what, unblock, value, left) => {
    const image = new TestCard().uicc.image;
    const root = manufacture(image, withPin('01', { unblock }));
    const card = new TestCard({ root });
    expect(answers(card, [UNBLOCK_QUERY, `${UNBLOCK_PIN}${value}${NEW}`])).toEqual([left, '9000']);
  });

  it('shares the PINs of the image when they are the same', () => {
    const { image } = new TestCard().uicc;
    expect(manufacture(image, structuredClone(DEFAULT_PROFILE)).pins).toBe(image.root.pins);
  });
});
