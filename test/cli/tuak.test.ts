/**
 * `vuicc tuak`: published sets, every length, and options that are none.
 *
 * @see 3GPP TS 35.231; test/vectors/tuak.json
 * @module
 */

import { describe, expect, it } from 'vitest';
import vectors from '../vectors/tuak.json' with { type: 'json' };
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();

type TuakSet = (typeof vectors.generated)[number];
type Options = Readonly<Record<string, string | undefined>>;

const octets = (hex: string): string => String(hex.length / 2);

function optionsOf(set: TuakSet): Options {
  return {
    '--k': set.k,
    '--top': set.top,
    '--rand': set.rand,
    '--sqn': set.sqn,
    '--amf': set.amf,
    '--mac-length': octets(set.f1),
    '--res-length': octets(set.f2),
    '--ck-length': octets(set.f3),
    '--ik-length': octets(set.f4),
    '--iterations': String(set.keccakIterations),
  };
}

function xor(a: string, b: string): string {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(16).padStart(a.length, '0');
}

function outputsOf(set: TuakSet): Readonly<Record<string, string | null>> {
  const { topc, f1, f1star, f2, f3, f4, f5, f5star } = set;
  const autn = f1.length === 16 ? `${xor(set.sqn, f5)}${set.amf}${f1}` : null;
  const outputs = { macA: f1, macS: f1star, res: f2, ck: f3, ik: f4, ak: f5, akStar: f5star };
  return { topc, ...outputs, autn };
}

function tuak(options: Options, ...more: string[]): Promise<Outcome> {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  return program.run(['tuak', ...args, ...more]);
}

/** TS 35.233 test set 1: RES of 4 octets, one iteration. */
const [SET_1] = vectors.ts35233;
const OPTIONS: Options = {
  '--k': SET_1!.k,
  '--top': SET_1!.top,
  '--rand': SET_1!.rand,
  '--sqn': SET_1!.sqn,
  '--amf': SET_1!.amf,
  '--res-length': '4',
};

describe('vuicc tuak', () => {
  it.each(vectors.ts35233.map((set) => [set.name, set] as const))(
    'agrees with %s, with TOP and with TOPc',
    async (_name, set) => {
      const options = optionsOf(set);
      expect(documentOf(await tuak(options, '--json'))).toEqual(outputsOf(set));
      const withTopc = { ...options, '--top': undefined, '--topc': set.topc.toUpperCase() };
      expect(documentOf(await tuak(withTopc, '--json'))).toEqual(outputsOf(set));
    },
  );

  it('has no AUTN for a MAC of another length than 8', async () => {
    const set = vectors.generated.find(({ f1 }) => f1.length === 64)!;
    expect(outputsOf(set).autn).toBeNull();
    expect(documentOf(await tuak(optionsOf(set), '--json'))).toEqual(outputsOf(set));
    const { code, stdout } = await tuak(optionsOf(set));
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, 'autn   none']);
  });

  it('prints a line for each output; lengths and iterations have defaults', async () => {
    const outputs = Object.entries(outputsOf(SET_1!));
    const lines = outputs.map(([name, value]) => `${name.padEnd(6)} ${value}`);
    expect(await tuak(OPTIONS)).toEqual(done(...lines));
    const { stdout } = await tuak({ ...OPTIONS, '--res-length': undefined });
    expect(stdout).toMatch(/^res {4}[0-9a-f]{16}$/mu);
  });

  it.each([
    ['--k', 'abab', '--k: expected 32 or 64 hex digits, found 4'],
    ['--k', SET_1!.k.slice(1), '--k: expected an even number of digits, found 31'],
    ['--k', `x${SET_1!.k.slice(1)}`, '--k: expected a hex digit at character 1, found "x"'],
    ['--k', undefined, "required option '--k <hex>' not specified"],
    ['--top', SET_1!.k, '--top: expected 64 hex digits, found 32'],
    ['--top', undefined, '--topc, --top: expected exactly one of them'],
    ['--topc', SET_1!.topc, '--topc, --top: expected exactly one of them'],
    ['--rand', '42', '--rand: expected 32 hex digits, found 2'],
    ['--rand', undefined, "required option '--rand <hex>' not specified"],
    ['--sqn', '32', '--sqn: expected 12 hex digits, found 2'],
    ['--sqn', undefined, "required option '--sqn <hex>' not specified"],
    ['--amf', 'ff', '--amf: expected 4 hex digits, found 2'],
    ['--amf', undefined, "required option '--amf <hex>' not specified"],
    ['--mac-length', '4', '--mac-length: expected 8, 16 or 32, found "4"'],
    ['--res-length', '12', '--res-length: expected 4, 8, 16 or 32, found "12"'],
    ['--res-length', '0x8', '--res-length: expected 4, 8, 16 or 32, found "0x8"'],
    ['--ck-length', '8', '--ck-length: expected 16 or 32, found "8"'],
    ['--ik-length', '', '--ik-length: expected 16 or 32, found ""'],
    ['--iterations', '0', '--iterations: expected 1 to 255, found "0"'],
    ['--iterations', '256', '--iterations: expected 1 to 255, found "256"'],
    ['--iterations', '1.5', '--iterations: expected 1 to 255, found "1.5"'],
  ])('refuses %s %j in one line, with --json too', async (name, value, line) => {
    expect(await tuak({ ...OPTIONS, [name]: value }, '--json')).toEqual(refusal(line));
  });
});
