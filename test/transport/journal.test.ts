/**
 * The octets of a state file: what is written comes back, and damage is told from a cut.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import { decodeJournal, encodeJournal, encodeRecord } from '../../src/transport/journal.ts';

const DIGEST = filled(32, 0xd1);
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const HEADER = 58;
const RECORD_HEADER = 16;

interface Written {
  readonly file: Uint8Array;
  /** Where each commit starts, and at the end where the file ends. */
  readonly starts: readonly number[];
  /** For each commit, the first of its command. */
  readonly firsts: readonly number[];
}

/** Writes a file as a card does: the commits of each command, and it is certain. */
function written(
  commands: readonly (readonly Uint8Array[])[],
  base?: Uint8Array,
  nonce: Uint8Array = NONCE,
): Written {
  let file = encodeJournal(DIGEST, nonce, base);
  const starts: number[] = [];
  const firsts: number[] = [];
  let number = 1;
  for (const commits of commands) {
    const first = number;
    for (const octets of commits) {
      starts.push(file.length);
      firsts.push(first);
      file = concat(file, encodeRecord(nonce, file.length, { number, first, octets }));
      number++;
    }
  }
  return { file, starts: [...starts, file.length], firsts };
}

const octets = fc.uint8Array({ maxLength: 40 });
const commands = fc.array(fc.array(octets, { minLength: 1, maxLength: 3 }), { maxLength: 5 });

/** Two commands of two and one commits, and what they were. */
const COMMITS = [[Uint8Array.of(1, 2, 3), Uint8Array.of(4)], [Uint8Array.of(5, 6)]];
const AT_REST = Uint8Array.of(0xaa, 0xbb);
const GOOD = written(COMMITS, AT_REST);
const FLAT = COMMITS.flat().map(toHex);

function outcome(file: Uint8Array): string[] | string {
  try {
    const { base, commits } = decodeJournal(file);
    expect(base).toEqual(AT_REST);
    return commits.map(toHex);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `${error.path} at ${error.offset}`;
  }
}

describe('a state file', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(
        commands,
        fc.option(octets),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (of, base, nonce) => {
          const { file } = written(of, base ?? undefined, nonce);
          const journal = decodeJournal(file);
          expect(journal).toEqual({
            digest: DIGEST,
            nonce,
            base: base === null || base.length === 0 ? undefined : base,
            commits: of.flat(),
            last: of.flat().length,
            end: file.length,
            tail: 0,
          });
        },
      ),
    );
  });

  it('begins with its format, so that people can tell what it is', () => {
    expect(new TextDecoder().decode(GOOD.file.subarray(0, 14))).toBe('vuicc-state/1\n');
  });

  it('is written to the octet: header, card at rest, a commit', () => {
    const { file } = written([[Uint8Array.of(0xc0)]]);
    expect(toHex(file)).toBe(
      `76756963632d73746174652f310a${'d1'.repeat(32)}0102030405060708${toHex(file.slice(54, 58))}` +
        `00000000 00000000 00000000 ${toHex(file.slice(70, 74))}`.replaceAll(' ', '') +
        `00000001 00000001 00000001 ${toHex(file.slice(86, 90))} c0`.replaceAll(' ', ''),
    );
  });

  it('that is cut anywhere has the commits that are whole, and the rest is its tail', () => {
    const { file, starts } = GOOD;
    for (let length = starts[0]!; length <= file.length; length++) {
      const whole = starts.findLastIndex((start) => start <= length);
      const journal = decodeJournal(file.slice(0, length));
      expect(journal.commits.map(toHex)).toEqual(FLAT.slice(0, whole));
      expect(journal.end).toBe(starts[whole]);
      expect(journal.tail).toBe(length - starts[whole]!);
    }
  });

  it('that is cut before its first commit is refused', () => {
    for (let length = 0; length < GOOD.starts[0]!; length++) {
      expect(outcome(GOOD.file.slice(0, length)), `${length} octets`).toMatch(/^state file/);
    }
  });

  it('with any octet changed is refused, or ends before a commit that was not yet certain', () => {
    const { file, starts, firsts } = GOOD;
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = damaged[at]! ^ 0x11;
      const hit = starts.findLastIndex((start) => start <= at);
      const found = outcome(damaged);
      if (hit < 0) {
        expect(found, `octet ${at}`).toMatch(/^state file/);
      } else if (firsts.some((first) => first > hit + 1)) {
        expect(found, `octet ${at}`).toBe(`state file/commit ${hit + 1} at ${starts[hit]}`);
      } else {
        expect(found, `octet ${at}`).toEqual(FLAT.slice(0, hit));
      }
    }
  });

  it('whose tail was written in another order ends before it: it was not certain', () => {
    const { file, starts } = written(
      [[Uint8Array.of(1)], [Uint8Array.of(2, 2), Uint8Array.of(3)]],
      AT_REST,
    );
    const torn = Uint8Array.from(file).fill(0, starts[1], starts[2]);
    expect(outcome(torn)).toEqual(['01']);
  });

  it('with zeros behind it has them for a tail', () => {
    expect(outcome(concat(GOOD.file, new Uint8Array(5000)))).toEqual(FLAT);
  });

  it('takes no record of another file, of another place, or twice', () => {
    const other = written(COMMITS, AT_REST, filled(8, 9));
    const [first = 0, second = 0, third = 0, end = 0] = GOOD.starts;
    const head = GOOD.file.slice(0, first);
    const part = (of: Uint8Array, from: number, to: number): Uint8Array => of.slice(from, to);
    expect(outcome(concat(head, part(other.file, first, end)))).toEqual([]);
    expect(outcome(concat(head, part(GOOD.file, second, third)))).toEqual([]);
    expect(outcome(concat(GOOD.file, part(GOOD.file, third, end)))).toEqual(FLAT);
  });

  it.each([
    ['skips a number', { number: 5, first: 5 }],
    ['repeats a number', { number: 3, first: 3 }],
    ['is the card at rest again', { number: 0, first: 0 }],
    ['belongs to a command before the last', { number: 4, first: 1 }],
    ['belongs to a later command', { number: 4, first: 5 }],
  ])('ends before a record that %s', (_what, numbers) => {
    const at = GOOD.file.length;
    const record = encodeRecord(NONCE, at, { ...numbers, octets: Uint8Array.of(7) });
    const found = outcome(concat(GOOD.file, record));
    if (numbers.number === 5) expect(found).toBe(`state file/commit 4 at ${at}`);
    else expect(found).toEqual(FLAT);
  });

  it.each([
    ['a later format', '/2\n', 'state file at 0: expected format 1, found 2'],
    ['a format of two digits', '/12\n', 'state file at 0: expected format 1, found 12'],
    ['another name', '\n1\n', 'state file at 0: expected "vuicc-state/1"'],
  ])('of %s is refused by name', (_what, text, message) => {
    const file = GOOD.file.slice();
    file.set(new TextEncoder().encode(text), 11);
    expect(() => decodeJournal(file)).toThrow(DecodeError);
    expect(() => decodeJournal(file)).toThrow(message);
  });

  it('of any octets is refused with a DecodeError and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (random, keep) => {
        const file = concat(GOOD.file.slice(0, keep), random);
        try {
          const { end, tail } = decodeJournal(file);
          expect(end + tail).toBe(file.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it('is refused a record of more octets than a length can count', () => {
  const record = { number: 2 ** 32, first: 1, octets: new Uint8Array(0) };
  expect(() => encodeRecord(NONCE, HEADER + RECORD_HEADER, record)).toThrow(RangeError);
});
