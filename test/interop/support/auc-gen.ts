/**
 * osmo-auc-gen, the authentication centre of libosmocore on the command line.
 *
 * Of SQN it uses the lowest 5 bits as IND. After an AUTS that it accepts, it makes the next vector
 * from SQN_MS and the IND that is wanted. With XOR it takes 32 off the SQN that it is given; its 2G
 * XOR is another than that of TS 51.010-1, and is not asked here.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { spawnSync } from 'node:child_process';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';

const PROGRAM = 'osmo-auc-gen';
const PACKAGE = 'libosmocore-utils';

/** What belongs to a subscriber and a challenge: 16, 16, 16 and 2 octets. */
export interface Subscriber {
  readonly k: Uint8Array;
  readonly opc: Uint8Array;
  readonly rand: Uint8Array;
  readonly amf: Uint8Array;
}

/** An algorithm of its, and of ours. */
export type Algorithm = 'MILENAGE' | 'XOR';

/** What osmo-auc-gen prints. */
export interface AucVector {
  readonly rand: Uint8Array;
  readonly autn: Uint8Array;
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
  readonly res: Uint8Array;
  readonly sres: Uint8Array;
  readonly kc: Uint8Array;
  /** 48 bits. */
  readonly sqn: number;
}

function run(options: readonly string[]): { readonly accepted: boolean; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync(
    PROGRAM,
    ['--3g', '--algorithm', 'MILENAGE', ...options],
    { encoding: 'utf8' },
  );
  if (error !== undefined) {
    throw new Error(`${PROGRAM} cannot be run: install the Debian package ${PACKAGE}`);
  }
  if (status !== 0 && !stderr.includes('AUTS from MS seems incorrect')) {
    throw new Error(`${PROGRAM} ends with ${status}: ${stderr}`);
  }
  return { accepted: status === 0, output: stdout };
}

function optionsOf({ k, opc, rand, amf }: Subscriber): string[] {
  return ['--key', toHex(k), '--opc', toHex(opc), '--rand', toHex(rand), '--amf', toHex(amf)];
}

/** Reads lines such as `SRES:` and a value behind a tabulator. */
function fieldsOf(output: string): (name: string) => string {
  const fields = new Map(
    output.split('\n').map((line): [string, string] => {
      const [name = '', value = ''] = line.split(':\t');
      return [name, value];
    }),
  );
  return (name) => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`${PROGRAM} prints no ${name}: ${output}`);
    return value;
  };
}

function vectorOf(field: (name: string) => string): AucVector {
  return {
    rand: fromHex(field('RAND')),
    autn: fromHex(field('AUTN')),
    ck: fromHex(field('CK')),
    ik: fromHex(field('IK')),
    res: fromHex(field('RES')),
    sres: fromHex(field('SRES')),
    kc: fromHex(field('Kc')),
    sqn: Number(field('SQN')),
  };
}

/** What XOR takes off the SQN that it is given. */
const XOR_SQN_OFFSET = 32;
const OUTPUT_MAX = 2 ** 26;

/** Runs it for each row of options, in one shell; hex and numbers need no quotes there. */
function runAll(rows: readonly (readonly string[])[]): readonly string[] {
  const script = rows.map((options) => `${[PROGRAM, '--3g', ...options].join(' ')} || exit`);
  const { status, stdout, stderr } = spawnSync('sh', {
    input: script.join('\n'),
    encoding: 'utf8',
    maxBuffer: OUTPUT_MAX,
  });
  if (status === 127) {
    throw new Error(`${PROGRAM} cannot be run: install the Debian package ${PACKAGE}`);
  }
  if (status !== 0) throw new Error(`${PROGRAM} ends with ${status}: ${stderr}`);
  const [, ...outputs] = stdout.split(/^(?=RAND:)/mu);
  if (outputs.length !== rows.length) throw new Error(`${PROGRAM} printed ${outputs.length}`);
  return outputs;
}

/**
 * Makes vectors, many at once.
 *
 * @param each SQN is a number of 48 bits; XOR has no OPc
 * @throws {Error} the program is missing or fails; the message says which package has it
 */
export function generateAll(
  each: readonly (Subscriber & { readonly sqn: number })[],
  algorithm: Algorithm = 'MILENAGE',
): readonly AucVector[] {
  const isXor = algorithm === 'XOR';
  const rows = each.map((of) => [
    ...['--algorithm', algorithm, '--key', toHex(of.k), '--rand', toHex(of.rand)],
    ...['--amf', toHex(of.amf), '--sqn', String(of.sqn + (isXor ? XOR_SQN_OFFSET : 0))],
    ...(isXor ? [] : ['--opc', toHex(of.opc)]),
  ]);
  return runAll(rows).map((output) => vectorOf(fieldsOf(output)));
}

/** Makes one vector of MILENAGE; as {@link generateAll}. */
export function generate(of: Subscriber & { readonly sqn: number }): AucVector {
  const [vector] = generateAll([of]);
  if (vector === undefined) throw new Error(`${PROGRAM} printed none`);
  return vector;
}

/**
 * Resynchronises, and makes the next vector for the same RAND.
 *
 * @param of AUTS of 14 octets; IND of the next vector, 0 to 31, 0 when it is not given
 * @returns SQN_MS, a number of 48 bits, and the vector; `undefined` when AUTS is refused
 * @throws {Error} the program is missing or fails; the message says which package has it
 */
export function resynchronise(
  of: Subscriber & { readonly auts: Uint8Array; readonly ind?: number },
): { readonly sqnMs: number; readonly next: AucVector } | undefined {
  const { auts, ind = 0 } = of;
  const { accepted, output } = run([
    ...optionsOf(of),
    ...['--auts', toHex(auts), '--ind', String(ind)],
  ]);
  if (!accepted) return undefined;
  const field = fieldsOf(output);
  return { sqnMs: Number(field('SQN.MS')), next: vectorOf(field) };
}
