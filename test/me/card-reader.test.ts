/**
 * A card is read by a terminal, and written as a profile: what differs is what no card tells.
 *
 * @see docs/profile.md, "Dump"; ETSI TS 102 221 §11.1.1, §11.1.3, §11.1.5
 * @module
 */

import { describe, expect, it } from 'vitest';
import { connect, type SynchronousCard, traced } from '../../src/apdu/connection.ts';
import { guardedPins, LastTryRefused } from '../../src/apdu/pin-guard.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { type CardKey, type CardReadingResult, readCardOf } from '../../src/me/card-reader.ts';
import { type CardReading, readProfileOf } from '../../src/profile/card-reading.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { diffProfiles } from '../../src/profile/diff.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { withServices } from '../../src/profile/services.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';

const PIN1: CardKey = { reference: 0x01, value: fromHex('31323334FFFFFFFF') };
const PIN2: CardKey = { reference: 0x81, value: fromHex('30303030FFFFFFFF') };
const ADM1: CardKey = { reference: 0x0a, value: fromHex('3131313131313131') };

async function read(
  profile: CardProfile,
  keys: readonly CardKey[],
  wrap: (card: SynchronousCard) => SynchronousCard = (card) => card,
): Promise<CardReadingResult> {
  return readCardOf(guardedPins(connect(wrap(createUicc(profile)))), keys);
}

async function readingOf(profile: CardProfile, ...keys: CardKey[]): Promise<CardReading> {
  const result = await read(profile, keys);
  if (!result.ok) throw new Error(result.problem);
  return result.reading;
}

function profileFrom(reading: CardReading): CardProfile {
  const result = readProfileOf(reading, seededRandomness('dump'));
  if (!result.ok) throw new Error(result.problem);
  return result.profile;
}

/** What no card tells: keys, PIN values, applets, switches. */
const UNTOLD = /^\$\.(?:pins\[\d\]\.(?:unblock\.)?value|keyTable|applets|switches)/u;

function toldDifferences(first: CardProfile, second: CardProfile): string[] {
  return diffProfiles(first, second)
    .filter(({ path }) => !UNTOLD.test(path))
    .map(({ path, what, kind }) => `${kind} ${path} ${what}`);
}

describe('a card whose PIN1 and ADM1 are known', () => {
  it('is read whole: only what no card tells differs', async () => {
    const reading = await readingOf(DEFAULT_PROFILE, PIN1, ADM1);
    expect(reading.unreadable).toEqual([]);
    expect(reading.notes).toEqual([]);
    const profile = profileFrom(reading);
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    expect(toldDifferences(DEFAULT_PROFILE, profile)).toEqual([]);
    expect(diffProfiles(DEFAULT_PROFILE, profile).length).toBeGreaterThan(5);
    // Paths are those of the standard's names.
    expect(profile.files.map(({ path }) => path).toSorted()).toEqual(
      DEFAULT_PROFILE.files.map(({ path }) => path).toSorted(),
    );
  });

  it('is read whole with all files that are declared', async () => {
    const all = withServices(DEFAULT_PROFILE, { usim: 'all', isim: 'all' });
    const reading = await readingOf(all, PIN1, ADM1);
    expect({ unreadable: reading.unreadable, notes: reading.notes }).toEqual({
      unreadable: [],
      notes: [],
    });
    expect(toldDifferences(all, profileFrom(reading))).toEqual([]);
  });

  it('is told with structures, SFIs and rights that are not usual', async () => {
    const files = DEFAULT_PROFILE.files.map((file) => {
      if (file.fid === '6F46') return { ...file, shareable: false, specialFileInformation: '40' };
      if (file.fid === '6F43') return { ...file, arr: 6, sfi: 22 };
      return file.fid === '6FD9' ? { ...file, sfi: null } : file;
    });
    files.push({
      ...{ path: 'MF/ADF.USIM/EF.IMSConfigData', fid: '6FF8', sfi: null, type: 'ber-tlv' },
      // Two objects, one with a tag of two octets; the content of the other needs two blocks.
      ...{ rules: { expanded: '8001019000' }, size: 512 },
      data: `80820108${'A5'.repeat(264)}9F010103`,
    });
    const profile = profileFrom(await readingOf({ ...DEFAULT_PROFILE, files }, PIN1, ADM1));
    expect(toldDifferences({ ...DEFAULT_PROFILE, files }, profile)).toEqual([]);
  });

  it('is read, and not written', async () => {
    const sent = new Set<string>();
    const card = createUicc();
    const root = card.root;
    const observed = traced(card, (exchange) => {
      if (exchange.kind === 'apdu') sent.add(toHex(exchange.command.subarray(1, 2)));
    });
    const result = await readCardOf(connect(observed), [PIN1, ADM1]);
    expect(result.ok).toBe(true);
    // SELECT, READ BINARY, READ RECORD, GET RESPONSE, VERIFY, and the question for UNBLOCK PIN.
    expect([...sent].toSorted()).toEqual(['20', '2c', 'a4', 'b0', 'b2', 'c0']);
    expect(card.root.files).toEqual(root.files);
    expect(card.root.pins).toEqual(root.pins);
  });
});

describe('a card of which less is known', () => {
  const withRule = (fid: string, arr: number): CardProfile => ({
    ...DEFAULT_PROFILE,
    files: DEFAULT_PROFILE.files.map((file) => (file.fid === fid ? { ...file, arr } : file)),
  });

  it('has files that it does not give: FF of their size, and told', async () => {
    const reading = await readingOf(withRule('6F40', 6), PIN1);
    expect(reading.unreadable).toEqual([
      { path: 'MF/ADF.USIM/EF.MSISDN', fid: '6F40', sw: '6982' },
    ]);
    const msisdn = reading.files.find(({ fid }) => fid === '6F40');
    expect(msisdn).toMatchObject({ recLen: 24, recCount: 1, arr: 6, records: [] });
    expect(checkProfile(profileFrom(reading))).toMatchObject({ ok: true });
  });

  it('is no profile without an IMSI', async () => {
    const reading = await readingOf(DEFAULT_PROFILE);
    expect(reading.unreadable.length).toBeGreaterThan(30);
    expect(readProfileOf(reading, seededRandomness('x'))).toEqual({
      ok: false,
      problem: 'EF_IMSI of MF/ADF.USIM was not read, the card answered 6982',
    });
  });

  it('is told with the tries that are left, and PINs that are disabled', async () => {
    const card = createUicc();
    card.reset();
    const send = (hex: string): string => toHex(card.transmit(fromHex(hex)));
    expect(send('0020000A083939393939393939')).toBe('63c9');
    expect(send('002600010831323334FFFFFFFF')).toBe('9000');
    const result = await readCardOf(connect(card), [ADM1]);
    if (!result.ok) throw new Error(result.problem);
    expect(result.reading.pins).toEqual([
      { reference: 0x01, isEnabled: false, triesLeft: 3, unblockTriesLeft: 10 },
      { reference: 0x0a, isEnabled: true, triesLeft: 9, unblockTriesLeft: undefined },
      { reference: 0x81, isEnabled: true, triesLeft: 3, unblockTriesLeft: 10 },
    ]);
    expect(result.reading.notes).toEqual([]);
    const { pins } = profileFrom(result.reading);
    expect(pins).toMatchObject([
      { reference: '01', enabled: false, retries: 3, unblock: { retries: 10 } },
      { reference: '0A', enabled: true, retries: 9 },
      { reference: '81', enabled: true, retries: 3 },
    ]);
  });
});

describe('a key that is wrong', () => {
  const wrong = (key: CardKey): CardKey => ({ ...key, value: fromHex('39393939FFFFFFFF') });

  it.each([
    ['PIN1', wrong(PIN1), 'PIN1 is wrong, 2 tries are left'],
    ['PIN2, a local one', wrong(PIN2), 'PIN2 is wrong, 2 tries are left'],
    ['ADM1', wrong(ADM1), 'ADM1 is wrong, 9 tries are left'],
  ])('%s ends it behind one try', async (_, key, problem) => {
    expect(await read(DEFAULT_PROFILE, [key])).toEqual({ ok: false, problem });
  });

  it('that the card does not have is refused by its guard or by the card', async () => {
    const adm2 = { ...ADM1, reference: 0x0b };
    await expect(read(DEFAULT_PROFILE, [adm2])).rejects.toThrow(LastTryRefused);
    expect(await readCardOf(connect(createUicc()), [adm2])).toEqual({
      ok: false,
      problem: 'ADM2 was not taken, the card answered 6A88',
    });
  });

  it('is not sent when it could be the last try', async () => {
    const profile = {
      ...DEFAULT_PROFILE,
      pins: DEFAULT_PROFILE.pins.map((pin) => ({ ...pin, retries: 1 })),
    };
    await expect(read(profile, [PIN1])).rejects.toThrow(LastTryRefused);
  });
});

describe('a card that is another', () => {
  /** Answers of a card, changed on their way. */
  const answering =
    (change: (command: string, answer: string) => string) =>
    (card: SynchronousCard): SynchronousCard => ({
      reset: () => card.reset(),
      transmit: (command) => fromHex(change(toHex(command), toHex(card.transmit(command)))),
    });

  it('has no MF', async () => {
    const result = await read(
      DEFAULT_PROFILE,
      [],
      answering(() => '6a82'),
    );
    expect(result).toEqual({ ok: false, problem: 'the card has no MF' });
  });

  it('says nothing that makes sense: that ends, and is no profile', async () => {
    for (const answer of ['9000', '6f00', '62009000', '6203820178 9000', '61ff', '6c00']) {
      const hex = answer.replaceAll(' ', '');
      const result = await read(
        DEFAULT_PROFILE,
        [PIN1],
        answering(() => hex),
      ).catch((error: unknown) => ({ ok: false, error }));
      expect(result.ok, answer).toBe(false);
    }
  });

  it('has applications without an EF_DIR: they are found by the beginning of AIDs', async () => {
    const files = DEFAULT_PROFILE.files.filter(({ fid }) => fid !== '2F00');
    const profile = profileFrom(await readingOf({ ...DEFAULT_PROFILE, files }, PIN1, ADM1));
    expect(toldDifferences({ ...DEFAULT_PROFILE, files }, profile)).toEqual([]);
  });

  it.each([
    ['6984', 'its tries are not told'],
    ['6983', 'it is blocked'],
  ])('answers %s to the question for tries: three stand there, and it is told', async (sw, why) => {
    const silent = answering((command, answer) =>
      /^002[0c]0081(?:00)?$/u.test(command) ? sw : answer,
    );
    const result = await read(DEFAULT_PROFILE, [PIN1], silent);
    if (!result.ok) throw new Error(result.problem);
    expect(result.reading.notes).toEqual([`PIN2: ${why}; 3 stand there`]);
    expect(profileFrom(result.reading).pins.at(-1)).toMatchObject({ reference: '81', retries: 3 });
  });

  it('has files without access rules in their FCP: that is told', async () => {
    const other = answering((_, answer) => answer.replace('8b036f0601', '8e036f0601'));
    const result = await read(DEFAULT_PROFILE, [PIN1], other);
    if (!result.ok) throw new Error(result.problem);
    const { notes } = result.reading;
    expect(notes).toContain(
      'MF/ADF.USIM/EF.SPN: its access rules are not told, record 1 of EF_ARR 6F06 stands there',
    );
  });

  it.each([
    ['never comes to an end', () => 'a5'.repeat(200).concat('62f1')],
    ['gives blocks of nothing', () => '62f1'],
    ['gives no list of tags', () => '9000'],
    ['gives a list that makes no sense', () => '5c0580819000'],
    ['does not know the tags of its list', (first: boolean) => (first ? '5c01809000' : '6a88')],
  ])('has a file of data objects that %s: the file is empty', async (_, answer) => {
    const objects: FileProfile = {
      ...{ path: 'MF/ADF.USIM/EF.IMSConfigData', fid: '6FF8', sfi: null, arr: 2 },
      ...{ type: 'ber-tlv', size: 512, data: '800103' },
    };
    const files = [...DEFAULT_PROFILE.files, objects];
    const odd = answering((command, given) =>
      command.startsWith('80cb') ? answer(command.includes('5c')) : given,
    );
    const result = await read({ ...DEFAULT_PROFILE, files }, [PIN1], odd);
    if (!result.ok) throw new Error(result.problem);
    const found = result.reading.files.find(({ fid }) => fid === '6FF8');
    expect(found).toMatchObject({ type: 'ber-tlv', size: 512, data: '' });
  });

  it('gives less than it tells: the rest is FF, and told', async () => {
    const shorter = answering((command, answer) =>
      command === '00b0000004' ? `0000${answer.slice(-4)}` : answer,
    );
    const result = await read(DEFAULT_PROFILE, [PIN1], shorter);
    if (!result.ok) throw new Error(result.problem);
    expect(result.reading.notes).toContain('MF/ADF.USIM/EF.AD: 2 of its 4 octets were given');
  });
});
