/**
 * Fault plans as JSON: what is read, and what is refused with its path.
 *
 * @see docs/faults.md
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../src/apdu/fault-plan.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { faultText } from '../../src/profile/faults.ts';
import { parseFaultPlan } from '../../src/trace/fault-file.ts';
import { ROOT } from '../support/source.ts';

const plan = (...faults: readonly unknown[]): string =>
  JSON.stringify({ format: 'vuicc-faults/1', faults });

function read(text: string): FaultPlan {
  const result = parseFaultPlan(text);
  if (!result.ok) throw new Error(result.faults.map(faultText).join('; '));
  return result.plan;
}

/** The lines of a refusal. */
function problems(text: string): readonly string[] {
  const result = parseFaultPlan(text);
  return result.ok ? [] : result.faults.map(faultText);
}

const KINDS =
  '"mute", "mute-executed", "slow", "sw", "sw-executed", "atr", "pin-blocked" or "ef-missing"';
const PIN = '31323334FFFFFFFF';
const COMMAND = `a C-APDU in hex, '..' for any octet, '...' alone between spaces for any number`;
const AN_ATR = `an ATR in hex, '..' for an octet of the card, '...' for the rest`;

describe('a fault plan', () => {
  it('has faults of each kind, in their order', () => {
    const { seed, faults } = read(
      JSON.stringify({
        format: 'vuicc-faults/1',
        seed: 'monday',
        faults: [
          { fault: 'mute', at: 3 },
          { fault: 'mute-executed', every: 4, chance: 0.5 },
          { fault: 'slow', nulls: 3 },
          { fault: 'slow', nulls: 1, ms: 20 },
          { fault: 'sw', sw: '6f00', from: 2 },
          { fault: 'sw-executed', sw: '6581' },
          { fault: 'atr', atr: '3B .. 11 ...' },
          { fault: 'atr', atr: '3B00' },
          { fault: 'pin-blocked', reference: '0A' },
          { fault: 'ef-missing', fid: '6F07', sfi: 7 },
        ],
      }),
    );
    expect(seed).toBe('monday');
    expect(faults).toEqual([
      { fault: 'mute', at: 3 },
      { fault: 'mute-executed', every: 4, chance: 0.5 },
      { fault: 'slow', nulls: 3, ms: 1500 },
      { fault: 'slow', nulls: 1, ms: 20 },
      { fault: 'sw', sw: 0x6f00, from: 2 },
      { fault: 'sw-executed', sw: 0x6581 },
      { fault: 'atr', atr: [0x3b, undefined, 0x11], keepsRest: true },
      { fault: 'atr', atr: [0x3b, 0], keepsRest: false },
      { fault: 'pin-blocked', reference: 0x0a },
      { fault: 'ef-missing', fid: 0x6f07, sfi: 7 },
    ]);
  });

  it.each([
    ['00B0 ...', '00B0000000', true],
    ['00B0 ...', '00B2000000', false],
    ['..A4....02....', '01A40004023F00', true],
    ['..A4....02....', '01A40004043F007FFF', false],
    ['... 6F07', '00A40804047FFF6F07', true],
    ['... 6F07', '00A40804047FFF6F0700', false],
  ])('finds with %s the command %s: %s', (pattern, command, isFound) => {
    const [fault] = read(plan({ fault: 'mute', command: pattern })).faults;
    if (fault?.fault !== 'mute') throw new Error('mute');
    expect(fault.matches?.(fromHex(command))).toBe(isFound);
  });

  it('is as docs/faults.md shows it', () => {
    const page = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');
    const [, example = ''] = /```json\n(?<plan>.*?)```/su.exec(page) ?? [];
    const kinds = read(example).faults.map(({ fault }) => fault);
    expect(kinds).toEqual(['sw', 'ef-missing', 'pin-blocked', 'slow', 'mute', 'atr']);
  });

  it('may be empty', () => {
    expect(read(plan())).toEqual({ seed: '', faults: [] });
  });
});

describe('a fault plan is refused for', () => {
  it.each<[string, string, string]>([
    [
      'no JSON',
      '{',
      '$: expected a name in quotation marks or "}" at line 1, column 2 (offset 1), ' +
        'found the end of the text',
    ],
    ['an array', '[]', '$: expected an object, a fault plan, found an array of 0'],
    ['null', 'null', '$: expected an object, a fault plan, found null'],
    [
      'a later format',
      '{"format":"vuicc-faults/2","faults":[]}',
      '$.format: expected "vuicc-faults/1", found "vuicc-faults/2"',
    ],
    [
      'no faults',
      '{"format":"vuicc-faults/1"}',
      '$.faults: expected an array of 0 to 1000 faults, found nothing',
    ],
    [
      'a seed that is a number',
      '{"format":"vuicc-faults/1","seed":7,"faults":[]}',
      '$.seed: expected a seed, text, found a number',
    ],
  ])('%s', (_what, text, line) => {
    expect(problems(text)).toEqual([line]);
  });

  it.each<[string, unknown, string]>([
    ['a fault that is text', 'mute', ': expected an object, a fault, found text of 4 characters'],
    ['no kind', { at: 1 }, `.fault: expected ${KINDS}, found nothing`],
    ['a kind that is none', { fault: 'deaf' }, `.fault: expected ${KINDS}, found "deaf"`],
    ['number 0', { fault: 'mute', at: 0 }, '.at: expected a number, 1 to 1000000000, found 0'],
    [
      'number 1.5',
      { fault: 'mute', every: 1.5 },
      '.every: expected a number, 1 to 1000000000, found 1.5',
    ],
    [
      'a number as text',
      { fault: 'mute', from: '2' },
      '.from: expected a number, 1 to 1000000000, found 1 hex digit',
    ],
    [
      'two numbers',
      { fault: 'mute', at: 1, from: 2 },
      ': expected at most one of at, every and from, found at and from',
    ],
    ['chance 0', { fault: 'mute', chance: 0 }, '.chance: expected a chance, above 0 to 1, found 0'],
    ['chance 2', { fault: 'mute', chance: 2 }, '.chance: expected a chance, above 0 to 1, found 2'],
    ['no SW', { fault: 'sw' }, '.sw: expected an SW, 4 hex digits, found nothing'],
    [
      'an SW of one octet',
      { fault: 'sw-executed', sw: '6F' },
      '.sw: expected an SW, 4 hex digits, found "6F"',
    ],
    [
      'a field of another kind',
      { fault: 'mute', sw: '6F00' },
      '.sw: expected no field of this name, found 4 hex digits',
    ],
    [
      'no NULL',
      { fault: 'slow', nulls: 0 },
      '.nulls: expected a number of NULL octets, 1 to 1000, found 0',
    ],
    [
      'an answer that is late for ever',
      { fault: 'slow', nulls: 1, ms: 1e9 },
      '.ms: expected milliseconds, 1 to 600000, found 1000000000',
    ],
    [
      'an ATR of one octet',
      { fault: 'atr', atr: '3B' },
      '.atr: expected an ATR of 2 to 33 octets, found 1 octet',
    ],
    [
      'an ATR of 34 octets',
      { fault: 'atr', atr: '3B'.repeat(34) },
      '.atr: expected an ATR of 2 to 33 octets, found 34 octets',
    ],
    [
      'an ATR that goes on behind the rest',
      { fault: 'atr', atr: '3B ... 00' },
      `.atr: expected '...' at the end alone, found more behind it`,
    ],
    [
      'an ATR with half an octet',
      { fault: 'atr', atr: '3B0' },
      `.atr: expected ${AN_ATR}, found "3B0"`,
    ],
    [
      'an ATR for a command',
      { fault: 'atr', atr: '3B00', command: '...' },
      '.command: expected no field of this name, found text of 3 characters',
    ],
    [
      'a reference that is none',
      { fault: 'pin-blocked', reference: '09' },
      '.reference: expected a key reference: "01" to "08", "0A" to "0E", "11", ' +
        '"81" to "88" or "8A" to "8E", found "09"',
    ],
    [
      'a FID of one octet',
      { fault: 'ef-missing', fid: '07' },
      '.fid: expected a FID, 4 hex digits, found "07"',
    ],
    [
      'SFI 31',
      { fault: 'ef-missing', fid: '6F07', sfi: 31 },
      '.sfi: expected an SFI, 1 to 30, found 31',
    ],
    [
      'a command that none can be',
      { fault: 'mute', command: '00B0' },
      `.command: expected 4 octets or more, or '...', found 2 octets`,
    ],
    [
      'no command',
      { fault: 'mute', command: '' },
      `.command: expected ${COMMAND}, found empty text`,
    ],
  ])('%s', (_what, fault, line) => {
    expect(problems(plan({ fault: 'mute' }, fault))).toEqual([`$.faults[1]${line}`]);
  });

  it.each([
    `0020000108${PIN}x`,
    `0020000108 ${PIN}F`,
    `0020000108${PIN}...`,
    `${PIN},`,
    PIN.slice(0, 7),
  ])('a command that is no pattern, without a word of it: %s', (command) => {
    const [line = '', ...more] = problems(plan({ fault: 'mute', command }));
    expect(more).toEqual([]);
    expect(line).toMatch(/^\$\.faults\[0\]\.command: expected .*, found \w/u);
    expect(line).not.toContain('313233');
  });

  it('all that is wrong, in the order of the file', () => {
    const lines = problems(plan({ fault: 'sw', sw: 'x' }, { fault: 'slow', nulls: -1 }));
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      '$.faults[0].sw',
      '$.faults[1].nulls',
    ]);
  });
});
