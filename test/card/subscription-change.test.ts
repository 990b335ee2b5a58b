/**
 * The change of subscription: its commands in real packets, their answers, and every refusal.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { decodeCommit } from '../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { withEntries } from './support/aka.ts';
import {
  cancel,
  change,
  envelope,
  ICCID,
  IMSI_B,
  IMSI_C,
  QUERY,
  type Sending,
  sendCommand,
} from './support/subscription.ts';
import { octet, TestCard, withChangedFile } from './support/test-card.ts';

const { entries: ENTRIES } = DEFAULT_PROFILE.keyTable;
const STATUS = '80F2000C00';
/** TERMINAL PROFILE with REFRESH, octet 3 b8. */
const WITH_REFRESH = '8010000003000080';

/** CHANGE of card 0 to IMSI_B. */
const CHANGE_B = change('00', IMSI_B);

function withProfile(): TestCard {
  return new TestCard({ setUp: [WITH_REFRESH] });
}

/** What is staged, in hex. */
function stagedOf(card: TestCard): string | undefined {
  const { staged } = card.uicc.root;
  return staged && toHex(staged).toUpperCase();
}

/** The kinds of all changes that were stored. */
function storedKinds(card: TestCard): string[] {
  return card.commits.flatMap((commit) => decodeCommit(commit).map(({ kind }) => kind));
}

describe('the octets on the way', () => {
  it('are those that a second implementation makes and opens', () => {
    const card = new TestCard();
    expect(envelope(CHANGE_B)).toBe(
      '80C2000045D143820283818B3D4405812143F57FF6521001214305002D027000' +
        '00281516191212BFFF3B49B786D74B98683E1D7F326CA4D84B57C27DF70C4AD32CA78C45412F05CF5987',
    );
    expect(card.ask(envelope(CHANGE_B))).toBe(
      '027100002412BFFF3B4F35CF1047D077074DE06F70C28F4565CE485CD4E14A9E56D425F3EE04C316019000',
    );
    expect(envelope(QUERY, { cntr: 2 })).toBe(
      '80C2000045D143820283818B3D4405812143F57FF6521001214305002D027000' +
        '00281516191212BFFF3BCA3AB4548FDE1A8907512FB32BDF25C59659B9DC0ADD7DB3091A6D4AEF77F3A5',
    );
    expect(card.ask(envelope(QUERY, { cntr: 2 }))).toBe(
      '027100002412BFFF3BF7FD8CCC653487E04D5C5D09AA673C978BDC6013FBDACB2DAB7ECF2B2F20804E9000',
    );
  });
});

describe('CHANGE', () => {
  it('is answered with ICCID, new index and pairs left after it, under CC and ciphering', () => {
    expect(sendCommand(new TestCard(), CHANGE_B)).toEqual({
      status: 0x00,
      isVerified: true,
      data: `019000${ICCID}0102`,
      sw: '9000',
    });
  });

  it('stores its parameters and the counter, and nothing else', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    expect(storedKinds(card)).toEqual(['cntr', 'stage']);
    expect(stagedOf(card)).toBe(`02${IMSI_B}`);
    expect(card.uicc.root.active).toBe(0);
  });

  it('keeps operator data as they were sent, tags in ascending order', () => {
    const card = new TestCard();
    const answer = sendCommand(card, change('00', IMSI_B, '83020158800300F110'));
    expect(answer.data).toBe(`019000${ICCID}0102`);
    expect(stagedOf(card)).toBe(`02${IMSI_B}800300F11083020158`);
  });

  it('the same again is answered the same, and stores the counter alone', () => {
    const card = new TestCard();
    const first = sendCommand(card, CHANGE_B);
    card.clearLog();
    expect(sendCommand(card, CHANGE_B, { cntr: 2 })).toEqual(first);
    expect(sendCommand(card, CHANGE_B, { cntr: 9 })).toEqual(first);
    expect(storedKinds(card)).toEqual(['cntr', 'cntr']);
  });

  it('the same with its operator data in another order is the same', () => {
    const card = new TestCard();
    const first = sendCommand(card, change('00', IMSI_B, '8302015887014A'));
    const again = sendCommand(card, change('00', IMSI_B, '87014A83020158'), { cntr: 2 });
    expect(again).toEqual(first);
  });

  it('the same again is answered the same over a reset that could not make it effective', () => {
    const card = new TestCard();
    const first = sendCommand(card, CHANGE_B);
    card.isStored = () => false;
    card.reset();
    card.isStored = () => true;
    expect(sendCommand(card, CHANGE_B, { cntr: 2 })).toEqual(first);
  });

  it('without a PoR is answered by no data', () => {
    const card = new TestCard();
    expect(card.send(envelope(CHANGE_B, { spi2: 0x00 }))).toBe('9000');
    expect(stagedOf(card)).toBe(`02${IMSI_B}`);
  });
});

describe('QUERY', () => {
  it('tells the active pair, that nothing is staged, and the pairs left', () => {
    expect(sendCommand(new TestCard(), QUERY).data).toBe(`019000${ICCID}00FF03`);
  });

  it('tells the staged pair', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    expect(sendCommand(card, QUERY, { cntr: 2 }).data).toBe(`019000${ICCID}000103`);
  });

  it('tells the pair that is active after the reset', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    card.reset();
    expect(sendCommand(card, QUERY, { pair: 1 }).data).toBe(`019000${ICCID}01FF02`);
  });

  it('stores the counter alone, and leaves what is staged', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    card.clearLog();
    sendCommand(card, QUERY, { cntr: 2 });
    sendCommand(card, QUERY, { cntr: 3 });
    expect(storedKinds(card)).toEqual(['cntr', 'cntr']);
    expect(stagedOf(card)).toBe(`02${IMSI_B}`);
  });

  it('does not ask for a reset', () => {
    const card = withProfile();
    expect(sendCommand(card, QUERY).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });
});

describe('CANCEL', () => {
  it('drops what is staged, and has no data', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    card.clearLog();
    expect(sendCommand(card, cancel('00', IMSI_B), { cntr: 2 }).data).toBe('019000');
    expect(storedKinds(card)).toEqual(['cntr', 'unstage']);
    expect(stagedOf(card)).toBeUndefined();
    expect(sendCommand(card, QUERY, { cntr: 3 }).data).toBe(`019000${ICCID}00FF03`);
  });

  it('leaves the card free for another change', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    sendCommand(card, cancel('00', IMSI_B), { cntr: 2 });
    expect(sendCommand(card, change('00', IMSI_C), { cntr: 3 }).data).toBe(`019000${ICCID}0102`);
    expect(stagedOf(card)).toBe(`02${IMSI_C}`);
  });

  it('and then a reset changes nothing', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    sendCommand(card, cancel('00', IMSI_B), { cntr: 2 });
    const { root } = card.uicc;
    card.reset();
    expect(card.uicc.root).toBe(root);
  });
});

/** A refusal: what is sent to which card, and the SW in the PoR. */
interface Refusal {
  readonly what: string;
  readonly sw: string;
  readonly command: string;
  /** Sent before; all must succeed. */
  readonly before?: readonly string[];
}

const STAGED = [CHANGE_B] as const;

const REFUSALS: readonly Refusal[] = [
  ...['00', '81', 'A0', '84', 'FF'].map((cla) => ({
    what: `class '${cla}'`,
    sw: '6E00',
    command: `${cla}${CHANGE_B.slice(2)}`,
  })),
  ...['00', '51', '53', '55', 'A4', 'FF'].map((ins) => ({
    what: `instruction '${ins}'`,
    sw: '6D00',
    command: `80${ins}${CHANGE_B.slice(4)}`,
  })),
  { what: 'CHANGE with P1 01', sw: '6A86', command: `80500100${CHANGE_B.slice(8)}` },
  { what: 'CHANGE with P2 01', sw: '6A86', command: `80500001${CHANGE_B.slice(8)}` },
  { what: 'QUERY with P1 01', sw: '6A86', command: '8052010000' },
  { what: 'CANCEL with P2 FF', sw: '6A86', command: `805400FF0A00${IMSI_B}`, before: STAGED },
  { what: 'no octets', sw: '6700', command: '' },
  { what: 'half a header', sw: '6700', command: '805000' },
  { what: 'CHANGE without data', sw: '6700', command: '8050000000' },
  { what: 'CHANGE without IMSI', sw: '6700', command: '80500000020002' },
  { what: 'CHANGE with half an IMSI', sw: '6700', command: '805000000600020809101000' },
  { what: 'Lc larger than the data', sw: '6700', command: `805000000C0002${IMSI_B}` },
  { what: 'Lc smaller than the data', sw: '6700', command: `805000000A0002${IMSI_B}00` },
  { what: 'QUERY with data', sw: '6700', command: '805200000100' },
  { what: 'CANCEL without IMSI', sw: '6700', command: '805400000100', before: STAGED },
  { what: 'CANCEL with more', sw: '6700', command: `805400000B00${IMSI_B}00`, before: STAGED },
  { what: 'MNC length 1', sw: '6A80', command: `805000000B0001${IMSI_B}` },
  { what: 'MNC length 4', sw: '6A80', command: `805000000B0004${IMSI_B}` },
  { what: 'an IMSI of another type', sw: '6A80', command: change('00', '080A10100000001020') },
  { what: 'an IMSI with a digit A', sw: '6A80', command: change('00', '0809101000000010A0') },
  { what: 'an IMSI without MSIN', sw: '6A80', command: change('00', '0309101000FFFFFFFF') },
  { what: 'no IMSI: FF', sw: '6A80', command: change('00', 'FF'.repeat(9)) },
  { what: 'operator data cut short', sw: '6A80', command: change('00', IMSI_B, '800300F1') },
  { what: 'operator data of no tag', sw: '6A80', command: change('00', IMSI_B, '8B0100') },
  { what: 'operator data twice', sw: '6A80', command: change('00', IMSI_B, '870101870102') },
  { what: 'half a PLMN', sw: '6A80', command: change('00', IMSI_B, '800200F1') },
  { what: 'an empty PLMN', sw: '6A80', command: change('00', IMSI_B, '8003FFFFFF') },
  { what: 'GID1 of no octets', sw: '6A80', command: change('00', IMSI_B, '8700') },
  {
    what: 'five PLMNs for EF_EHPLMN',
    sw: '6A80',
    command: change('00', IMSI_B, `800F${'00F110'.repeat(5)}`),
  },
  { what: 'GID1 that does not fit', sw: '6A80', command: change('00', IMSI_B, '87050102030405') },
  { what: 'guard 01', sw: '6984', command: change('01', IMSI_B) },
  { what: 'guard FF', sw: '6984', command: change('FF', IMSI_B) },
  {
    what: 'guard 01 of the same change',
    sw: '6984',
    command: change('01', IMSI_B),
    before: STAGED,
  },
  { what: 'CANCEL with guard 01', sw: '6984', command: cancel('01', IMSI_B), before: STAGED },
  { what: 'another IMSI', sw: '6985', command: change('00', IMSI_C), before: STAGED },
  {
    what: 'another MNC length',
    sw: '6985',
    command: `805000000B0003${IMSI_B}`,
    before: STAGED,
  },
  {
    what: 'other operator data',
    sw: '6985',
    command: change('00', IMSI_B, '870101'),
    before: STAGED,
  },
  {
    what: 'operator data left out',
    sw: '6985',
    command: CHANGE_B,
    before: [change('00', IMSI_B, '870101')],
  },
  { what: 'CANCEL of nothing', sw: '6A88', command: cancel('00', IMSI_B) },
  { what: 'CANCEL of another IMSI', sw: '6A88', command: cancel('00', IMSI_C), before: STAGED },
  {
    what: 'CANCEL a second time',
    sw: '6A88',
    command: cancel('00', IMSI_B),
    before: [CHANGE_B, cancel('00', IMSI_B)],
  },
];

function refused(card: TestCard, { command, before = [] }: Refusal): string {
  before.forEach((one, n) => {
    expect(sendCommand(card, one, { cntr: n + 1 }).data).toMatch(/^019000/u);
  });
  card.clearLog();
  return sendCommand(card, command, { cntr: before.length + 1 }).data;
}

describe('a command that is refused', () => {
  it.each(REFUSALS)('with $sw: $what', (refusal) => {
    expect(refused(new TestCard(), refusal)).toBe(`01${refusal.sw}`);
  });

  it.each(REFUSALS)('stores the counter alone: $what', (refusal) => {
    const card = new TestCard();
    refused(card, refusal);
    expect(storedKinds(card)).toEqual(['cntr']);
  });

  it.each(REFUSALS.filter(({ before }) => before === undefined))(
    'asks for no reset, and changes nothing at the next: $what',
    (refusal) => {
      const card = withProfile();
      refused(card, refusal);
      expect(card.send(STATUS)).toBe('9000');
      const { root } = card.uicc;
      card.reset();
      expect(card.uicc.root).toBe(root);
    },
  );

  it('with 6A84 when no pair is left', () => {
    const last = new TestCard({ profile: withEntries(DEFAULT_PROFILE, ENTRIES, 3) });
    expect(sendCommand(last, change('03', IMSI_B), { pair: 3 }).data).toBe('016A84');
    const only = new TestCard({ profile: withEntries(DEFAULT_PROFILE, ENTRIES.slice(0, 1)) });
    expect(sendCommand(only, CHANGE_B).data).toBe('016A84');
    expect(sendCommand(only, QUERY, { cntr: 2 }).data).toBe(`019000${ICCID}00FF00`);
    expect(stagedOf(only)).toBeUndefined();
  });

  it.each([
    ['CHANGE', [], CHANGE_B, 'stage'],
    ['CANCEL', [CHANGE_B], cancel('00', IMSI_B), 'unstage'],
  ])('with 6581 when %s cannot be stored', (_name, before, command, kind) => {
    const card = withProfile();
    for (const [n, one] of before.entries()) sendCommand(card, one, { cntr: n + 1 });
    const wasStaged = stagedOf(card);
    const offered = card.rootsBefore.length;
    // The counter is stored; what comes behind it is not.
    card.isStored = (n) => n !== offered + 1;
    const sending: Sending = { cntr: before.length + 1 };
    expect(sendCommand(card, command, sending).data).toBe('016581');
    expect(stagedOf(card)).toBe(wasStaged);
    card.clearLog();
    card.isStored = () => true;
    const again = sendCommand(card, command, { cntr: before.length + 2 });
    expect(again.data).toMatch(/^019000/u);
    expect(storedKinds(card)).toEqual(['cntr', kind]);
  });

  it('with 6581 asks for no reset', () => {
    const card = withProfile();
    card.isStored = (n) => n !== 1;
    expect(sendCommand(card, CHANGE_B).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('with whatever data: the card never stages what it cannot make effective', () => {
    const data = fc.uint8Array({ maxLength: 60 }).map((octets) => toHex(octets).toUpperCase());
    const tail = fc.oneof(
      data,
      data.map((more) => `0002${IMSI_B}${more}`),
    );
    fc.assert(
      fc.property(fc.constantFrom('50', '52', '54'), tail, (ins, octets) => {
        const card = new TestCard();
        const lc = octets === '' ? '' : octet(octets.length / 2);
        sendCommand(card, `80${ins}0000${lc}${octets}`);
        const isStaged = stagedOf(card) !== undefined;
        card.reset();
        expect(stagedOf(card)).toBeUndefined();
        expect(card.uicc.root.active).toBe(isStaged ? 1 : 0);
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a command whose answer would not be protected', () => {
  /** SPI2 with a PoR, and CC and ciphering of it or not. */
  const unprotected = [
    ['in clear', 0x01],
    ['with CC alone', 0x09],
    ['ciphered alone', 0x11],
    ['in clear, by SMS-SUBMIT', 0x21],
  ] as const;

  it.each(unprotected)('is refused with 6982: %s', (_how, spi2) => {
    for (const command of [CHANGE_B, QUERY, cancel('00', IMSI_B)]) {
      const card = new TestCard();
      expect(sendCommand(card, command, { spi2 }).data).toBe('016982');
      expect(storedKinds(card)).toEqual(['cntr']);
    }
  });

  it('is refused before guard and table are looked at', () => {
    const card = new TestCard({ profile: withEntries(DEFAULT_PROFILE, ENTRIES.slice(0, 1)) });
    expect(sendCommand(card, change('07', IMSI_B), { spi2: 0x01 }).data).toBe('016982');
  });

  it('is refused after the octets are looked at', () => {
    const card = new TestCard();
    expect(sendCommand(card, '00', { spi2: 0x01 }).data).toBe('016700');
    expect(sendCommand(card, change('00', 'FF'.repeat(9)), { cntr: 2, spi2: 0x01 }).data).toBe(
      '016A80',
    );
  });

  it('leaves what is staged, when it would cancel it', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE_B);
    const answer = sendCommand(card, cancel('00', IMSI_B), { cntr: 2, spi2: 0x01 });
    expect(answer.data).toBe('016982');
    expect(stagedOf(card)).toBe(`02${IMSI_B}`);
  });

  it('is refused though a PoR on error alone would never tell', () => {
    const card = withProfile();
    expect(card.send(envelope(CHANGE_B, { spi2: 0x02 }))).toBe('9000');
    expect(stagedOf(card)).toBeUndefined();
    expect(card.send(STATUS)).toBe('9000');
  });
});

describe('a card whose EF_ICCID holds no ICCID', () => {
  it('stages nothing that it could not answer', () => {
    const profile = withChangedFile('MF/EF.ICCID', (file) =>
      file.type === 'transparent' ? { ...file, data: 'EE'.repeat(10) } : file,
    );
    const card = new TestCard({ profile });
    expect(sendCommand(card, CHANGE_B).data).toBe('016A82');
    expect(stagedOf(card)).toBeUndefined();
    expect(card.send(STATUS)).toBe('9000');
  });
});
