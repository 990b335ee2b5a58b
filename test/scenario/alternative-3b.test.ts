import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Exchange } from '../../src/apdu/connection.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { pairFromProfile } from '../../src/network/keys.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type Options3b, runAlternative3b } from '../../src/scenario/alternative-3b.ts';
import { deviceProfile } from '../../src/scenario/device.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import type { Listener } from '../../src/scenario/story.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { formatTrace } from '../../src/trace/apdu-text.ts';
import { recordTrace } from '../../src/trace/record.ts';
import { porOf, sealedQuery } from './support/packets.ts';

let signing: Signing;
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

/** The trace of the first device, as text. */
async function traceOf(options: Options3b): Promise<string> {
  const { observe, trace } = recordTrace();
  await runAlternative3b({ ...options, observe });
  return formatTrace(trace());
}

/** RAND of each AUTHENTICATE of the first device. */
async function randsOf(options: Options3b): Promise<readonly string[]> {
  const rands: string[] = [];
  const observe = (exchange: Exchange): void => {
    const command = exchange.kind === 'apdu' ? toHex(exchange.command) : '';
    if (command.startsWith('0088')) rands.push(command.slice(12, 44));
  };
  await runAlternative3b({ ...options, observe });
  return rands;
}

describe('alternative 3b with 3 devices and 3 changes', () => {
  const options = { devices: 3, changes: 3, seed: 'three' } as const;
  const digits = (pattern: RegExp): unknown => expect.stringMatching(pattern);

  it('holds, and reports in the form that scripts rely on', async () => {
    const report = await runAlternative3b({ ...options, signing });
    const change = (from: string, to: string, index: number): object => ({
      from: digits(new RegExp(`^${from}\\d{10}$`)),
      to: digits(new RegExp(`^${to}\\d{10}$`)),
      index,
      por: '00',
      oldKeyRefused: true,
      attached: true,
    });
    const device = {
      iccid: digits(/^89\d{17,18}$/),
      changes: [
        change('00101', '00102', 1),
        change('00102', '00103', 2),
        change('00103', '00101', 3),
      ],
    };
    expect(report).toStrictEqual({
      ok: true,
      seed: 'three',
      devices: [device, device, device],
      refusals: { forgedList: true, replayedPacket: true, oldKey: true, exhausted: true },
    });
    expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  });

  it('gives each device an ICCID and IMSIs of its own, from one change to the next', async () => {
    const { devices } = await runAlternative3b({ ...options, signing });
    expect(new Set(devices.map(({ iccid }) => iccid)).size).toBe(3);
    const imsis = devices.flatMap(({ changes }) => [
      ...changes.map(({ from }) => from),
      ...changes.slice(-1).map(({ to }) => to),
    ]);
    expect(new Set(imsis).size).toBe(12);
    for (const { changes } of devices) {
      const [, ...later] = changes.map(({ from }) => from);
      expect(later).toEqual(changes.slice(0, -1).map(({ to }) => to));
    }
  });

  it('tells a story of the parties that there are, without a key', async () => {
    const lines: string[][] = [];
    const listener = (...line: string[]): void => {
      lines.push(line);
    };
    await runAlternative3b({ ...options, signing, listener });
    const parties = new Set(lines.flatMap(([from = '', to = '']) => [from, to]));
    expect(parties).toEqual(new Set([...OPERATORS, 'maker', 'card', 'ME', 'somebody']));
    const text = lines.flat().join(' ').toLowerCase();
    for (const { k, keySets } of DEFAULT_PROFILE.keyTable.entries) {
      expect(text).not.toContain(k.toLowerCase());
      expect(text).not.toContain(keySets[0]?.kic.key.toLowerCase());
    }
  });
});

describe('alternative 3b', () => {
  it('is one device and two changes from the seed vuicc, when nothing is said', async () => {
    const report = await runAlternative3b();
    expect(report).toMatchObject({ ok: true, seed: 'vuicc' });
    expect(report.devices.map(({ iccid, changes }) => [iccid, changes.length])).toEqual([
      [DEFAULT_PROFILE.iccid, 2],
    ]);
  });

  it.each([99, 100, 254])('holds for %i changes', async (changes) => {
    const report = await runAlternative3b({ changes, signing });
    expect(report.ok).toBe(true);
    expect(report.devices[0]?.changes.at(-1)).toMatchObject({ index: changes, attached: true });
  });

  it.each([
    ['devices', { devices: 0 }],
    ['devices', { devices: 1.5 }],
    ['devices', { devices: Number.NaN }],
    ['changes', { changes: 0 }],
    ['changes', { changes: -1 }],
    ['changes', { changes: 255 }],
    ['changes', { changes: Number.POSITIVE_INFINITY }],
  ])('refuses %s out of range: %o', async (name, options) => {
    await expect(runAlternative3b({ ...options, signing })).rejects.toThrow(
      new RegExp(`^${name}: expected 1 `),
    );
  });

  it('refuses keys to sign with that lack an operator', async () => {
    const [, ...others] = OPERATORS;
    const some = await generateSigning(others);
    await expect(runAlternative3b({ signing: some })).rejects.toThrow(RangeError);
  });
});

describe('alternative 3b in 5G', () => {
  const options = { devices: 2, changes: 3, seed: 'five', access: '5g' } as const;

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ['', {}],
    [', and is watched', { observe: () => {} }],
  ])('holds, with pairs of each algorithm, and nobody attaches%s', async (_what, watched) => {
    const attach = vi.spyOn(MobileEquipment.prototype, 'attach');
    const algorithms = ['milenage', 'tuak', 'xor', 'milenage'] as const;
    const report = await runAlternative3b({ ...options, ...watched, algorithms, signing });
    expect(report.ok).toBe(true);
    expect(attach).not.toHaveBeenCalled();
    const attached = report.devices.flatMap(({ changes }) => changes.map((of) => of.attached));
    expect(attached).toEqual(Array(6).fill(true));
  });

  it('is told as it is, and keeps location and keys of 5G on the card', async () => {
    const told: string[] = [];
    const written: string[] = [];
    const listener: Listener = (_from, _to, what, detail) => told.push(`${what}: ${detail}`);
    const observe = (exchange: Exchange): void => {
      if (exchange.kind !== 'apdu' || exchange.command[1] !== 0xd6) return;
      written.push(toHex(exchange.command.slice(5)));
    };
    await runAlternative3b({ ...options, signing, listener, observe });
    expect(told[0]).toBe('registers with the SUCI of 001010123456789: 5G AKA: RAND, AUTN, RES*');
    const nowhere = 'ff'.repeat(13);
    for (const plmn of ['00f110', '00f120', '00f130']) {
      expect(written).toContain(`${nowhere}${plmn}00000100`);
    }
    expect(written.filter((octets) => /^8020.{64}8120.{64}$/u.test(octets))).toHaveLength(5);
  });
});

describe('alternative 3b with a pair of each algorithm', () => {
  const options = {
    devices: 3,
    changes: 3,
    seed: 'algorithms',
    algorithms: ['milenage', 'tuak', 'xor', 'milenage'],
  } as const;

  it('holds: each operator attaches the cards by the algorithm of its pair', async () => {
    const report = await runAlternative3b({ ...options, signing });
    expect(report.ok).toBe(true);
    const outcomes = report.devices.flatMap(({ changes }) =>
      changes.map(({ index, attached, oldKeyRefused }) => [index, attached, oldKeyRefused]),
    );
    const each = [1, 2, 3].map((index) => [index, true, true]);
    expect(outcomes).toEqual([...each, ...each, ...each]);
  });

  it('has answers as long as the algorithms make them, and XOR where it is said', async () => {
    const { entries } = deviceProfile(
      0,
      4,
      seededRandomness('algorithms'),
      options.algorithms,
    ).keyTable;
    const rands: string[] = [];
    const answers: string[] = [];
    const observe = (exchange: Exchange): void => {
      if (exchange.kind !== 'apdu') return;
      const command = toHex(exchange.command);
      const response = toHex(exchange.response);
      if (command.startsWith('0088')) rands.push(command.slice(12, 44));
      else if (command.startsWith('00c0') && response.startsWith('db')) answers.push(response);
    };
    await runAlternative3b({ ...options, signing, observe });
    // MILENAGE gives RES of 8 octets; the pairs of TUAK and XOR that a scenario makes 16.
    const expected = [0, 1, 2, 3].map((n) => (entries[n]?.algorithm === 'milenage' ? 8 : 16));
    const lengths = answers.map((answer) => Number.parseInt(answer.slice(2, 4), 16));
    expect(lengths.slice(0, 4)).toEqual(expected);
    const res = BigInt(`0x${entries[2]?.k}`) ^ BigInt(`0x${rands[2]}`);
    expect(answers[2]?.slice(4, 36)).toBe(res.toString(16).padStart(32, '0'));
  });

  it('repeats from its seed, and has MILENAGE where nothing is said', async () => {
    const { algorithms: _, ...plain } = options;
    expect(await traceOf({ ...options, signing })).toBe(await traceOf({ ...options, signing }));
    expect(await traceOf({ ...plain, algorithms: ['milenage'], signing })).toBe(
      await traceOf({ ...plain, signing }),
    );
  });
});

describe('what repeats from a seed', () => {
  it('is every octet between ME and card, whoever signs', async () => {
    const first = await traceOf({ changes: 3, seed: 'again', signing });
    const second = await traceOf({ changes: 3, seed: 'again' });
    expect(second).toBe(first);
    expect(first.split('\n').length).toBeGreaterThan(900);
  });

  it('is the report', async () => {
    const first = await runAlternative3b({ devices: 2, seed: 'again', signing });
    expect(await runAlternative3b({ devices: 2, seed: 'again' })).toStrictEqual(first);
  });

  it('is not RAND of another seed, nor RAND twice', async () => {
    const one = await randsOf({ seed: 'one', signing });
    const two = await randsOf({ seed: 'two', signing });
    expect(one.length).toBeGreaterThan(2);
    expect(new Set([...one, ...two]).size).toBe(one.length + two.length);
  });
});

describe('the refusals of the report, as the card tells them', () => {
  const CHANGES = 2;
  /** What passes between ME and card: SMS for the card with the answers to them, and resets. */
  async function deliveries(): Promise<
    readonly { readonly sms: string; readonly por: Uint8Array }[]
  > {
    const found: { readonly sms: string; readonly por: Uint8Array }[] = [];
    let sms: string | undefined;
    const observe = (exchange: Exchange): void => {
      if (exchange.kind === 'reset') return;
      const command = toHex(exchange.command);
      if (command.startsWith('80c2')) sms = command;
      else if (sms !== undefined && command.startsWith('80c0')) {
        found.push({ sms, por: exchange.response.slice(0, -2) });
        sms = undefined;
      }
    };
    await runAlternative3b({ changes: CHANGES, signing, observe });
    return found;
  }

  it('are PoR 02 for the packet that came twice', async () => {
    const [query, again] = await deliveries();
    expect(again?.sms).toBe(query?.sms);
    // '027100', RPL '000B', RHL '0A', TAR, CNTR, PCNTR and status, in the clear.
    expect(toHex(again?.por ?? new Uint8Array(0))).toMatch(/^027100000b0abfff3b\d{10}0002$/);
  });

  it('are PoR 01 for each change that was sent under an old key', async () => {
    const all = await deliveries();
    const refused = all.filter(({ por }) => /^027100000b0abfff3b.{12}01$/.test(toHex(por)));
    expect(refused).toHaveLength(CHANGES);
  });

  it('are 6A84 under the last key for the change too many', async () => {
    const last = (await deliveries()).at(-1);
    const entry = DEFAULT_PROFILE.keyTable.entries[CHANGES];
    if (entry === undefined || last === undefined) throw new Error('the story has an end');
    // It is the first packet under the keys of this pair: CNTR 1.
    const { sent } = sealedQuery(pairFromProfile(entry), 1);
    const report = { kind: 'ack', userData: last.por } as const;
    expect(porOf(report, sent)).toEqual({ sw: 0x6a84, data: new Uint8Array(0) });
  });
});
