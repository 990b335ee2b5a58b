import { describe, expect, it } from 'vitest';
import vectors from '../vectors/milenage.json' with { type: 'json' };
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();

/** TS 35.208 test set 1. */
const SET_1 = {
  '--k': '465b5ce8b199b49faa5f0a2ee238a6bc',
  '--op': 'cdc202d5123e20f62b6d676ac72cb318',
  '--rand': '23553cbe9637a89d218ae64dae47bf35',
  '--sqn': 'ff9bb4d0b607',
  '--amf': 'b9b9',
};
const OPC = 'cd63cb71954a9f4e48a5994e37a02baf';
const OUTPUTS = {
  opc: OPC,
  macA: '4a9ffac354dfafb3',
  macS: '01cfaf9ec4e871e9',
  res: 'a54211d5e3ba50bf',
  ck: 'b40ba9a3c58b2a05bbf0d987b21bf8cb',
  ik: 'f769bcd751044604127672711c6d3441',
  ak: 'aa689c648370',
  akStar: '451e8beca43b',
  autn: '55f328b43577b9b94a9ffac354dfafb3',
};

type Options = Readonly<Record<string, string | undefined>>;

function milenage(options: Options, ...more: string[]): Promise<Outcome> {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  return program.run(['milenage', ...args, ...more]);
}

describe('vuicc milenage', () => {
  it('gives the outputs of TS 35.208 test set 1, with OP', async () => {
    expect(documentOf(await milenage(SET_1, '--json'))).toEqual(OUTPUTS);
  });

  it('gives the same with OPc, and with upper case and spaces', async () => {
    const options = { ...SET_1, '--op': undefined, '--opc': OPC.toUpperCase() };
    const spaced = { ...options, '--rand': '2355 3CBE 9637 A89D 218A E64D AE47 BF35' };
    expect(documentOf(await milenage(spaced, '--json'))).toEqual(OUTPUTS);
  });

  it('prints a line for each output', async () => {
    const lines = Object.entries(OUTPUTS).map(([name, value]) => `${name.padEnd(6)} ${value}`);
    expect(await milenage(SET_1)).toEqual(done(...lines));
  });

  it.each(vectors.ts35208.slice(2, 6))('agrees with $name, with OP and with OPc', async (set) => {
    const { k, op, opc, rand, sqn, amf, f1, f1star, f2, f3, f4, f5, f5star, derived } = set;
    const common = { '--k': k, '--rand': rand, '--sqn': sqn, '--amf': amf };
    const outputs = { macA: f1, macS: f1star, res: f2, ck: f3, ik: f4, ak: f5, akStar: f5star };
    const expected = { opc, ...outputs, autn: derived.autn };
    expect(documentOf(await milenage({ ...common, '--op': op }, '--json'))).toEqual(expected);
    expect(documentOf(await milenage({ ...common, '--opc': opc }, '--json'))).toEqual(expected);
  });

  it.each([
    ['--k', '465b', '--k: expected 32 hex digits, found 4'],
    ['--k', '', '--k: expected 32 hex digits, found 0'],
    ['--k', `${SET_1['--k']}00`, '--k: expected 32 hex digits, found 34'],
    ['--k', SET_1['--k'].slice(1), '--k: expected an even number of digits, found 31'],
    ['--k', `x${SET_1['--k'].slice(1)}`, '--k: expected a hex digit at character 1, found "x"'],
    ['--op', '00', '--op: expected 32 hex digits, found 2'],
    ['--rand', SET_1['--rand'].slice(2), '--rand: expected 32 hex digits, found 30'],
    ['--sqn', 'ff9bb4d0b6', '--sqn: expected 12 hex digits, found 10'],
    ['--sqn', 'ff9bb4d0b60700', '--sqn: expected 12 hex digits, found 14'],
    ['--sqn', '32', '--sqn: expected 12 hex digits, found 2'],
    ['--amf', 'b9', '--amf: expected 4 hex digits, found 2'],
    ['--amf', 'b9b', '--amf: expected an even number of digits, found 3'],
    ['--opc', OPC, '--opc, --op: expected exactly one of them'],
    ['--op', undefined, '--opc, --op: expected exactly one of them'],
    ['--k', undefined, "required option '--k <hex>' not specified"],
    ['--rand', undefined, "required option '--rand <hex>' not specified"],
    ['--sqn', undefined, "required option '--sqn <hex>' not specified"],
    ['--amf', undefined, "required option '--amf <hex>' not specified"],
  ])('refuses %s %j in one line, with --json too', async (name, value, line) => {
    expect(await milenage({ ...SET_1, [name]: value }, '--json')).toEqual(refusal(line));
  });

  it('refuses a wrong OPc in one line', async () => {
    const options = { ...SET_1, '--op': undefined, '--opc': OPC.slice(2) };
    expect(await milenage(options)).toEqual(refusal('--opc: expected 32 hex digits, found 30'));
  });
});
