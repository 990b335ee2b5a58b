/**
 * Where a text stops being JSON.
 *
 * @see RFC 8259
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../src/profile/json-syntax.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON text with a few characters taken out, put in or doubled. */
const damagedJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', ...'{}[]",:\\ \n\t\u0001\u00a0\ufeff0123.-+eEtrufalsn'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, damages]) =>
    damages.reduce((damaged, [n, character]) => {
      const at = n % (damaged.length + 1);
      return damaged.slice(0, at) + character + damaged.slice(character === '' ? at + 1 : at);
    }, text),
  );

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'a value', 'the end of the text'],
    ['{', 1, 'a name in quotation marks or "}"', 'the end of the text'],
    ['[1,]', 3, 'a value', "']'"],
    ['[1 2]', 3, '"," or "]"', 'a digit'],
    ['[01]', 2, '"," or "]"', 'a digit'],
    ['{"a":1,}', 7, 'a name in quotation marks', "'}'"],
    ['{a:1}', 1, 'a name in quotation marks or "}"', 'a letter'],
    ['{"a" 1}', 5, '":"', 'a digit'],
    ['{"a":}', 5, 'a value', "'}'"],
    ['{"a":1]', 6, '"," or "}"', "']'"],
    ['[1}', 2, '"," or "]"', "'}'"],
    ['{"a":1}}', 7, 'the end of the text', "'}'"],
    ['"a\nb"', 2, 'a closing quotation mark', 'the end of the line'],
    ['"a\tb"', 2, 'a closing quotation mark', 'U+0009'],
    ['"ab', 3, 'a closing quotation mark', 'the end of the text'],
    ['"a\\x41"', 2, 'a JSON escape', "'\\'"],
    ['"\\u12"', 1, 'a JSON escape', "'\\'"],
    ["'a'", 0, 'a value', "'''"],
    ['-', 0, 'a value', "'-'"],
    ['NaN', 0, 'a value', 'a letter'],
    ['// a', 0, 'a value', "'/'"],
    ['\ufeff{}', 0, 'a value', 'U+FEFF'],
    ['[\u{1f4f1}]', 1, 'a value or "]"', 'U+1F4F1'],
  ])('finds the fault of %j', (text, offset, expected, found) => {
    expect(findJsonFault(text)).toMatchObject({ offset, expected, found });
  });

  it('counts lines and columns from 1, and characters from 0', () => {
    const text = '{\r\n  "a": [1,\n\n    x]}';
    expect(findJsonFault(text)).toMatchObject({ line: 4, column: 5, offset: 19 });
    expect(findJsonFault('x')).toMatchObject({ line: 1, column: 1, offset: 0 });
    expect(findJsonFault('[\n')).toMatchObject({ line: 2, column: 1, offset: 2 });
  });

  it('takes what JSON.parse takes and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(damagedJson, fc.string()), (text) => {
        expect(findJsonFault(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the end of the text when something is missing there', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, n) => {
        const text = `[${json},`.slice(0, 1 + (n % (json.length + 2)));
        const fault = findJsonFault(text);
        expect(fault).toBeDefined();
        expect(text.slice(fault?.offset)).toMatch(
          /^(?:|\\(?:u[0-9A-Fa-f]{0,3})?|-|\.|[eE][+-]?|[a-z]+)$/,
        );
      }),
    );
  });

  it('is not stopped by depth', () => {
    expect(findJsonFault('['.repeat(200_000))).toMatchObject({ offset: 200_000 });
  });
});
