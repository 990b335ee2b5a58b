import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { answerProblem, commandOctets, commandProblem } from '../../src/trace/model.ts';

describe('a pattern', () => {
  it('of a command becomes octets, with FF for a secret', () => {
    expect(toHex(commandOctets([0x00, 0x20, 0x00, 0x01, 0x02, '..', 0x34]))).toBe('0020000102ff34');
  });

  it('of a command may hold secrets from the sixth octet on', () => {
    expect(commandProblem([0x00, 0xa4, 0x00, 0x0c])).toBeUndefined();
    expect(commandProblem([0x00, 0x20, 0x00, 0x01, 0x01, '..'])).toBeUndefined();
    expect(commandProblem([0x00, 0x20, 0x00, 0x01, '..'])).toMatch(/P3/);
  });

  it('of an answer must have room for two octets, and that of an ATR for 33 at most', () => {
    expect(answerProblem('apdu', ['...'])).toBeUndefined();
    expect(answerProblem('apdu', ['..', '..'])).toBeUndefined();
    expect(answerProblem('apdu', ['..'])).toMatch(/found 1/);
    expect(answerProblem('apdu', Array(258).fill(0))).toBeUndefined();
    expect(answerProblem('reset', Array(33).fill(0))).toBeUndefined();
    expect(answerProblem('reset', Array(34).fill(0))).toMatch(/at most 33/);
    expect(answerProblem('reset', [...Array(34).fill(0), '...'])).toMatch(/at most 33/);
  });
});
