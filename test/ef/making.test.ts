import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeAccessRules } from '../../src/ef/access-rules.ts';
import { EF_DEFINITIONS } from '../../src/ef/definitions.ts';
import { EF_MAKING, isNeeded, type MadeDirectory, newContent } from '../../src/ef/making.ts';
import { RULE, STANDARD_RULES } from '../../src/ef/standard-rules.ts';

const DIRECTORIES = Object.keys(EF_MAKING) as MadeDirectory[];

describe('the table of what is needed to make an EF', () => {
  it.each(DIRECTORIES)('has a row for each EF of %s, and for no other', (directory) => {
    const declared = EF_DEFINITIONS[directory].map(({ name }) => name);
    const made = EF_MAKING[directory].map(({ name }) => name);
    expect(made.toSorted()).toEqual(declared.toSorted());
  });

  const rows = DIRECTORIES.flatMap((directory) =>
    EF_MAKING[directory].map((making) => {
      const definition = EF_DEFINITIONS[directory].find(({ name }) => name === making.name);
      return [`${directory} ${making.name}`, making, definition!] as const;
    }),
  );

  it.each(rows)('makes %s of the structure that is declared', (_, { size }, { structure }) => {
    const hasRecords = structure === 'linear' || structure === 'cyclic';
    expect(typeof size !== 'number').toBe(hasRecords);
  });

  it.each(rows)('gives %s a content of its size', (_, making) => {
    const { size } = making;
    const octets = fromHex(newContent(making)).length;
    expect(octets).toBe(typeof size === 'number' ? size : size[0]);
  });

  // What their owner is called cannot be "nothing yet".
  const named = ['EF_ICCID', 'EF_IMSI', 'EF_IMPI', 'EF_DOMAIN', 'EF_IMPU'];
  const others = rows.filter(
    ([, { name }, { structure }]) => !named.includes(name) && structure !== 'ber-tlv',
  );
  it.each(others)('gives %s a content that can be read', (_, making, definition) => {
    expect(() => definition.decode(fromHex(newContent(making)))).not.toThrow();
  });
});

describe('whether an EF is there', () => {
  const sets = (when: number[][]): { when: number[][] } => ({ when });
  it.each([
    ['always', { when: 'always' as const }, [], true],
    ['with no service at all', { when: 'optional' as const }, [1, 2, 3], false],
    ['with either of two', sets([[2], [6]]), [6], true],
    ['with either of two', sets([[2], [6]]), [3], false],
    ['with both of two', sets([[2, 99]]), [2, 99], true],
    ['with both of two', sets([[2, 99]]), [2], false],
  ])('%s', (_, { when }, services, isThere) => {
    const making = { name: 'EF_X', rule: 1, size: 1, content: '' };
    expect(isNeeded({ ...making, when }, services)).toBe(isThere);
  });
});

describe('the standard rules', () => {
  it('are rules, each in a record of its own', () => {
    expect(Object.values(RULE)).toEqual(STANDARD_RULES.map((_, n) => n + 1));
    for (const rule of STANDARD_RULES) {
      expect(decodeAccessRules(fromHex(rule)).length).toBeGreaterThan(0);
    }
  });
});
