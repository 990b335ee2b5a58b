/**
 * What other programs are given of cards: whole files, and what is refused.
 *
 * `UPDATE_GOLDEN=1` writes the files again.
 *
 * @see docs/export.md
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SERVICES,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportSide,
  exportSubscriptions,
} from '../../../src/network/export/formats.ts';
import { ROOT } from '../../support/source.ts';
import { subscriptionOf, THREE_DIGITS, USED } from './cards.ts';

const ONE = subscriptionOf(USED);
const TWO = subscriptionOf(THREE_DIGITS);
const SERVICES = { apn: 'iot.example', slice: { sst: 1, sd: '010203' } };

const GOLDEN: readonly (readonly [ExportFormat, ExportSide, string])[] = [
  ['open5gs', 'network', 'open5gs.jsonl'],
  ['free5gc', 'network', 'free5gc.jsonl'],
  ['osmohlr', 'network', 'osmohlr.sql'],
  ['srsran', 'network', 'user_db.csv'],
  ['srsran', 'ue', 'srsue.conf'],
  ['ueransim', 'ue', 'ueransim.yaml'],
  ['oai', 'network', 'oai.sql'],
  ['oai', 'ue', 'oai-ue.conf'],
];

function textOf(...args: Parameters<typeof exportSubscriptions>): string {
  const result = exportSubscriptions(...args);
  if (result.ok) return result.text;
  throw new Error(result.problem);
}

function problemOf(...args: Parameters<typeof exportSubscriptions>): string {
  const result = exportSubscriptions(...args);
  return result.ok ? 'not refused' : result.problem;
}

describe('exportSubscriptions', () => {
  it.each(GOLDEN)('writes for %s, %s, the file %s', (format, side, name) => {
    const cards = side === 'ue' ? [TWO] : [ONE, TWO];
    const text = textOf(format, cards, side, SERVICES);
    const file = join(ROOT, 'test/network/export/golden', name);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('has a golden file for every program', () => {
    expect(new Set(GOLDEN.map(([format]) => format))).toEqual(new Set(EXPORT_FORMATS));
  });

  it.each(GOLDEN)('writes for %s, %s, the same each time', (...row) => {
    const [format, side] = row;
    const text = textOf(format, [ONE], side);
    expect(textOf(format, [structuredClone(ONE)], side, DEFAULT_SERVICES)).toBe(text);
    expect(text).not.toMatch(/undefined|NaN|\[object/u);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('writes the network when no side is named, and the UE where there is none', () => {
    for (const format of EXPORT_FORMATS) {
      const side = format === 'ueransim' ? 'ue' : 'network';
      expect(exportSubscriptions(format, [ONE])).toMatchObject({ ok: true, side });
    }
  });

  it('writes the numbers of a slice as each program reads them', () => {
    const of = (format: ExportFormat, sst: number, sd?: string): string =>
      textOf(format, [ONE], undefined, { apn: 'internet', slice: { sst, sd } });
    expect(of('free5gc', 255, '0a0b0c')).toContain('"subscribedSnssaiInfos":{"ff0a0b0c":{');
    expect(of('free5gc', 10)).toContain('"subscribedSnssaiInfos":{"0a":{');
    expect(of('oai', 255, '0a0b0c')).toContain(`'{"sst":255,"sd":"0A0B0C"}'`);
    expect(of('oai', 1)).toContain(`'{"sst":1,"sd":"FFFFFF"}'`);
    expect(of('ueransim', 10, '0a0b0c')).toContain('sst: 10\n    sd: 0x0a0b0c\n');
  });

  it('conceals by profile A when the card prefers it', () => {
    const concealment = { identifier: 27, key: '5a'.repeat(32) };
    const text = textOf('ueransim', [{ ...ONE, concealment }]);
    expect(text.split('\n').slice(4, 7)).toEqual([
      'protectionScheme: 1',
      `homeNetworkPublicKey: '${concealment.key}'`,
      'homeNetworkPublicKeyId: 27',
    ]);
  });

  it.each([
    ['open5gs', 'ue', 'open5gs has no ue to configure'],
    ['free5gc', 'ue', 'free5gc has no ue to configure'],
    ['osmohlr', 'ue', 'osmohlr has no ue to configure'],
    ['ueransim', 'network', 'ueransim has no network to configure'],
  ] as const)('refuses the side that a program does not have: %s, %s', (format, side, problem) => {
    expect(problemOf(format, [ONE], side)).toBe(problem);
  });

  it.each([
    ['srsran', 'ue'],
    ['ueransim', 'ue'],
    ['oai', 'ue'],
  ] as const)('refuses a UE of no card or of two: %s', (format, side) => {
    expect(problemOf(format, [], side)).toBe('expected one card for a UE, found 0');
    expect(problemOf(format, [ONE, TWO], side)).toBe('expected one card for a UE, found 2');
  });

  it.each(['open5gs', 'free5gc', 'osmohlr', 'srsran', 'oai'] as const)(
    'refuses two cards with one IMSI: %s',
    (format) => {
      const twin = { ...TWO, imsi: ONE.imsi };
      expect(problemOf(format, [ONE, twin])).toBe(
        'expected an IMSI a card, found 001010123456789 twice',
      );
    },
  );

  it.each([
    ['', 'apn'],
    ["a'b", 'apn'],
    ['a"b', 'apn'],
    ['a\nb', 'apn'],
    ['a\\b', 'apn'],
    ['.a', 'apn'],
    ['a-', 'apn'],
    ['a'.repeat(64), 'apn'],
  ])('throws at the access point %j, which could leave its quotes', (apn) => {
    for (const format of EXPORT_FORMATS) {
      expect(() => exportSubscriptions(format, [ONE], undefined, { ...SERVICES, apn })).toThrow(
        new RangeError('apn: expected 1 to 63 letters, digits, "-" and "."'),
      );
    }
  });

  it.each([
    [{ sst: 0, sd: undefined }, 'slice: expected SST 1 to 255'],
    [{ sst: 256, sd: undefined }, 'slice: expected SST 1 to 255'],
    [{ sst: 1.5, sd: undefined }, 'slice: expected SST 1 to 255'],
    [{ sst: 1, sd: '01020' }, 'slice: expected SD of 6 hex digits'],
    [{ sst: 1, sd: '01020G' }, 'slice: expected SD of 6 hex digits'],
    [{ sst: 1, sd: '0A0B0C' }, 'slice: expected SD of 6 hex digits'],
  ])('throws at the slice %j', (slice, message) => {
    expect(() =>
      exportSubscriptions('open5gs', [ONE], 'network', { apn: 'internet', slice }),
    ).toThrow(new RangeError(message));
  });
});
